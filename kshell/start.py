"""From the command line to a session: a machine is booted, or a journal brings a session back."""

from __future__ import annotations

import sys

from kshell import shipped_text
from kshell.options import Options
from kshell.shell.errors import EXIT_FAILED, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import kshell.commands  # noqa: F401  (hands its loader to the registry)
    from kshell.kernel.machine import Machine
    from kshell.shell.session import Session


def spare_the_collector() -> None:
    """Makes Python look for garbage in cycles less often.

    A machine is many objects that stay. With Python's own limits the collector walks them all a dozen times before
    the first line has run (1.6 of 27 ms), and again and again while a large machine grows.
    """
    import gc

    gc.set_threshold(50_000, 20, 50)


def start_session(machine_options: dict[str, str], paranoid: bool = False, image: str | None = None) -> Session:
    """A session on a machine booted as the options say; `image` is the boot image's text if it was read already.

    Raises ShellError.
    """
    import kshell.commands  # noqa: F401  (hands its loader to the registry)
    from kshell.kernel.boot import ImageError, boot
    from kshell.shell.expressions import evaluate
    from kshell.shell.session import Session

    def size(name: str) -> int | None:
        word = machine_options.get(name)
        if word is None:
            return None
        try:
            return evaluate(word, _no_variables)
        except UsageError as error:
            raise UsageError(f"{name}: {error.message}") from None

    memory, handles, seed = size("--memory"), size("--handles"), size("--aslr")
    text = read_image(machine_options.get("--boot")) if image is None else image

    def fresh() -> Machine:
        return boot(text, memory, 262144 if handles is None else handles, seed)

    try:
        machine = fresh()
    except ImageError as error:
        raise UsageError(f"{machine_options.get('--boot', 'the boot image')}: {error}") from None
    session = Session(machine, fresh)
    session.options = [word for option in machine_options.items() for word in option]
    session.paranoid = paranoid
    return session


def _no_variables(name: str) -> int:
    raise UsageError(f"${name} has no value on the command line")


def read_image(path: str | None) -> str:
    """The text of a boot image, the shipped one if `path` is None. Raises UsageError."""
    if path is None:
        import os

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
    if journal is None:
        session = start_session(options.machine, "--paranoid" in options.switches)
    else:
        from kshell.resume import resume

        session = resume(journal, options.machine, "--paranoid" in options.switches)
    if "--sandbox" in options.switches:
        from kshell.shell.host import Sandbox

        session.host = Sandbox()
        # What is loaded later would read files then.
        from kshell.shell import registry

        registry.every()
    return session


def finish(session: Session, exit_: int) -> int:
    """Ends a session; the exit value is `exit_` if its journal is whole."""
    if session.journal is not None:
        try:
            session.journal.close()
        except OSError as error:
            sys.stderr.write(f"kshell: the journal {session.journal.path} lacks its last lines: {error.strerror}\n")
            return exit_ or EXIT_FAILED
    return exit_
