"""What a person needs when kshell itself has a bug: the lines that led to it, saved, and one line to read."""

from __future__ import annotations

from kshell.shell.errors import ShellError
from kshell.shell.host import Host
from kshell.shell.text import printable


def report(host: Host, script: str, line: str, failure: BaseException) -> str:
    """Saves the session `script` with `line`, which ended in `failure`; returns what to say about it, in one line."""
    what = printable(f"{type(failure).__name__}: {failure}")[:200]
    told = f"kshell: a bug, and the machine is as it was before the line: {what}"
    folder = host.report_folder()
    if folder is None:
        return f"{told}; please report it (CONTRIBUTING.md says how) with the lines that `history` shows\n"
    import os
    from traceback import format_exception

    number = 1
    while os.path.lexists(path := os.path.join(folder, f"bug-{number}.kshell")):
        number += 1
    trace = "".join(f"# {row}\n" for row in "".join(format_exception(failure)).split("\n"))
    try:
        host.save_script(path, f"{script}{line}\n{trace}")
    except ShellError as error:
        return f"{told}; please report it (CONTRIBUTING.md says how); its lines could not be saved: {error.message}\n"
    return f"{told}; please report it (CONTRIBUTING.md says how) with {path}\n"
