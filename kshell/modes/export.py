"""`--export`: the page of a script, a document or a journal."""

from __future__ import annotations

from kshell.documents import export
from kshell.options import Options
from kshell.output import complain
from kshell.script import process_exit, read_scripts
from kshell.shell.errors import UsageError
from kshell.shipped import find_document
from kshell.start import recall, save_page, start_session


def export_page(options: Options) -> int:
    """Writes the page of the one file that is named; returns the exit value. Raises ShellError."""
    path = options.values["--export"]
    if len(options.files) != 1 or options.files == ["-"]:
        raise UsageError(f"--export needs one file to show: kshell --export {path} SCRIPT")
    name = options.files[0]
    found = find_document(name)
    if found is None:
        raise UsageError(f"there is no file {name}, and no shipped script or document of that name")
    file_name, text = found
    number, failure = 0, None
    if export.is_journal(text):
        made = export.page_of(recall(name, options), export.title_of(file_name))
    elif file_name.endswith(".md"):
        made = export.document_page(file_name, text, start_session(options))
    else:
        [(_, lines, keep)], options = read_scripts(options)
        keep = keep or "--keep-going" in options.switches
        session = start_session(options)
        made, number, failure = export.script_page(file_name, lines or [], session, keep, options.arguments)
    save_page(path, made)
    if failure is None:
        return 0
    complain(failure.complaint(f"{name}:{number}"))
    return process_exit(failure)
