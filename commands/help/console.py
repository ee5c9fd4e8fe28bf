"""What `help console` says: the keys, what may be typed and pasted, and the settings. F1 shows the keys."""

from __future__ import annotations

from kshell.shell.settings import SETTINGS

KEYS = """\
Tab            complete, or choose in the menu
Right, Ctrl-E  take the grey suggestion: an earlier line that did not fail
Up, Down       earlier and later lines that begin with what is typed
Ctrl-R         search in all of them
!!  !12  !ps   the last line, line 12, the last that begins with ps
\\ Enter        the line goes on in the next row
Ctrl-X Ctrl-E  edit the line in $EDITOR (with vi keys also v)
Ctrl-C         clear the line, or stop what runs
Ctrl-Z         suspend kshell until `fg` (not in a sandbox)
Ctrl-L         clear the screen
Ctrl-D         leave
F1             this list
"""
TEXT = """\
A transcript can be pasted: `magenta$ ` before its lines is taken off, and what
was printed between them is left out. A blank before a line keeps it out of the
history. `watch -n 1 ps | grep sh` shows a line again and again, and of what it
prints as much as the screen holds. `pin memory` keeps it under the prompt.

`set` lists the settings, `set NAME VALUE` changes one at once, and a line
`NAME = VALUE` in ~/.config/kshell/config does so for good. At first they are:

"""
NOTES = """
FORCE_COLOR goes before `colour`; where that is auto, NO_COLOR, CLICOLOR_FORCE
and TERM decide. $PAGER is used where `pager` is auto; a `less` in it shows
colours. The lines of ~/.config/kshell/startup.kshell run when a console starts.
"""


def in_full() -> str:
    """`help console` in full."""
    settings = "".join(
        f"  {f'{name} = {setting.default}':<17} {setting.about}\n{'':<20} {setting.wanted}\n"
        for name, setting in SETTINGS.items()
    )
    return KEYS + "\n" + TEXT + settings + NOTES
