"""kshell on a system that lacks what Linux has: all runs but what needs it, and that says so in one line."""

import os
import subprocess
import sys

import pexpect
import pytest

from tests.packaging import making
from tests.program import ROOT

# Starts kshell in a Python without the modules and names that Windows lacks, on a system without /bin/sh. Subprocess
# comes first: it has looked for what it needs by then.
BARE = """
import os, signal, subprocess, sys
for name in ("fcntl", "grp", "pty", "pwd", "readline", "resource", "syslog", "termios", "tty"):
    sys.modules[name] = None
for name in (
    "chown fchmod fchown fork forkpty get_blocking getegid geteuid getgid getpgid getpgrp getsid getuid killpg lchown "
    "mkfifo mknod openpty posix_spawn pread pwrite register_at_fork set_blocking setpgid setsid sync sysconf tcgetpgrp "
    "tcsetpgrp ttyname uname wait wait3 wait4 "
    "O_CLOEXEC O_DIRECTORY O_DSYNC O_NOCTTY O_NOFOLLOW O_NONBLOCK O_SYNC WNOHANG"
).split():
    vars(os).pop(name, None)
for name in (
    "SIGALRM SIGCHLD SIGCONT SIGHUP SIGKILL SIGPIPE SIGQUIT SIGSTOP SIGTSTP SIGTTIN SIGTTOU SIGUSR1 SIGUSR2 SIGWINCH "
    "alarm getitimer pause pthread_kill pthread_sigmask setitimer siginterrupt sigpending sigtimedwait sigwait"
).split():
    vars(signal).pop(name, None)

class Popen(subprocess.Popen):
    def __init__(self, words, *rest, **more):
        if words[0] == "/bin/sh":
            raise FileNotFoundError(2, "The system cannot find the file specified")
        super().__init__(words, *rest, **more)

subprocess.Popen = Popen
"""
ENTER = "from kshell.__main__ import entry\nentry()\n"


def run(code, *arguments, folder, stdin=""):
    """The finished process of `kshell ARGUMENTS`, begun with `code`, in `folder`."""
    return subprocess.run(
        [sys.executable, "-c", code + ENTER, *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(folder)},
        timeout=60,
    )


@pytest.fixture
def folders(tmp_path):
    """Two folders, each with a script and a document of its own."""
    pair = tmp_path / "bare", tmp_path / "whole"
    for folder in pair:
        folder.mkdir()
        (folder / "lines").write_text("a = vmo_create 4k\nvmo_get_size $a\n")
        (folder / "lesson.md").write_text("```\nmagenta$ a = vmo_create 4k\nmagenta$ vmo_get_size $a\nsize 4097\n```\n")
    return pair


@pytest.mark.parametrize(
    ("arguments", "stdin"),
    [
        (("-c", "ps"), ""),
        (("-c", "help"), ""),
        (("-c", "nonsense"), ""),
        (("-c", "watch --times 1 ps"), ""),
        (("-c", "ps > tasks", "-c", "save session", "-c", "load lines"), ""),
        (("lines",), ""),
        (("counted-twice",), ""),
        (("--check", "lesson.md"), ""),
        (("--play", "lesson.md"), "\n"),
        (("--json", "-k", "-"), "a = vmo_create 4k\nfoo\nps"),
        (("--sandbox", "--paranoid", "-c", "ps"), ""),
        (("--completion", "bash"), ""),
        (("--list-scripts",), ""),
        (("--version",), ""),
        ((), "ps\nps >> tasks\n"),
    ],
)
def test_what_needs_nothing_of_unix_runs_as_anywhere(arguments, stdin, folders):
    """S6: every mode prints the same, ends the same and leaves the same files."""
    bare, whole = (run(code, *arguments, folder=at, stdin=stdin) for code, at in zip((BARE, ""), folders, strict=True))
    assert "Traceback" not in whole.stderr
    assert (bare.returncode, bare.stdout, bare.stderr) == (whole.returncode, whole.stdout, whole.stderr)
    left = [{path.name: path.read_text() for path in folder.iterdir() if path.is_file()} for folder in folders]
    assert left[0] == left[1]


@pytest.mark.parametrize(
    ("arguments", "exit_", "said"),
    [
        (("--journal", "j", "-c", "ps"), 2, "kshell: --journal needs locks on files, which this system does not have"),
        (("-c", "ps | cat"), 1, "-c:1: cannot run 'cat': | needs /bin/sh, which this system does not have"),
    ],
)
def test_what_needs_it_says_so_in_one_line(arguments, exit_, said, folders):
    """S6: journals need fcntl, pipes need /bin/sh; nothing is left of what was refused."""
    done = run(BARE, *arguments, folder=folders[0])
    assert (done.returncode, done.stdout, done.stderr) == (exit_, "", f"{said}\n")
    assert not (folders[0] / "j").exists()


@pytest.mark.parametrize("module", ["prompt_toolkit", "wcwidth", "termios"])
def test_a_console_without_its_modules_says_so_in_one_line(module, tmp_path):
    """S6: so does one without what pip would have brought."""
    code = f"import sys\nsys.modules[{module!r}] = None\n{ENTER}"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(tmp_path), "TERM": "dumb"}
    console = pexpect.spawn(sys.executable, ["-c", code], cwd=str(tmp_path), env=environment, encoding="utf-8")
    console.expect(pexpect.EOF, timeout=60)
    console.close()
    assert console.before == f"kshell: the console needs the module {module}; -c and scripts run without\r\n"
    assert console.exitstatus == 1


@pytest.mark.parametrize(("variable", "value"), [("HOME", None), ("XDG_STATE_HOME", "here"), ("XDG_CONFIG_HOME", ".")])
def test_what_is_not_an_absolute_path_is_no_folder_for_a_users_files(variable, value, tmp_path):
    """S6: a user without a home gets no folder named `~`; the XDG specification ignores relative paths."""
    (tmp_path / "home").mkdir()
    (tmp_path / "work/kshell").mkdir(parents=True)
    (tmp_path / "work/kshell/config").write_text("nonsense\n")
    before = sorted((tmp_path / "work").rglob("*"))
    kept = {name: text for name, text in os.environ.items() if not name.startswith("XDG_")}
    environment = {**kept, "PYTHONPATH": str(ROOT), "HOME": str(tmp_path / "home"), "TERM": "dumb", variable: value}
    # The system knows a home for this user, too.
    code = f"import sys\nsys.modules['pwd'] = None\n{ENTER}"
    console = pexpect.spawn(
        sys.executable,
        ["-c", code],
        cwd=str(tmp_path / "work"),
        env={name: text for name, text in environment.items() if text is not None},
        encoding="utf-8",
    )
    console.expect(r"magenta\$ ", timeout=60)
    assert "nonsense" not in console.before
    assert ("no history beyond this session: this user has no home" in console.before) == (variable == "HOME")
    console.send("ps\rexit\r")
    console.expect(pexpect.EOF, timeout=60)
    console.close()
    assert sorted((tmp_path / "work").rglob("*")) == before


@pytest.mark.parametrize("arguments", [("-c", "ps"), ("unmapped-vmo",)])
def test_a_checkout_without_links_says_so_in_one_line(arguments, tmp_path):
    making.copy_as_on_windows(tmp_path / "sources")
    # Python without what is installed: else an editable install lends its kshell.commands.
    words = [sys.executable, "-S", "-m", "kshell", *arguments]
    done = subprocess.run(words, cwd=tmp_path / "sources", capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1 and "pip install -e ." in done.stderr
