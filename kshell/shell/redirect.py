"""Where a command's text goes instead of the screen: a file, or a program of the host."""

from __future__ import annotations

from kshell.shell.errors import ShellError


def redirect(kind: str, target: str, text: str) -> str:
    """Sends `text` to the file `target` (`kind` ">" or ">>") or through the host's program line `target` ("|").

    Returns what is to be shown: a program's output, nothing for a file. Raises ShellError.
    """
    if kind == "|":
        return _through(target, text)
    try:
        with open(target, "a" if kind == ">>" else "w", encoding="utf-8", errors="surrogateescape") as file:
            file.write(text)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise ShellError(f"cannot write {target!r}: {reason}") from None
    return ""


def _through(line: str, text: str) -> str:
    import subprocess

    done = subprocess.run(
        ["/bin/sh", "-c", line], input=text, stdout=subprocess.PIPE, text=True, errors="surrogateescape", check=False
    )
    # A program that ends early, like head, is no failure; one that says so is.
    if done.returncode:
        raise ShellError(f"{line}: the host's program ended with {done.returncode}")
    return done.stdout
