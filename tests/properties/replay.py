"""Replay is the run: random sessions of every command go back and forth in time, and are compared with a fresh run.

    python -m tests.properties.replay --sessions 20000 --seed 1

The session under test has a journal, is undone and redone, reset, interrupted, killed and taken up again. Beside it
a plain list notes what should have run, and how: with or without `-k`. In the end, and whenever the session is taken
up again, the list is run from the start on a fresh machine, and nothing may distinguish the two.
"""

import contextlib
import os
import sys
import tempfile
import time
from random import Random

from kshell.kernel.boot import boot
from kshell.shell import registry
from kshell.shell.errors import UsageError
from kshell.shell.execution import execute
from kshell.shell.grammar import parse
from kshell.shell.host import Host, Sandbox
from kshell.shell.looks import only_looks
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.session import Session
from tests.commands.support import image
from tests.dump import difference, dump
from tests.lines import random_line
from tests.sessions import TINY, opened

# What people look at; each line has to print the same, as text and as JSON.
LOOKS = (
    "echo $? $_", "ps", "vars", "alias", "handles", "memory", "stat", "threads", "vmos", "kstats", "top", "k mx ps",
    "k mx jb 1029", "k pmm arenas", "vmaps 3020", "vmaps demo", "k mx ht 3020", "memgraph", "quirks", "nosuchcommand",
)  # fmt: skip
# Commands that take time, leave the machine, or are the session's own, which the test has its own ways for.
OTHERS = frozenset(
    ("watch", "time", "clear", "load", "save", "undo", "redo", "reset", "history", "trace", "set", "shell")
)


# Slots of objects that are no change.
LEFT = (
    *("next_koid", "_next_address", "_freed", "_fresh", "_slot_limit", "_freed_limit", "_next_frame", "_named_free"),
    *("index", "_node", "_nodes", "_last"),
)  # fmt: skip


def interrupt_here(state) -> Result:
    """Ctrl-C in the middle of a line."""
    raise KeyboardInterrupt


def break_here(state) -> Result:
    """A bug in the middle of a line."""
    raise ZeroDivisionError


def commands():
    """The examples of every command, and what cannot be an example."""
    if "interrupt_here" not in registry.COMMANDS:
        registry.every()
        for function in (interrupt_here, break_here):
            command(function.__name__, category="session", summary="for a test")(function)
    return [line for found in registry.every() for line, _ in found.examples if found.name not in OTHERS]


class Play:
    """One random session with its list of what should have run: (line, whether a failure ends it)."""

    def __init__(self, seed, folder):
        self.random = Random(seed)
        self.folder = folder
        self.path = os.path.join(folder, f"journal-{seed}")
        self.script = []
        self.ran = []
        self.undone = []
        self.tiny = self.random.random() < 0.98
        self.examples = commands()
        self.image = os.path.join(folder, "tiny.img") if self.tiny else ""
        if self.tiny and not os.path.exists(self.image):
            with open(self.image, "w") as file:
                file.write(TINY)
        self.session = self._open()

    def _open(self):
        session = opened("--journal", self.path, *(("--boot", self.image) if self.tiny else ()))
        session.answering = self.random.random() < 0.5
        return session

    def line(self):
        """A line of any kind."""
        random = self.random
        kind = random.randrange(20)
        if kind < 8:
            return random.choice(self.examples)
        if kind < 13:
            return random_line(random, self.folder if random.random() < 0.3 else None)
        if kind == 13:
            return " ".join(
                [random.choice(self.examples).split()[0], *random.choices(("$a", "4k", "x", "-1", "3020"), k=2)]
            )
        if kind < 18:
            joined = random.choice((" ; ", " && ", " || ", ";"))
            return joined.join(
                random.choice((*self.examples, "interrupt_here", "break_here", "exit", "ps", "x"))
                if random.random() < 0.3
                else random_line(random)
                for _ in range(random.randrange(2, 4))
            )
        return random.choice((
            "", "  ", "# remark", "alias ll ps", "ll", "unalias ll", "as 3020 ps", "exit", "quit", "! exit", "a = exit",
            "repeat 3 event_create", "spawn demo", "attach demo", "detach", "kill demo", "vmo_create 4k ; exit ; ps",
            f"echo $a > {self.folder}/echo", "expect ERR_BAD_HANDLE handle_close 0",
            "handle_close 0 ; a = event_create",
            "interrupt_here", "a = vmo_create 4k ; break_here", "snap a", "d = diff a", "diff", "snap", "diff a now",
            "what-if 'a = vmo_create 64k; kill demo'", "w = what-if undo", "what-if interrupt_here", "what-if exit",
        ))  # fmt: skip

    def step(self):
        """Something happens to the session."""
        random = self.random
        kind = random.randrange(30)
        if kind == 0:
            self.move("undo")
        elif kind == 1:
            self.move(f"undo {random.randrange(1, 6)}")
        elif kind == 2:
            self.move(f"redo {random.randrange(1, 4)}")
        elif kind == 3 and random.random() < 0.3:
            self.move("reset")
        elif kind == 4:
            self.load()
        elif kind == 5:
            self.take_up(kill=random.random() < 0.5)
        elif kind == 6:
            self.session.interrupts.pending = True
            self.play(self.line())
        else:
            self.play(self.line())

    def play(self, line, stop=None):
        """Runs a line; notes it if it should count. Returns whether a script would go on."""
        if stop is None:
            stop = self.random.random() < 0.5
        self.script.append(f"{'    ' if stop else '-k  '}{line}")
        self.session.stop_on_failure = stop
        outcomes = list(self.session.run(line))
        left, self.session.state.finished = self.session.state.finished, False
        taken_back = any(o.exit == 130 or (o.error or "").startswith("kshell: a bug") for o in outcomes if not o.ok)
        if not taken_back and not (left and _leaves(line)):
            self.ran.append((line, stop))
            self.undone = []
        return not left and all(outcome.ok or outcome.forgiven for outcome in outcomes)

    def load(self):
        """Loads a script of a few lines, which ends at the first that fails unless it begins with `-k`."""
        lines = [self.line() for _ in range(self.random.randrange(1, 5))]
        going_on = self.random.random() < 0.5
        path = os.path.join(self.folder, "script")
        with open(path, "w") as file:
            file.write("#! kshell -k\n" * going_on + "".join(f"{line}\n" for line in lines))
        self.script.append(f"load {path}  # {lines}, {'-k' if going_on else ''}")
        list(self.session.run(f"load {path}"))
        self.session.state.finished = False
        # What the script has run is found out by another session, line by line.
        twin = self.fresh()
        for line in lines:
            twin.stop_on_failure = not going_on
            outcomes = list(twin.run(line))
            taken_back = any(o.exit == 130 or (o.error or "").startswith("kshell: a bug") for o in outcomes if not o.ok)
            if not taken_back and not (twin.state.finished and _leaves(line)):
                self.ran.append((line, not going_on))
                self.undone = []
            if twin.state.finished or any(o.exit == 130 for o in outcomes):
                break
            if not going_on and not all(outcome.ok or outcome.forgiven for outcome in outcomes):
                break

    def move(self, line):
        """Goes back or forth in time, in the session and in the list."""
        self.script.append(line)
        list(self.session.run(line))
        word, _, count = line.partition(" ")
        count = int(count or 1)
        if word == "reset":
            self.undone += reversed(self.ran)
            self.ran = []
        elif word == "undo":
            places = [at for at, changed in enumerate(self.changes(self.ran)) if changed][-count:]
            if places:
                self.undone += reversed(self.ran[places[0] :])
                del self.ran[places[0] :]
        else:
            future = self.ran + self.undone[::-1]
            for changed in self.changes(future)[len(self.ran) :]:
                if changed and not count:
                    break
                count -= changed
                self.ran.append(self.undone.pop())
        self.compare(looks=False)

    def take_up(self, kill):
        """Leaves the session, or kills it after an answer, and takes it up again."""
        self.script.append("kill" if kill else "leave")
        self.compare(looks=False)
        if kill:
            self.session.journal.sync()
            self.session.journal.abandon()
        else:
            self.session.journal.close()
        self.session = self._open()
        self.compare()

    def changes(self, lines):
        """Whether each of these lines, run one after the other on a machine of their own, changes anything."""
        session = self.fresh(())
        found = []
        for line, stop in lines:
            before = without_the_last(session)
            session.stop_on_failure = stop
            list(session.run(line))
            session.state.finished = False
            found.append(before != without_the_last(session) and not only_looks(line))
        return found

    def fresh(self, lines=None):
        """The list, run from the start on a machine of its own."""
        session = Session(boot(TINY if self.tiny else image()), host=Host())
        for line, stop in self.ran if lines is None else lines:
            session.stop_on_failure = stop
            list(session.run(line))
            session.state.finished = False
        return session

    def compare(self, looks=True):
        """Raises AssertionError where the session differs from the fresh run, to those who look too."""
        twin = self.fresh()
        found = difference(dump(self.session), dump(twin))
        assert not found, found
        self.session.state.machine.check()
        assert self.session.state.prompt == twin.state.prompt
        if not looks:
            return
        mine, its = self.session.state.copy(), twin.state.copy()
        for line in LOOKS:
            ours, theirs = look(mine, line), look(its, line)
            assert ours == theirs, f"{line}: {ours} and {theirs}"


def look(state, line):
    """What a line prints, as text and as JSON."""
    clause = parse(line)[0]
    outcome = execute(state, clause, registry.find(clause.words[0]), line, Sandbox())
    return outcome.output + outcome.error, outcome.to_json()


def without_the_last(session):
    """The dump of a session without what every line leaves behind: $?, $_, the number of lines, koids used up; and
    without what is kept only to answer sooner."""
    (variables, aliases, snaps, *_), graph = dump(session)
    kept = [
        (row[0], [entry for name, entry in zip(row[1], row[2], strict=True) if name not in LEFT])
        if type(row) is tuple
        else row
        for row in graph
    ]
    return variables, aliases, snaps, kept


def _leaves(line):
    """Whether leaving is the first thing that the line does: then it is none of the session's."""
    with contextlib.suppress(UsageError):
        return any(clause.words[0] in ("exit", "quit") and not clause.redirect for clause in parse(line)[:1])
    return False


def play(seed, length=25):
    """Plays one session; a difference is raised with the session, to be typed again."""
    with tempfile.TemporaryDirectory() as folder:
        # Where bugs are reported.
        os.environ["XDG_STATE_HOME"] = folder
        game = Play(seed, folder)
        # Lines may write files anywhere.
        with contextlib.chdir(folder):
            _play(game, seed, length)


def _play(game, seed, length):
    try:
        for _ in range(length):
            game.step()
        game.take_up(kill=True)
        game.session.journal.close()
    except Exception as error:
        told = "\n".join(game.script)
        raise AssertionError(f"seed {seed}: {type(error).__name__}: {error}\n{told}") from error


def main():
    """Reads the arguments and plays."""
    arguments = dict(zip(sys.argv[1::2], sys.argv[2::2], strict=True))
    seed, count = int(arguments.get("--seed", "0")), int(arguments.get("--sessions", "1000"))
    start = time.monotonic()
    for number in range(seed, seed + count):
        play(number)
    print(f"{count} sessions from seed {seed} without a difference, {time.monotonic() - start:.0f} s")


if __name__ == "__main__":
    main()
