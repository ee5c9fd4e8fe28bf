"""What kshell says of itself without a machine: its options, its version, its scripts, completion for other shells."""

from __future__ import annotations

from kshell import __version__
from kshell.options import USAGE, Options
from kshell.output import say
from kshell.shell.errors import UsageError


def tell(options: Options) -> int:
    """Says what the mode asks for; returns the exit value. Raises UsageError, OutputError."""
    mode = options.mode
    if mode == "--help":
        say(USAGE)
    elif mode == "--version":
        from kshell.kernel.compiling import compiled

        say(f"kshell {__version__}{', compiled' if compiled() else ''}\n")
    elif mode == "--list-scripts":
        from kshell.shipped import script_names

        say("".join(f"{name}\n" for name in script_names()))
    else:
        assert mode == "--completion"
        from kshell.completions import FILES, script

        shell = options.values[mode]
        if shell not in FILES:
            raise UsageError(f"--completion takes one of {', '.join(FILES)}, not {shell!r}")
        say(script(shell))
    return 0
