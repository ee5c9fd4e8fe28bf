"""Documents that are run, written anew, or shown to a class: `--check`, `--update`, `--play`."""

from __future__ import annotations

import os
import sys

from kshell.modes.words import read_document, seconds
from kshell.options import Options
from kshell.output import complain, say
from kshell.shell.errors import EXIT_FAILED, UsageError
from kshell.shipped import read_file
from kshell.start import recording_for, start_session


def run_documents(options: Options) -> int:
    """`--check`, `--update` and `--play`."""
    if options.mode == "--play":
        return play_document(options)
    good = True
    for name in options.files:
        good = (check_document if options.mode == "--check" else update_document)(name, options) and good
    return 0 if good else EXIT_FAILED


def check_document(name: str, options: Options) -> bool:
    """Runs a document and shows each difference, and a count; returns whether there is none."""
    from kshell.documents.checking import check
    from kshell.documents.reading import read

    report = check(name, read(read_document(name)), lambda: start_session(options))
    say("".join(f"{line}\n" for line in report.lines) + f"{report.summary()}\n", flush=True)
    return report.good


def update_document(name: str, options: Options) -> bool:
    """Writes what the machine prints into a document, after it has shown the changes; returns whether all that can be
    wrong with it is right now. Raises UsageError."""
    from kshell.documents.updating import changes, update
    from kshell.shell.files import read_bytes, reason, replace_file

    if name == "-":
        raise UsageError("--update writes into the document: give a file, not -")
    found = read_file(name, lambda name: read_bytes(name).decode("utf-8", "surrogateescape"))
    text, report = update(name, found, lambda: start_session(options))
    say("".join(f"{line}\n" for line in changes(name, found, text)), flush=True)
    if text != found:
        where = os.path.realpath(name)
        try:
            mode = os.stat(where).st_mode & 0o777
            if not mode & 0o222:
                raise OSError(0, "it is read-only")
            replace_file(where, text.encode("utf-8", "surrogateescape"), mode, mode)
        except OSError as error:
            complain(f"kshell: cannot write {name}: {reason(error)}\n")
            return False
    say("".join(f"{line}\n" for line in report.lines) + f"{report.summary('written anew')}\n", flush=True)
    return report.good


def play_document(options: Options) -> int:
    """Shows a document to a class; without a terminal it plays through. Raises UsageError."""
    from kshell.documents.notes import NotesFile
    from kshell.documents.playing import play
    from kshell.documents.reading import read

    pace = seconds("--pace", options.values["--pace"]) if "--pace" in options.values else None
    documents = [read(read_document(name)) for name in options.files]
    notes = NotesFile(options.values["--notes"]) if "--notes" in options.values else None
    recording = recording_for(options, sys.stdin.isatty() and sys.stdout.isatty())
    for document in documents:
        play(document, start_session(options), options.values.get("--from"), pace, notes, recording)
    return 0
