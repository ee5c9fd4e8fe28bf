"""What a person needs when kshell itself has a bug: the lines that led to it, saved, and one line to read."""

from __future__ import annotations

from kshell.shell.errors import ShellError, told
from kshell.shell.host import Host
from kshell.text import printable

PLEASE = "please report it (CONTRIBUTING.md says how)"


def bug(failure: BaseException) -> str:
    """What a bug is told as when there is no session to save: where it was, in one line."""
    from traceback import extract_tb

    frames = extract_tb(failure.__traceback__)
    where = f" in {frames[-1].name}" if frames else ""
    return f"a bug: {printable(told(failure))}{where}; {PLEASE}"


def report(host: Host, script: str, line: str, failure: BaseException, plugin: str = "") -> str:
    """Saves the session `script` with `line`, which ended in `failure`; returns what to say about it, in one line.

    `plugin` is the one whose command was running, if it was one's: it is the plugin's own bug, and nothing is saved.
    """
    what = f"and the machine is as it was before the line: {printable(told(failure))}"
    if plugin:
        return f"kshell: a bug of the plugin {plugin}, {what}\n"
    what = f"kshell: a bug, {what}"
    folder = host.report_folder()
    if folder is None:
        return f"{what}; {PLEASE} with the lines that `history` shows\n"
    import os
    from traceback import format_exception

    number = 1
    while os.path.lexists(path := os.path.join(folder, f"bug-{number}.kshell")):
        number += 1
    trace = "".join(f"# {row}\n" for row in "".join(format_exception(failure)).split("\n"))
    try:
        host.save_script(path, f"{script}{line}\n{trace}", private=True)
    except ShellError as error:
        return f"{what}; {PLEASE}; its lines could not be saved: {error.message}\n"
    return f"{what}; {PLEASE} with {path}\n"
