"""The commands, in rooms by kind; each turns typed arguments into kernel calls and returns a result.

    tools            Magenta's own                 views      kshell's own: to do things in one go, and to look
    kernel_console   `k` and what it runs          session    the session's lines, words and names
    syscalls         under their own names         help       `help` and what it knows

Where a command is follows from its name: `ps` is in `ps.py` of some room, `vmo_create` in `syscalls/vmo.py`. A few
that share a file are in a table. So a command's first use loads its own file; a name that is found nowhere loads all.
"""

from __future__ import annotations

from kshell.shell import registry

ROOMS = ("tools", "views", "kernel_console", "session", "help", "syscalls")
# The files of `syscalls` by the first part of a call's name, where the two differ.
FAMILIES = {
    **dict.fromkeys(("job", "process", "thread"), "task"),
    **dict.fromkeys(("mmap", "io"), "device"),
    **dict.fromkeys(("channel", "event", "eventpair", "port", "socket", "fifo", "waitset", "log"), "ipc"),
}
# Commands, and aliases, that are in a file of another name.
ELSEWHERE = {
    **dict.fromkeys(("object_signal", "object_signal_peer", "waitset_add", "waitset_remove"), "syscalls.wait"),
    **dict.fromkeys(("object_wait_one", "object_wait_many", "object_wait_async", "waitset_wait"), "syscalls.wait"),
    **dict.fromkeys(("port_queue", "port_wait", "port_bind", "port_cancel"), "syscalls.port"),
    **dict.fromkeys(("socket_write", "socket_read", "fifo_write", "fifo_read"), "syscalls.stream"),
    **dict.fromkeys(("task_bind_exception_port", "task_suspend", "task_resume"), "syscalls.exception"),
    **dict.fromkeys(("p", "p/x", "p/d", "print/x", "print/d"), "session.print"),
    "killall": "tools.kill",
    "attach": "session.attaching",
    "detach": "session.attaching",
    "vars": "session.variables",
    "echo": "session.words",
    "assert": "session.words",
    "true": "session.words",
    "false": "session.words",
    "exit": "session.words",
    "quit": "session.words",
    "alias": "session.aliases",
    "unalias": "session.aliases",
    "clear": "session.watch",
    "set": "session.settings",
    "undo": "session.history",
    "redo": "session.history",
    "reset": "session.history",
    "save": "session.history",
    "load": "session.history",
    "snap": "session.snaps",
    "diff": "session.snaps",
    "what-if": "session.what_if",
    "pin": "session.pins",
    "unpin": "session.pins",
    "man": "help.help",
}


def load(name: str) -> None:
    """Imports the file in which the command `name` should be, if there is one."""
    module = ELSEWHERE.get(name)
    if module is None:
        if not name.isidentifier():
            return
        family, underscore, _ = name.partition("_")
        if underscore and _import(f"syscalls.{FAMILIES.get(family, family)}"):
            return
        for room in ROOMS:
            if _import(f"{room}.{name}"):
                return
        return
    _import(module)


def load_all() -> None:
    """Imports every file of commands."""
    import os

    for room in ROOMS:
        _import(room)
        folder = os.path.join(__path__[0], room)
        try:
            names = [file[:-3] for file in os.listdir(folder) if file.endswith(".py") and file != "__init__.py"]
        except OSError:
            # Inside a zip archive there are no folders to be listed.
            from pkgutil import iter_modules

            names = [found.name for found in iter_modules([folder])]
        for name in sorted(names):
            _import(f"{room}.{name}")


def _import(module: str) -> bool:
    """Imports a module of this package; returns whether there is one of that name."""
    whole = f"{__name__}.{module}"
    try:
        __import__(whole)
    except ModuleNotFoundError as error:
        if error.name != whole:
            raise
        return False
    return True


registry.use(load, load_all)
