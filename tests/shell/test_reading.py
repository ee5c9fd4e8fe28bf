"""A line while it is typed: what colours, hints and completion know is what Enter does."""

import sys
from collections.abc import Sequence
from contextlib import suppress
from random import Random

import pytest

from kshell.console.highlight import colours
from kshell.kernel.tasks import DEAD
from kshell.shell import registry
from kshell.shell.errors import ShellError
from kshell.shell.host import Host
from kshell.shell.reading import read
from tests.commands.support import fresh, output

WORDS = (
    "4k", "0", "-1", "0x1000", "$v", "$self", "$vmar", "$nothing", "$v.koid", "v", "3020", "p:3020", "j:1068",
    "demo", "sh:vc", "rw", "read,map", "cow", "commit", "process", "name", "on", "w", "--len", "--len=4k",
    "--fill", "--format", "--format=csv", "csv", "--calls", "--", "--sort", "res", "--nothing", "'--calls'",
    '"$v"', "'$v'", "=", "!", "expect", "as", "NO_ERROR", "ERR_BAD_HANDLE", "ps", "zzz", "1041", "1068",
    "1028", "1082", "mx", "foo", "pmm", "arenas", "BADFLAG", "-a", "-c", "-tv", "$c", "$m", "time", "ll",
    "memory", "300", "help", "$v+4k", "$_", "$?", "'a b'", "2989", ">", "/tmp/x", "&", "<", "'", '\\', "1.5",
    "#", "²",
)  # fmt: skip
# They take long, or their time, or end the session that the test goes on with.
LEFT_OUT = {"watch", "repeat", "exit", "reset", "undo", "redo", "set", "shell"}


def lines(random, count):
    """Examples of commands, whole and mutated by words."""
    examples = [line for name, found in registry.COMMANDS.items() if name not in LEFT_OUT for line, _ in found.examples]
    for _ in range(count):
        words = random.choice(examples).split(" ")
        for _ in range(random.randrange(4)):
            at = random.randrange(len(words) + 1)
            words[at : at + random.randrange(2)] = random.sample(WORDS, random.randrange(2)) or []
        line = " ".join(words)
        if not LEFT_OUT & set(words) and ";" not in line and "|" not in line and "&&" not in line:
            yield line


class Lenient(Host):
    """A host that takes whatever a line writes, and has no files of its own."""

    def write(self, path, text, append=False):
        pass

    def pipe(self, line, text):
        return ""

    def save_script(self, path, text, private=False):
        pass

    def names(self, folder):
        return []

    def has_file(self, path):
        return False

    def read_script(self, path):
        raise ShellError("there is none")


def refused(outcome):
    """Whether a line was refused before the kernel was asked, by the console or by a tool of the real machine."""
    if outcome.exit in (2, 127):
        return True
    return not outcome.ok and (outcome.status is None or outcome.status >= 0)


def is_found_only_by_running(line, outcome):
    """What no single word can be blamed for. Each of these is refused although all of its words can be right."""
    return any(
        (
            # What a command finds out by doing it.
            "does not hold" in (outcome.reason or ""),
            # Two words that are right alone.
            any(words in (outcome.reason or "") for words in ("give either DATA", "have pictures, not")),
            # How many are pinned, which ones, and what is written somewhere, is looked for.
            outcome.command in ("pin", "unpin", "apropos") and outcome.exit == 1,
            # A handle that no word names, and an earlier line gave away.
            "holds no handle to its own" in (outcome.reason or ""),
            # `!` and `expect` judge what came of it.
            (outcome.reason or "").startswith(("!: ", "expect: ")),
            # The status of the kernel's console, which an unknown command of it leaves as it was.
            outcome.command == "k" and outcome.exit == -1,
            # It fails whatever is said.
            outcome.command == "false",
            # Nothing is hinted at inside a remark.
            " # " in f"{line} ",
            # The value of a tool's own last flag is missing.
            line.endswith((" -c", " -d", " -o")),
        )
    )


@pytest.mark.parametrize("seed", range(4))
def test_a_word_is_underlined_exactly_when_enter_would_refuse_the_line(seed):
    """T6: what is missing shows as a hint, not as a colour; a handle that cannot work is underlined although it is
    the kernel that refuses it."""
    registry.every()
    session = None
    taken = wrong = 0
    for line in lines(Random(seed), 700):
        names = [task.name for task in session.state.tasks()] if session is not None else []
        if session is None or session.state.shell.state == DEAD or names.count(b"demo") != 1:
            session = fresh(host=Lenient())
            output(session, "spawn demo")
        output(session, "detach")
        for setting_up in ("v = vmo_create 64k", "c = channel_create", "m = map 64k", "alias ll ps"):
            output(session, setting_up)
        session.timeline.lines.clear()
        reading = read(session.state, line + " ")
        given = reading.assignment
        missing = (given is not None and given.error is not None) or any(name[0] != "[" for name in reading.missing)
        underlined = [text for kind, text in colours(session, line, finished=True) if str(kind) == "Token.Error"]
        outcomes = list(session.run(line))
        if not outcomes or (missing and not underlined):
            continue
        outcome = outcomes[-1]
        if underlined:
            kernel = outcome.status is not None and outcome.status < 0
            assert refused(outcome) or kernel, (line, underlined, outcome.output)
        elif not is_found_only_by_running(line, outcome):
            assert not refused(outcome), (line, outcome.error, outcome.exit)
        taken += not underlined
        wrong += bool(underlined)
    assert min(taken, wrong) > 100


def valid(session, line):
    return "Token.Error" not in {str(kind) for kind, _ in colours(session, line, finished=True)}


REFUSED = {
    "as 3020 x = vmo_create 4k": "x", "1x = ps": "1x", "ps > a b": "b", "ps >": ">", "x = undo": "undo",
    "ps; undo": "undo",
    # Lines inside a line.
    "pin map 4k": "map", "pin x = memory": "x", "pin ps > f": "pin", "pin 'ps; undo'": "'ps; undo'",
    "pin 'print zz'": "'print zz'", "pin $nope": "$nope", "watch 'vmo_create 4k 0 1'": "'vmo_create 4k 0 1'",
    "vmo_create 4k 0 1": "1", "!zz": "!zz",
    # Tasks, and of the right kind.
    "attach zzz": "zzz", "attach 1068": "1068", "as zzz ps": "zzz", "as 1068 ps": "1068", "stat j:1068": "j:1068",
    "handles 1068": "1068", "threads magenta-drivers": "magenta-drivers", "spawn x --job 1041": "1041",
    "vmaps zzz": "zzz", "vmaps 1068": "1068", "vmos 99999": "99999", "kill zzz": "zzz", "kill 1028": "1028",
    "killall zzz": "zzz", "vmaps 3020 3020": "3020", "kill 3020 3020": "3020", "! as zzz ps": "zzz",
    # Handles, and of the right kind.
    "vmar_map $vmo 0 $vmo 0 4k r": "$vmo", "vmar_map $vmar 0 $vmar 0 4k r": "$vmar", "vmo_get_size $m": "$m",
    "vmo_get_size $gone": "$gone", "vmo_write $none 0 x": "$none", "vmo_get_size zzz": "zzz",
    "as demo vmo_get_size $vmo": "$vmo", "expect NO_ERROR vmo_get_size $vmar": "$vmar",
    # Another command's line.
    "time nocmd": "nocmd", "watch nocmd": "nocmd", "repeat 3 nocmd": "nocmd", "time time nocmd": "nocmd",
    "watch undo": "undo", "repeat 3 repeat 3 ps": "repeat", "time vmo_create zz": "zz", "repeat 3 attach zzz": "zzz",
    "timed nocmd": "nocmd", "lost": "lost", "watch -n 1 ps --sort zz": "zz",
    # Words of tables.
    "assert 1 = 1": "=", "assert 1 == zz": "zz", "k mx foo": "foo", "k pmm foo": "foo", "help zzz": "zzz",
    "help k mx foo": "foo",
    "load nofile": "nofile", "load .": ".", "map 4k BADFLAG": "BADFLAG", "watch --zz": "--zz",
    "top -x": "-x", "top -c x": "x",
    "kstats zz": "zz",
    "memgraph -tx": "-tx", "unalias zzz": "zzz", "alias ps kill": "ps", "alias a-b ps": "a-b", "alias q timed": "timed",
    "vmo_write $vmo 0 --len 4k --fill 300": "300", "object_set_property $self bad_handle_policy x": "x",
    # Another process's addresses, which go with a handle.
    "as demo vmar_unmap $vmar $m 4k": "$m", "as demo process_read_memory $self $m+4 4": "$m+4",
    "ps > $zzz": "$zzz", "ps; vmo_get_size $zzz": "$zzz", "ps; repeat 3 nocmd": "nocmd",
}  # fmt: skip


def prepared():
    """A session with things of several kinds, and no files but `here`."""
    session = fresh(host=Lenient())
    session.host.has_file = lambda path: path == "here"
    for line in (
        *("spawn demo", "vmo = vmo_create 64k", "m = map 64k", "none = handle_duplicate $vmo none"),
        *("gone = vmo_create 4k", "handle_close $gone", "alias timed time", "alias lost vmo_get_size $zzz"),
    ):
        output(session, line)
    return session


@pytest.mark.parametrize("line", REFUSED)
def test_what_is_refused_is_underlined(line):
    """T6: the very word, once the line is finished, and Enter does refuse it."""
    session = prepared()
    wrong = [text for kind, text in colours(session, line, finished=True) if str(kind) == "Token.Error"]
    assert set(wrong) == {REFUSED[line]}
    if not line.startswith("watch"):
        assert list(session.run(line))[-1].exit


@pytest.mark.parametrize(
    "line",
    [
        # What an earlier command of the line makes, or may make.
        "b = vmo_create 4k; vmo_get_size $b; vmo_get_size b; echo $b.koid",
        "spawn q; attach q; vmo_create 4k",
        "b = spawn q; as q vmo_create 4k",
        "alias zz ps; unalias zz",
        "ps; echo $_.count $?",
        "x = ps > $x",
        "x = vmo_create 4k && vmo_write $x 0 $x",
        # What is meant to fail.
        "expect ERR_WRONG_TYPE vmo_get_size $self",
        "! vmo_write $none 0 x",
        "! attach zzz",
        "pin handles zzz",
        "pin 'handles zzz'",
        "! kill zzz",
        # Whose handles they are.
        "as demo vmar_unmap $vmar 0x1000000 4k",
        "attach demo; detach && touch $m 4k",
        "attach demo; detach && vmar_protect $vmar $m 4k r",
        # What the kernel is to refuse, as a lesson.
        "! vmo_get_size 4",
        "handle_close 0 || echo refused",
        # Anything else that might be taken for wrong.
        "load here",
        "k foo bar",
        "k mx ht zzz",
        "help mx ps",
        "help ';'",
        "killall demo",
        "timed ps --sort res",
        "time time ps",
        "alias q vmo_create zz",
        "alias timed",
        "top -a -c 1 -o none",
        "memgraph -tv",
        "vmaps --at 0x1000000 demo",
        "vmo_get_size vmo",
        "object_set_property $self name x",
        "assert 1 '<' 2",
    ],
)
def test_what_enter_takes_is_not_underlined(line):
    """T6: nor anything whose answer an earlier command of the line may change."""
    session = prepared()
    assert [text for kind, text in colours(session, line, finished=True) if str(kind) == "Token.Error"] == []
    assert list(session.run(line))[-1].exit not in (2, 127)


UNFINISHED = {
    "attach 30": True, "attach sh:": True, "attach p:30": True, "attach zz": False, "spawn x --job 104": False,
    "vmo_get_size $vm": True, "vmo_get_size $vmar": False, "vmo_get_size vm": True, "vmo_get_size $zz": False,
    "echo $vmo.ko": True, "echo $vmo.zz": False, "vmo_create 0x": True, "vmo_create $vmo+": True,
    "vmo_create 4z": False,
    "time vmo_cr": True, "time zz": False, "watch undo": False, "k mx v": True, "k mx zz": False, "help vmo_r": True,
    "help k mx h": True, "help zz": False, "load he": True, "load zz": False, "map 4k rw,spec": True,
    "map 4k zz": False,
    "expect ERR_BAD": True, "expect ZZ": False, "vmo_op_range $vmo com": True, "vmo_op_range $vmo zz": False,
    "trace o": True, "trace zz": False, "killall cra": True, "killall zz": False, "vmo_write $vmo 0 'a": True,
    "ps --sort k": True, "ps --sort z": False, "assert 1 =": True, "assert 1 z": False, "zz": False, "vmo_cr": True,
    "vmaps 99999": False, "kill 9999": False, "handle_duplicate $vmo rea": True, "object_get_info $vmo info_": True,
}  # fmt: skip


@pytest.mark.parametrize("line", UNFINISHED)
def test_the_word_being_typed_is_underlined_once_no_typing_can_make_it_right(line):
    """T6: `attach zzz` is underlined before Enter, `attach sh:` is not."""
    session = prepared()
    session.host.names = lambda folder: ["here"]
    wrong = [text for kind, text in colours(session, line) if str(kind) == "Token.Error"]
    assert wrong == ([] if UNFINISHED[line] else [line.split(" ")[-1]])


def test_an_abbreviation_is_coloured_as_what_it_stands_for():
    session = fresh()
    output(session, "vmo_create 4k")
    assert [text for kind, text in colours(session, "!vmo 0") if str(kind) == "Token.Keyword"] == ["!vmo"]
    assert valid(session, "!vmo 0") and not valid(session, "!vmo 0 1")
    assert valid(session, "!!") and valid(session, "! vmo_create 4k 1")


def test_a_quoted_word_is_never_an_option():
    session = fresh()
    assert output(session, "echo '--calls' x") == "--calls x\n"
    assert output(session, 'echo "--format" csv') == "--format csv\n"
    assert output(session, "echo \\--calls") == "--calls\n"
    assert output(session, "echo -- --calls x") == "--calls x\n"


def test_options_of_every_command():
    session = fresh()
    assert output(session, "vmo_create 4k --format=csv") == output(fresh(), "vmo_create 4k --format csv")
    assert output(session, "vmo_create --calls 4k").startswith("mx_vmo_create(4096, 0, &out0);  // NO_ERROR: out0 = ")
    assert "--format takes one of json, csv, table, not 'xml'" in output(session, "ps --format xml")
    assert "--format needs FORM" in output(session, "ps --format")
    # What comes after an inner command is the inner command's.
    output(session, "alias rows ps --format csv")
    assert output(session, "rows").startswith("type,koid,depth,name,virt,res\n")
    assert output(session, "time vmo_create 4k --format csv").startswith("handle,koid\n")


@pytest.mark.parametrize(
    "line",
    ["x = vmo_read $v 0", "as 3020 vmo_read $", "attach 3020", "spawn demo", "k mx h", "help vmo_r", "kill 3020 ", "p"],
)
def test_a_keystroke_that_asks_for_no_list_of_tasks_walks_none(line):
    """Typing among very many processes is as fast as among few."""
    few, many = fresh(), fresh()
    for session in (few, many):
        output(session, "v = vmo_create 64k")
        # What is loaded when it is first asked for is loaded now.
        calls_made(session, line)
    for at in range(200):
        many.state.machine.create_process(many.state.program_job, b"p%d" % at)
    assert calls_made(many, line) <= calls_made(few, line) + 20


@pytest.mark.parametrize("line", ["vmaps 9999", "attach nobody", "as p:9999", "kill j:9", "k mx ht 9999", "why nobody"])
def test_a_keystroke_that_asks_for_a_list_of_tasks_calls_nothing_for_each(line):
    few, many = fresh(), fresh()
    for at in range(1000):
        many.state.machine.create_process(many.state.program_job, b"p%d" % at)
    for session in (few, many):
        calls_made(session, line)
    assert calls_made(many, line) <= calls_made(few, line) + 20


def calls_made(session, line):
    """How many functions reading and colouring a line calls."""
    count = 0

    def hear(frame, event, argument):
        nonlocal count
        count += event == "call"

    sys.setprofile(hear)
    try:
        list(colours(session, line))
        assert read(session.state, line).words
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("piece", ["word ", "$v ", "'q' ", "4k --x ", "; ps ", "| x "])
def test_work_is_linear_in_the_line(piece):
    session = fresh()
    output(session, "v = vmo_create 4k")
    few, many = (calls_made(session, "echo " + piece * count) for count in (200, 800))
    assert many < 4.2 * few


HINTS = {
    "vmo_create": ["SIZE", "[OPTIONS]"],
    "vmo_create ": ["SIZE", "[OPTIONS]"],
    "vmo_create 4k": ["[OPTIONS]"],
    "x = as 3020 vmar_map $vmar 0 ": ["VMO", "VMO_OFFSET", "LEN", "FLAGS"],
    "vmo_write $v --len 4k ": ["OFFSET", "[DATA]"],
    "time ": ["COMMAND [WORD ...]"],
    "time ps ": ["[WORD ...]"],
    "vmaps ": ["TASK"],
    "vmaps 3020": [],
    "vmaps 3020 ": [],
    "vmos ": ["TASK"],
    "vmos 3020 ": [],
    "kill ": ["TASK"],
    "killall ": ["NAME"],
    "killall demo ": [],
    "k ": ["COMMAND [WORD ...]"],
    "k mx ": [],
    "time repeat 3 vmo_create ": ["SIZE", "[OPTIONS]"],
    "ps | ": [],
    "echo a; vmo_get_size ": ["VMO"],
    "zzz ": [],
}


@pytest.mark.parametrize("line", HINTS)
def test_what_is_missing(line):
    """W15: `vmaps` and its like take one task, neither none nor two, and no hint says otherwise."""
    assert read(fresh().state, line).missing == HINTS[line]


class Counted(Sequence):
    """Words that count how many of them are looked at."""

    def __init__(self, words):
        self.words = words
        self.looked = 0

    def __len__(self):
        return len(self.words)

    def __getitem__(self, at):
        found = self.words[at]
        self.looked += len(found) if isinstance(at, slice) else 1
        return found


def test_no_parameter_looks_at_all_the_words_for_each_of_them():
    """A long line would take quadratic time, which a count of function calls does not see."""
    state = fresh().state
    for found in registry.every():
        if found.rest is not None:
            words = Counted(["3020"] * 300)
            for at in range(300):
                with suppress(ShellError):
                    found.rest.check(state, words, at)
            assert words.looked <= 5 * 300, found.name
