"""The interactive console."""

from __future__ import annotations

from kshell.shell.session import Session


def run(session: Session) -> int:
    """Runs the console until its user leaves; returns the exit value."""
    raise NotImplementedError
