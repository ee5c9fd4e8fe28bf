"""From the command line to a session: a machine is booted, or a journal brings a session back.

options -> boot image -> machine -> session
journal -> its own options -> the same -> its lines, run again

Every session of the program is made here, and so is the host that its lines can reach.
"""

from __future__ import annotations

import os

import kshell.commands  # noqa: F401  (hands its loader to the registry)
from kshell import __version__, shipped_text
from kshell.images.magenta import IMAGE
from kshell.kernel.abi import DEFAULT_HANDLES
from kshell.kernel.boot import ImageError, boot
from kshell.kernel.machine import Machine
from kshell.kernel.packed_image import unpack
from kshell.options import Options
from kshell.output import complain, terminal_size
from kshell.shell.errors import EXIT_FAILED, JournalError, UsageError
from kshell.shell.expressions import evaluate, no_variables
from kshell.shell.header import Header
from kshell.shell.host import Host, Sandbox
from kshell.shell.interrupts import PROGRAM
from kshell.shell.session import Session

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kshell.recording import Recording
    from kshell.shell.journal import Journal


def start_session(options: Options, image: str | None = None) -> Session:
    """A session on a machine booted as the command line says. Raises ShellError.

    `image` is the boot image's text if it was read already.
    """
    machine = options.machine
    memory, handles, seed, objects = (
        number_of(machine, name) for name in ("--memory", "--handles", "--aslr", "--max-objects")
    )
    # Only looked at here, so that a wrong one is refused at the start; the session draws from it.
    number_of(machine, "--seed")
    printed = number_of(options.values, "--max-output")
    path = machine.get("--boot")
    # The shipped image is here in a form that need not be read.
    source = unpack(IMAGE) if path is None else read_image(path) if image is None else image

    def fresh() -> Machine:
        made = boot(source, memory, DEFAULT_HANDLES if handles is None else handles, seed)
        if objects is not None:
            made.max_objects = objects
        return made

    try:
        booted = fresh()
    except ImageError as error:
        raise UsageError(f"{machine.get('--boot', 'the boot image')}: {error}") from None
    host = host_for(options)
    if printed is not None:
        host.max_output = printed
    session = Session(booted, fresh, host, Header(machine))
    session.interrupts = PROGRAM
    session.paranoid = "--paranoid" in options.switches
    return session


def save_page(path: str, text: str) -> None:
    """Writes a page to the file that the command line names, whatever the lines of its session may reach. Raises
    ShellError."""
    Host().save_script(path, text)


def host_for(options: Options) -> Host:
    """The files and programs that a session's lines can reach."""
    if "--sandbox" not in options.switches:
        return Host()
    from kshell.shell import registry
    from kshell.shipped import demos, lessons

    # What is loaded later would have to read files.
    registry.every()
    lessons()
    demos()
    return Sandbox()


def number_of(options: dict[str, str], name: str) -> int | None:
    """The number that an option gives, or None without it. Raises UsageError."""
    word = options.get(name)
    if word is None:
        return None
    try:
        return evaluate(word, no_variables)
    except UsageError as error:
        raise UsageError(f"{name}: {error.message}") from None


def read_image(path: str | None) -> str:
    """The text of a boot image, the shipped one if `path` is None. Raises UsageError."""
    if path is None:
        return shipped_text(os.path.dirname(__file__), "images", "magenta.img")
    from kshell.shell.files import read_text, reason

    try:
        return read_text(path)
    except (OSError, ValueError) as error:
        raise UsageError(f"cannot read the boot image {path}: {reason(error)}") from None


def take_header(options: Options, name: str, header: Header) -> Options:
    """The command line with what the first line of `name` asks for beside it. Raises UsageError.

    The command line has the last word. In the sandbox only it names files: whoever wrote the line is not trusted.
    """
    boot_image = header.machine.get("--boot")
    if "--sandbox" in options.switches and boot_image not in (None, options.machine.get("--boot")):
        raise UsageError(
            f"{name} asks for the boot image {boot_image}; in the sandbox only the command line names files: "
            f"give it there with --boot"
        )
    return options.with_machine({**header.machine, **options.machine})


def open_session(options: Options) -> Session:
    """The session that the command line asks for: a fresh one, or one that a journal brings back. Raises
    ShellError."""
    path = options.values.get("--journal")
    return start_session(options) if path is None else resume(path, options)


def resume(path: str, options: Options) -> Session:
    """The session that the journal `path` holds, or a fresh one that begins it.

    A journal knows the options of its machine, and any others are refused. Raises UsageError, with the journal
    untouched.
    """
    from kshell.shell.journal import open_journal

    journal = open_journal(path)
    try:
        session, signature = _rebuild(journal, options)
        if journal.signature:
            journal.start()
        else:
            # No journal is begun for a machine that cannot boot.
            journal.begin(Header(options.machine), signature)
    except BaseException:
        journal.abandon()
        raise
    _tell_notes(journal)
    session.keep(journal)
    return session


def recall(path: str, options: Options) -> Session:
    """The session that the journal `path` holds, to be looked at: the file stays as it is. Raises UsageError."""
    from kshell.shell.journal import open_journal

    journal = open_journal(path)
    try:
        session, _ = _rebuild(journal, options)
    finally:
        journal.abandon()
    _tell_notes(journal)
    return session


def _rebuild(journal: Journal, options: Options) -> tuple[Session, str]:
    """The session that a journal holds, a fresh one where it holds none, and the signature of this kshell and image.
    Raises UsageError."""
    from hashlib import sha256

    from kshell.kernel.image import first_form
    from kshell.shell.journal import FORMS
    from kshell.shell.timeline import fold

    path = journal.path
    given = Header(options.machine)
    if journal.signature:
        if given.machine and not given.same_machine(journal.header):
            raise UsageError(_another_machine(path, journal.header))
        options = take_header(options, f"the journal {path}", journal.header).with_machine(journal.header.machine)
    image = read_image(options.machine.get("--boot"))
    digest = sha256(first_form(image).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    signature = f"kshell {__version__}, image {digest}"
    if journal.signature and journal.signature != signature:
        raise UsageError(_another_image(path, journal.signature, signature))
    session = start_session(options, image)
    if journal.signature:
        refused = session.take_up(fold(journal.records))
        if refused and journal.form == FORMS[0]:
            journal.notes.append(_refused_today(refused))
    return session, signature


def _tell_notes(journal: Journal) -> None:
    for note in journal.notes:
        complain(f"kshell: the journal {journal.path}: {note}\n")


def _refused_today(refused: list[tuple[str, str]]) -> str:
    """What is said of lines in a journal of the first form that are wrong: the language took more when it was written.

    `refused` are the lines and the reasons.
    """
    line, why = refused[0]
    return f"{len(refused)} of its lines did nothing, and may have when they were written; the first is {line}: {why}"


def _another_machine(path: str, noted: Header) -> str:
    """What is said of a journal whose machine is not the one that the command line asks for."""
    told = f"`{' '.join(noted.options())}`" if noted.machine else "no options"
    return (
        f"the journal {path} belongs to a machine started with {told}: start without machine options, "
        "or give another file"
    )


def _another_image(path: str, wrote: str, signature: str) -> str:
    """What is said of a journal of another kshell or another boot image."""
    theirs, ours = wrote.partition(", ")[0], signature.partition(", ")[0]
    way = f"to take its lines over, run it as a script: kshell --journal NEW {path}"
    if theirs != ours:
        return f"the journal {path} was written by {theirs[:40]} and this is {ours}; {way}"
    return f"the boot image is not the one the journal {path} was begun with; {way}"


def recording_for(options: Options, at_terminal: bool) -> Recording | None:
    """The recording that `--record` begins, or None; of the terminal as large as it is, or of one that everybody has.
    Raises UsageError."""
    path = options.values.get("--record")
    if path is None:
        return None
    from kshell.recording import Recording

    return Recording(path, *terminal_size()) if at_terminal else Recording(path)


def finish(session: Session, exit_: int) -> int:
    """Ends a session; the exit value is `exit_` if its journal is whole."""
    if session.journal is not None:
        try:
            session.journal.close()
        except JournalError as error:
            complain(f"kshell: the journal {session.journal.path} is missing its last lines: {error.reason}\n")
            return exit_ or EXIT_FAILED
    return exit_
