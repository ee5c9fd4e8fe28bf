"""A line typed while a document is shown: a character at a time, echoed, the last one taken back by Backspace."""

from __future__ import annotations

from kshell.documents import terminal as keys
from kshell.documents.terminal import Terminal
from kshell.text import width


def read_line(terminal: Terminal, prompt: str) -> str | None:
    """The line that is typed after `prompt`; None when Escape or Ctrl-D ends it. Raises KeyboardInterrupt."""
    line = ""
    terminal.write(keys.ERASE_ROW + prompt)
    while True:
        key = terminal.key()
        if key is None:
            if terminal.changed:
                terminal.drawn()
                terminal.write(keys.ERASE_ROW + prompt + line)
            continue
        if key in ("\n", "\r"):
            terminal.write("\n")
            return line
        if key == keys.ESCAPE or (key == keys.CTRL_D and not line):
            terminal.write("\n")
            return None
        if key in (keys.BACKSPACE, "\b") and line:
            terminal.write("\b \b" * width(line[-1]))
            line = line[:-1]
        elif key == keys.CTRL_U:
            line = ""
            terminal.write(keys.ERASE_ROW + prompt)
        elif key.isprintable():
            line += key
            terminal.write(key)
