"""What is fuzzed: each target takes bytes, and is content or raises.

A target is a class with `seeds()`, real inputs to start from, and `feed(data)`, which hands one input to kshell the
way a user's bytes come in, and asserts that the answer is one: text and an exit value, never another exception.
"""

import io
import json
import os
import tempfile
import unicodedata
from contextlib import redirect_stderr, redirect_stdout

from kshell.documents.checking import check
from kshell.documents.reading import read
from kshell.documents.updating import update
from kshell.kernel.boot import ImageError, boot
from kshell.script import Runner
from kshell.shell.errors import EXIT_FAILED, EXIT_NOT_FOUND, EXIT_USAGE, UsageError
from kshell.shell.host import Sandbox
from tests.commands.support import fresh
from tests.fuzz.inputs import documents, images, lines, spoil
from tests.sessions import opened

EXITS = (0, EXIT_FAILED, EXIT_USAGE, EXIT_NOT_FOUND)
# A session serves so many inputs, so that what one leaves behind meets the next.
INPUTS_EACH = 40


def sandboxed():
    """A session that touches no file and no program of this machine."""
    return fresh(host=Sandbox(), memory=256 << 20)


def brief(data):
    """The input without the commands whose purpose is to take long: a billion times has a test of its own."""
    return data.replace(b"repeat", b"repeal").replace(b"watch", b"wash")


def harmless(text):
    """Asserts that a terminal would show `text` and obey none of it."""
    for char in set(text) - set("\n\t"):
        turns = "\u202a" <= char <= "\u202e" or "\u2066" <= char <= "\u2069"
        assert unicodedata.category(char) != "Cc" and not turns, f"{char!r} would go to the terminal"


class Lines:
    """One line typed."""

    def __init__(self):
        self.session = sandboxed()
        self.count = 0

    def seeds(self, random):
        return b" ".join(random.choice(lines()) for _ in range(random.choice((1, 1, 2))))

    def feed(self, data):
        self.count += 1
        if self.count % INPUTS_EACH == 0:
            self.session = sandboxed()
        line = brief(data).decode("utf-8", "surrogateescape").replace("\n", " ")
        for outcome in self.session.run(line):
            assert "a bug" not in outcome.error, outcome.error
            harmless(outcome.output)
            harmless(outcome.error)
            json.loads(outcome.to_json())
        if self.count % 8 == 0:
            self.session.state.machine.check()


class Scripts:
    """A script file, run."""

    json = False

    def seeds(self, random):
        return b"\n".join(random.choice(lines()) for _ in range(6)) + b"\n"

    def feed(self, data):
        data = brief(data)
        stream = io.TextIOWrapper(io.BytesIO(data), encoding="utf-8", errors="surrogateescape")
        out, err = io.StringIO(), io.StringIO()
        session = sandboxed()
        with redirect_stdout(out), redirect_stderr(err):
            runner = Runner(session, self.json, keep_going=True)
            runner.run("fuzz", stream, flush=True)
        assert runner.exit in EXITS
        assert "a bug" not in err.getvalue() and "a bug, and" not in out.getvalue()
        session.state.machine.check()
        self.look(out.getvalue(), err.getvalue())

    def look(self, out, err):
        harmless(out)
        harmless(err)


class Json(Scripts):
    """The same through `--json -`."""

    json = True

    def look(self, out, err):
        assert not err
        for answer in out.split("\n")[:-1]:
            assert json.loads(answer)["exit"] is not None


class Documents:
    """A document, checked."""

    def seeds(self, random):
        return random.choice(documents())

    def feed(self, data):
        text = brief(data).decode("utf-8", "surrogateescape")
        report = check("fuzz.md", read(text), sandboxed)
        for line in report.lines:
            assert "a bug, and" not in line
        # What the machine prints, once it is written, is what the document says.
        written, _ = update("fuzz.md", text, sandboxed)
        assert report.differ or written == text
        assert written == text or check("fuzz.md", read(written), sandboxed).differ == 0


class Journals:
    """A journal that a session is to be brought back from."""

    def __init__(self):
        self.folder = tempfile.mkdtemp()
        self.path = os.path.join(self.folder, "journal")
        session = opened("--journal", self.path)
        session.answering = True
        for line in ("a = vmo_create 64k", "m = map 64k", "touch $m 64k", "undo", "redo", "ps", "reset", "ps | true"):
            for _ in session.run(line):
                pass
        session.journal.close()
        with open(self.path, "rb") as file:
            self.whole = file.read()

    def seeds(self, random):
        return self.whole

    def feed(self, data):
        data = brief(data)
        with open(self.path, "wb") as file:
            file.write(data)
        try:
            session = opened("--journal", self.path)
        except UsageError as error:
            assert "\n" not in error.message
            with open(self.path, "rb") as file:
                left = file.read()
            assert left == data or not data, "a refused start changed the journal"
        else:
            session.state.machine.check()
            session.journal.close()
            with open(self.path, "rb") as file:
                assert data.startswith(file.read()) or not data


class Images:
    """A boot image, booted."""

    def seeds(self, random):
        return random.choice(images())

    def feed(self, data):
        try:
            machine = boot(data.decode("utf-8", "surrogateescape"))
        except ImageError as error:
            assert "\n" not in str(error)
        else:
            machine.check()


TARGETS = {
    "line": Lines,
    "script": Scripts,
    "document": Documents,
    "journal": Journals,
    "image": Images,
    "json": Json,
}


def inputs(target, random):
    """Endless inputs for a target."""
    while True:
        data = target.seeds(random)
        yield data if random.randrange(20) == 0 else spoil(data, random)
