"""Taking up a session where its journal ends."""

from __future__ import annotations

from kshell import __version__
from kshell.options import read_arguments
from kshell.shell.errors import UsageError
from kshell.shell.journal import open_journal
from kshell.shell.session import Session
from kshell.shell.timeline import fold
from kshell.start import read_image, start_session


def resume(path: str, machine_options: dict[str, str], paranoid: bool = False) -> Session:
    """The session that the journal `path` holds, or a fresh one that begins it.

    `machine_options` are the command line's; a journal knows its own, and other ones are refused. Raises UsageError,
    with the journal untouched.
    """
    from hashlib import sha256

    from kshell.script import options_in

    given = [word for option in machine_options.items() for word in option]
    # A journal's machine is its own: the image that counts is the one its first line names.
    noted = _first_line(path)
    known = read_arguments(options_in([noted])).machine if noted else machine_options
    image = read_image(known.get("--boot"))
    digest = sha256(image.encode("utf-8", "surrogateescape")).hexdigest()[:16]
    if not noted:
        # Nothing is begun for a machine that cannot be.
        start_session(machine_options, image=image)
    journal, options = open_journal(path, given, f"kshell {__version__}, image {digest}")
    session = start_session(read_arguments(options).machine, paranoid, image)
    session.take_up(fold(journal.records))
    journal.records = []
    try:
        journal.start(len(session.timeline.lines))
    except OSError as error:
        raise UsageError(f"the journal {path} cannot be written: {error.strerror}") from None
    session.journal = journal
    return session


def _first_line(path: str) -> str:
    """The first line of the journal, or nothing when there is none yet. What is wrong with it is said later."""
    try:
        with open(path, "rb") as file:
            return file.readline(1 << 16).decode("utf-8", "surrogateescape").rstrip("\n")
    except (OSError, ValueError):
        return ""
