"""Where a user's own files are: history, settings, reports of bugs. The rules are those of the XDG Base Directory
Specification, by which a path that is not absolute counts for nothing.
"""

from __future__ import annotations


def user_folder(variable: str, *usual: str) -> str | None:
    """The folder of kshell's files of one kind; it need not be there yet.

    It is in the folder that the environment's `variable` names (`XDG_STATE_HOME`) or else in the home's folder `usual`
    (".local", "state"). None for a user without a home, as programs in containers may be.
    """
    import os

    folder = os.environ.get(variable, "")
    if not os.path.isabs(folder):
        folder = os.path.join(os.path.expanduser("~"), *usual)
    return os.path.join(folder, "kshell") if os.path.isabs(folder) else None
