"""Consoles that need not load themselves: one process has loaded kshell, and becomes a console whenever a test asks.

    test                           nursery                  console
    open_console(...)  --------->  fork  -->  fork  ----->  a session of its own at the terminal; kshell's entry()
            pid, and later how it ended  <--  waits for it

A console that is born here has the terminal, the folder, the environment and the process id of its own that it would
have had, and runs the same code after its imports. What tests see of its loading, or of variables that Python itself
reads, they see at one that was started as everybody starts it.
"""

import fcntl
import gc
import json
import os
import select
import signal
import socket
import subprocess
import sys
import termios
import time
from functools import cache
from importlib import import_module

from pexpect.fdpexpect import fdspawn

from kshell.shell import registry
from tests.program import ROOT

LARGEST_REQUEST = 1 << 16
# What a console loads, besides the commands.
LOADED = ("kshell.__main__", "kshell.start", "kshell.console.opening", "kshell.console.console")


class Console(fdspawn):
    """A console at a terminal whose other end is `descriptor`, as pexpect has processes."""

    def __init__(self, descriptor, line):
        super().__init__(descriptor, encoding="utf-8")
        self._line = line
        self.exitstatus = self.signalstatus = None
        self.pid = int(line.recv(64))

    def isalive(self):
        """Whether it has not ended; if it has, `exitstatus` or `signalstatus` says how."""
        if self._line is not None and select.select([self._line], [], [], 0)[0]:
            status = int(self._line.recv(64))
            self._line.close()
            self._line = None
            if os.WIFSIGNALED(status):
                self.signalstatus = os.WTERMSIG(status)
            else:
                self.exitstatus = os.WEXITSTATUS(status)
        return self._line is not None

    def send(self, text):
        """Types `text`; a moment later, as `pexpect.spawn` does: what shows at once may not be heard at once."""
        time.sleep(0.05)
        return super().send(text)

    def setwinsize(self, rows, columns):
        """Gives the terminal another size."""
        termios.tcsetwinsize(self.child_fd, (rows, columns))

    def kill(self, number):
        """Sends a signal."""
        if self.isalive():
            os.kill(self.pid, number)

    def close(self, force=False):
        """Closes the terminal; with `force` it ends."""
        if self.child_fd >= 0:
            if force:
                self.kill(signal.SIGKILL)
            super().close()
        if force and self._line is not None:
            select.select([self._line], [], [], 10)
            self.isalive()


@cache
def nursery():
    """The socket that goes to the nursery, which ends with this process."""
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with its:
        command = [sys.executable, "-m", "tests.nursery", str(its.fileno())]
        subprocess.Popen(command, cwd=ROOT, pass_fds=[its.fileno()], stdin=subprocess.DEVNULL)
    return ours


def open_console(words, environment, folder, lines, columns):
    """`kshell WORDS` at a new terminal, as a Console."""
    descriptor, terminal = os.openpty()
    termios.tcsetwinsize(terminal, (lines, columns))
    line, its_line = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    request = json.dumps({"words": words, "environment": environment, "folder": str(folder)}).encode()
    socket.send_fds(nursery(), [request], [terminal, its_line.fileno()])
    os.close(terminal)
    its_line.close()
    return Console(descriptor, line)


def become(request, terminal):
    """Does not return: what `python -m kshell` is after its imports."""
    from kshell.__main__ import entry

    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)
    for descriptor in (0, 1, 2):
        os.dup2(terminal, descriptor)
    os.closerange(3, terminal + 64)
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["environment"])
    sys.argv = ["kshell", *request["words"]]
    encoding = sys.__stdout__.encoding
    sys.stdin = sys.__stdin__ = open(0, encoding=encoding, closefd=False)  # noqa: SIM115 (open until the end)
    sys.stdout = sys.__stdout__ = open(1, "w", encoding=encoding, closefd=False)  # noqa: SIM115
    sys.stderr = sys.__stderr__ = open(2, "w", encoding=encoding, closefd=False)  # noqa: SIM115
    entry()


def serve(requests):
    """Becomes a console for each request, until nobody asks any more."""
    load()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        request, descriptors, _, _ = socket.recv_fds(requests, LARGEST_REQUEST, 2)
        if not request:
            return
        terminal, line = descriptors
        if os.fork() == 0:
            requests.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            child = os.fork()
            if child == 0:
                become(json.loads(request), terminal)
            os.close(terminal)
            os.write(line, str(child).encode())
            os.write(line, str(os.waitpid(child, 0)[1]).encode())
            os._exit(0)
        os.close(terminal)
        os.close(line)


def load():
    """Loads what a console loads."""
    for name in LOADED:
        import_module(name)
    registry.load()
    gc.freeze()


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
