"""From the command line to a session: a machine is booted, or a journal brings a session back.

options -> boot image -> machine -> session
journal -> its own options -> the same -> its lines, run again
"""

from __future__ import annotations

import os
import sys

import kshell.commands  # noqa: F401  (hands its loader to the registry)
from kshell import __version__, shipped_text
from kshell.kernel.abi import DEFAULT_HANDLES
from kshell.kernel.boot import ImageError, boot
from kshell.kernel.machine import Machine
from kshell.options import Options, read_arguments
from kshell.shell.errors import EXIT_FAILED, UsageError
from kshell.shell.expressions import evaluate
from kshell.shell.session import Session


def start_session(options: dict[str, str], paranoid: bool = False, image: str | None = None) -> Session:
    """A session on a machine booted as the machine options say. Raises ShellError.

    `image` is the boot image's text if it was read already.
    """
    memory, handles, seed = (_size(options, name) for name in ("--memory", "--handles", "--aslr"))
    text = read_image(options.get("--boot")) if image is None else image

    def fresh() -> Machine:
        return boot(text, memory, DEFAULT_HANDLES if handles is None else handles, seed)

    try:
        machine = fresh()
    except ImageError as error:
        raise UsageError(f"{options.get('--boot', 'the boot image')}: {error}") from None
    session = Session(machine, fresh)
    session.options = [word for option in options.items() for word in option]
    session.paranoid = paranoid
    return session


def _size(options: dict[str, str], name: str) -> int | None:
    """The number that an option gives, or None without it. Raises UsageError."""
    word = options.get(name)
    if word is None:
        return None
    try:
        return evaluate(word, _no_variables)
    except UsageError as error:
        raise UsageError(f"{name}: {error.message}") from None


def _no_variables(name: str) -> int:
    raise UsageError(f"${name} has no value on the command line")


def read_image(path: str | None) -> str:
    """The text of a boot image, the shipped one if `path` is None. Raises UsageError."""
    if path is None:
        return shipped_text(os.path.dirname(__file__), "images", "magenta.img")
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            return file.read()
    except OSError as error:
        raise UsageError(f"cannot read the boot image {path}: {error.strerror}") from None


def open_session(options: Options) -> Session:
    """The session that the command line asks for: a fresh one, or one that a journal brings back. Raises
    ShellError."""
    journal = options.values.get("--journal")
    paranoid = "--paranoid" in options.switches
    session = (
        start_session(options.machine, paranoid) if journal is None else resume(journal, options.machine, paranoid)
    )
    if "--sandbox" in options.switches:
        from kshell.shell import registry
        from kshell.shell.host import Sandbox

        session.host = Sandbox()
        # What is loaded later would have to read files.
        registry.every()
    return session


def resume(path: str, options: dict[str, str], paranoid: bool = False) -> Session:
    """The session that the journal `path` holds, or a fresh one that begins it.

    `options` are the machine options of the command line; a journal knows its own, and any others are refused. Raises
    UsageError, with the journal untouched.
    """
    from hashlib import sha256

    from kshell.kernel.image import first_form
    from kshell.shell.journal import noted_options, open_journal
    from kshell.shell.timeline import fold

    # A journal has a machine of its own: the image is the one that its first line names.
    noted = noted_options(path)
    known = options if noted is None else read_arguments(noted).machine
    image = read_image(known.get("--boot"))
    digest = sha256(first_form(image).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    if noted is None:
        # No journal is begun for a machine that cannot boot.
        start_session(options, image=image)
    given = [word for option in options.items() for word in option]
    journal, kept = open_journal(path, given, f"kshell {__version__}, image {digest}")
    session = start_session(read_arguments(kept).machine, paranoid, image)
    session.take_up(fold(journal.records))
    journal.records = []
    try:
        journal.start(len(session.timeline.lines))
    except OSError as error:
        raise UsageError(f"the journal {path} cannot be written: {error.strerror}") from None
    session.journal = journal
    return session


def finish(session: Session, exit_: int) -> int:
    """Ends a session; the exit value is `exit_` if its journal is whole."""
    if session.journal is not None:
        try:
            session.journal.close()
        except OSError as error:
            sys.stderr.write(
                f"kshell: the journal {session.journal.path} is missing its last lines: {error.strerror}\n"
            )
            return exit_ or EXIT_FAILED
    return exit_
