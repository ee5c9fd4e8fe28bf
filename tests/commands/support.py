"""A fresh session, and what its lines print."""

from functools import cache, partial

import kshell.commands  # noqa: F401 (hands its loader to the registry)
from kshell.images.machine import machine
from kshell.kernel.boot import boot
from kshell.shell import registry
from kshell.shell.host import Host
from kshell.shell.session import Session
from kshell.start import read_image


@cache
def image():
    registry.load()
    return read_image(None)


def fresh(host=None, **options):
    """A session on the seed's machine, made as the program makes it; its lines reach the host's files and programs, or
    what `host` is. `options` are those of `boot`."""
    text = image()
    make = partial(boot, text, **options) if options else machine
    return Session(make(), make, host or Host())


def run(session, *lines):
    """Runs lines; returns the last line's outcome."""
    return [outcome for line in lines for outcome in session.run(line)][-1]


def output(session, line):
    """What a line prints: standard output and error together."""
    return "".join(outcome.output + outcome.error for outcome in session.run(line))


def spelled(overview):
    """The words of the overview of `help`; `port_create _queue` are port_create and port_queue."""
    words = []
    family = ""
    for word in overview.split():
        if not word.startswith("_"):
            family = word.partition("_")[0]
        words.append(family + word if word.startswith("_") else word)
    return words
