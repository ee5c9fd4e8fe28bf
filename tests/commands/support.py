"""A fresh session, and what its lines print."""

from functools import cache

import kshell.commands  # noqa: F401 (hands its loader to the registry)
from kshell.kernel.boot import boot
from kshell.shell import registry
from kshell.shell.session import Session
from kshell.start import read_image


@cache
def image():
    registry.load()
    return read_image(None)


def fresh(**options):
    """A session on the seed's machine."""
    text = image()
    return Session(boot(text, **options))


def state_of(session):
    """What lines change, and parameters parse with: the machine, the variables, whose syscalls they are."""
    return session


def run(session, *lines):
    """Runs lines; returns the last line's outcome."""
    return [outcome for line in lines for outcome in session.run(line)][-1]


def output(session, line):
    """What a line prints: standard output and error together."""
    return "".join(outcome.output + outcome.error for outcome in session.run(line))
