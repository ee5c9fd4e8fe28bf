"""What could be typed next."""

from random import Random

import pytest

from kshell.console.completion import matching, suggestions
from kshell.console.highlight import colours
from kshell.shell import registry
from kshell.shell.arguments import File, Handle, Number
from kshell.shell.grammar import parse
from kshell.shell.host import Sandbox
from kshell.shell.reading import read
from tests.commands.support import fresh, run
from tests.steps import steps


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("vmo_cr", "vmo_create"),
        ("x = vmo_cr", "vmo_create"),
        ("! vmo_cr", "vmo_create"),
        ("expect ERR_BAD_S", "ERR_BAD_STATE"),
        ("expect ERR_BAD_STATE vmo_cr", "vmo_create"),
        ("as 302", "3020"),
        ("as sh:v", "3020"),
        ("as p:30", "p:3020"),
        ("attach p:30", "p:3020"),
        ("kill j:10", "j:1068"),
        ("as 3020 vmo_cr", "vmo_create"),
        ("echo a; vmo_cr", "vmo_create"),
        ("ps && vm", "vmaps"),
        ("k pm", "pmm"),
        ("k mx h", "ht"),
        ("k mx ht 30", "3020"),
        ("help vmo_w", "vmo_write"),
        ("vmo_write $v 0 --f", "--fill"),
        ("vmo_read ", "$v"),
        ("vmo_read $", "$v"),
        ("echo $v.k", "koid"),
        ("vmar_map $vmar 0 $v 0 4k rw,sp", "rw,specific"),
        ("handle_duplicate $v read,ma", "read,map"),
        ("vmo_op_range $v dec", "decommit"),
        ("object_get_info $v hand", "handle_basic"),
        ("touch 0x12f", "0x12f4000"),
    ],
)
def test_completion_knows_what_can_stand_where(text, offered):
    session = fresh()
    run(session, "v = vmo_create 4k")
    assert offered in [found.shown for found in suggestions(session, text)]


def texts(found):
    return [suggestion.text for suggestion in found]


def test_what_begins_so_comes_first_then_what_holds_it_then_its_letters():
    choices = [("vmar_map", ""), ("map", ""), ("mx_ap", ""), ("unmap", ""), ("xmap", "map"), ("MAPS", "")]
    assert texts(matching(choices, "map")) == ["map", "MAPS", "vmar_map", "unmap", "xmap", "mx_ap"]
    assert texts(matching(choices, "MaP")) == texts(matching(choices, "map"))
    assert texts(matching(choices, "m")) == ["map", "mx_ap", "MAPS"]
    assert texts(matching(choices, "zz")) == []


def test_a_number_is_known_by_what_is_said_about_it():
    choices = [("3020", "sh:vc"), ("v", "sh:vc"), ("3021", "other")]
    assert texts(matching(choices, "sh:")) == ["3020"]
    assert texts(matching(choices, "SH:V")) == ["3020"] and texts(matching(choices, "s")) == []


def test_a_suggestion_replaces_what_was_typed():
    (found,) = matching([("vmo_create", "makes one")], "vmo_cr")
    assert (found.text, found.length, found.about) == ("vmo_create", 6, "makes one")
    (found,) = matching([("a", "b")], "")
    assert (found.text, found.length, found.about) == ("a", 0, "b")


@pytest.mark.parametrize("word", ["", "n", "number", "99"])
def test_a_menu_has_an_end(word):
    choices = ((f"number{at}", "") for at in range(10_000))
    assert len(matching(choices, word)) == 200
    # Once there are enough that begin so, nothing more is looked at.
    assert (next(choices, None) is None) == (word == "99")


@pytest.mark.parametrize(
    ("text", "offered", "length"),
    [
        ("vmo_op_range $v com", ["commit", "decommit"], 3),
        (
            "vmar_map $vmar 0 $v 0 4k rw,spec",
            ["rw,specific", "rw,specific-overwrite", "rw,can-map-specific"],
            7,
        ),
        ("vmaps --", ["--name", "--min", "--sort", "--at", "--perms", "--gaps", "--vmo", "--format", "--calls"], 2),
        ("vmaps --so", ["--sort"], 4),
        ("ps --format c", ["csv"], 1),
        ("vmaps 3020 --sort b", ["base"], 1),
        ("trace o", ["on", "off"], 1),
        ("touch 0 1 ", ["r", "w", "x"], 0),
        ("k mx v", ["vmos"], 1),
        ("k pmm dump", ["dump_alloced"], 4),
        ("echo $v.", ["$v.handle", "$v.koid"], 3),
        ("echo $_.s", ["$_.size"], 4),
        ("# vm", [], 0),
        ("ps | gre", [], 0),
    ],
)
def test_what_stands_where_and_what_it_replaces(text, offered, length):
    session = fresh()
    run(session, "v = vmo_create 4k", "vmo_get_size $v")
    found = suggestions(session, text)
    assert texts(found) == offered and {suggestion.length for suggestion in found} <= {length}


def test_what_is_said_about_a_suggestion():
    session = fresh()
    run(session, "v = vmo_create 4k", "m = vmar_map $vmar 0 $v 0 4k r", "n = vmo_get_size $v", "alias ll ps --sort res")

    def about(text, name):
        (found,) = [suggestion.about for suggestion in suggestions(session, text) if suggestion.text == name]
        return found

    assert about("vmo_read $", "$v") == "vmo 3183"
    assert about("echo $", "$m") == "0x12fd000" and about("echo $", "$n") == "4096" and about("echo $", "$_") == ""
    assert about("l", "ll") == "alias: ps --sort res"
    assert about("attach 302", "3020") == "sh:vc"
    assert about("expect ERR_BAD_S", "ERR_BAD_STATE") == "-20"


def test_files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("one", "other", ".hidden"):
        (tmp_path / name).write_text("")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "deep").write_text("")
    session = fresh()
    assert texts(suggestions(session, "load ")) == ["folder/", "one", "other"]
    assert texts(suggestions(session, "load o")) == ["one", "other"]
    assert texts(suggestions(session, "ps > .h")) == [".hidden"]
    (found,) = suggestions(session, "save folder/d")
    assert (found.text, found.length, found.shown) == ("folder/deep", 8, "deep")


# What a name can have in it that means something to the line, or cannot be typed at all.
NASTY = " '\"\\$;|&><#=!-~*.,/()\u00e9\u4e2d\u202fabqq\n\t\x07\x7f\u2028\udce9"


def nasty_names(random, count):
    """Names that a careless completion would break a line with."""
    yield from (
        "qq | touch PWNED",
        "it's",
        "--calls",
        "=",
        "!",
        "as",
        "expect",
        "-",
        "$v",
        "a b",
        "#x",
        "\\",
        'say "a"',
    )
    for _ in range(count):
        yield "".join(random.choice(NASTY) for _ in range(random.randrange(1, 8)))


def can_be_typed(name):
    return all(char.isprintable() or char == "\u202f" for char in name)


def typings(name):
    """How one may have begun to type the name, and in what quotes."""
    yield from ("", "'", '"')
    if name[0] not in "'\"\\$":
        yield "'" + name[0]
        yield '"' + name[0]
    if name[0].isalpha():
        yield name[0]


def completed(session, line, name):
    """The line with the name chosen in the menu, None if the menu has no such name."""
    chosen = [found for found in suggestions(session, line) if found.shown.rstrip("/") == name]
    return line[: len(line) - chosen[0].length] + chosen[0].text if chosen else None


class Folder(Sandbox):
    """A host with a folder of these names."""

    def __init__(self, names):
        super().__init__()
        self.listed = names

    def names(self, folder):
        return self.listed


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("begin", ["load ", "save ", "ps > ", "ps >> ", "echo a; ps >"])
def test_a_file_chosen_in_the_menu_is_one_word_of_the_line(seed, begin):
    """S2: `load q` and Tab in a folder with a file `qq | touch PWNED` never runs `touch`."""
    session = fresh(host=Folder([]))
    offered = 0
    for name in nasty_names(Random(seed), 150):
        if name in (".", "..") or "/" in name:
            continue
        session.host.listed = [name]
        for typed in typings(name):
            line = completed(session, begin + typed, name)
            hidden = name[0] == "." and typed in ("", "'", '"')
            assert (line is not None) == (can_be_typed(name) and not hidden), (typed, name)
            if line is not None:
                clauses = parse(line)
                assert len(clauses) == len(parse(begin + "x"))
                value = clauses[-1].redirect[1] if ">" in begin else clauses[-1].words[1]
                assert value == name and session.state.expand(value) == name, (line, name)
                assert len(clauses[-1].words) == (1 if ">" in begin else 2)
                assert ">" in begin or read(session.state, line).assignment.values == [name]
                offered += 1
    assert offered > 200


def test_completion_goes_on_in_a_folder_whose_name_was_quoted(tmp_path, monkeypatch):
    """S2: the folder's quotes are closed, and what is typed after them is still the same word."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my dir" / "in ner").mkdir(parents=True)
    (tmp_path / "my dir" / "in ner" / "it's").write_text("")
    session = fresh()
    for quote in ("", "'", '"'):
        line = f"load {quote}my"
        for more, name in (("", "my dir"), ("i", "in ner"), ("it", "it's")):
            line = completed(session, line + more, name)
        assert parse(line)[0].words == ["load", "my dir/in ner/it's"]


@pytest.mark.parametrize("seed", range(3))
def test_a_task_a_variable_or_an_alias_chosen_in_the_menu_is_one_word(seed):
    """S2: the kind is everything that is offered, not only files."""
    session = fresh()
    random = Random(seed)
    for name in nasty_names(random, 25):
        if not can_be_typed(name) or "\\" in name or not name.isascii():
            continue
        process = session.state.machine.create_process(session.state.program_job, name.encode())
        line = completed(session, "killall ", name)
        if line is None:
            # A name with a slash is there twice, the last part before the whole.
            assert name == "/"
        else:
            assert (
                parse(line)[0].words == ["killall", name] and read(session.state, line).typed.error(session.host) == ""
            )
        process.kill()
    for name in ("expect", "as"):
        session.state.aliases[name] = ["echo"]
        chosen = [found.text for found in suggestions(session, name[0]) if found.about.startswith("alias: ")]
        assert [parse(text + " x")[0].words[0] for text in chosen] == [name]
        del session.state.aliases[name]


def test_variables_are_completed_in_double_quotes_and_not_in_single_ones():
    session = fresh()
    run(session, "v = vmo_create 4k")
    assert texts(suggestions(session, 'echo "a $v.k')) == ['"a $v.koid']
    assert "$v" in [found.shown for found in suggestions(session, 'echo "$')]
    assert suggestions(session, "echo '$") == [] == suggestions(session, "echo \\$")


MENUS = [
    # Only what the kernel would take there.
    ("vmar_map ", ["$vmar"]),
    ("vmar_map $vmar 0 ", ["$v"]),
    ("vmar_map $vmar 0 $", ["$v"]),
    ("vmo_write ", ["$v"]),
    ("process_read_memory ", ["$self"]),
    ("task_kill ", ["$self", "$job"]),
    ("as demo vmo_read ", []),
    # Processes, or jobs.
    ("spawn x --job 10", ["1024", "1028", "1068", "1082"]),
    ("spawn x --job=106", ["--job=1068"]),
    ("attach 106", []),
    ("as 106", []),
    ("vmaps 106", []),
    ("vmos 106", []),
    ("stat 106", []),
    ("kill 106", ["1068"]),
    ("kill 1028", []),
    ("kill 3020 ", []),
    # After words that take another command, or names of their own.
    ("watch memo", ["memory", "mmap_device_memory", "process_read_memory", "process_write_memory"]),
    ("watch und", []),
    ("time und", []),
    ("repeat 3 repe", []),
    ("time time vmo_cl", ["vmo_clone"]),
    ("time vmo_read ", ["$v"]),
    ("watch -n 1 ps --so", ["--sort"]),
    ("watch -", ["-n", "--times", "--format", "--calls"]),
    ("watch --ti", ["--times"]),
    ("time $", []),
    ("alias $", []),
    # Programs of the host are not this console's commands.
    ("shell ", []),
    ("shell p", []),
    ("trace $", []),
    ("killall $", []),
    ("ps --sort=r", ["--sort=res", "--sort=virt"]),
    ("killall crash", ["crashlogger"]),
    ("kstats ", ["-c", "-m", "--mended", "-d", "-h", "--help"]),
    ("kstats -m", ["--format", "-m", "--mended"]),
    ("top -o ", ["none", "time"]),
    ("memgraph --t", ["--format", "--threads"]),
    ("unalias ", ["ll"]),
    ("alias q vmo_cl", ["vmo_clone"]),
    ("alias q vmo_clone ", []),
    ("help k pmm dump_a", ["dump_alloced"]),
    ("help quir", ["quirks"]),
    ("man vmo_cl", ["vmo_clone"]),
    ("assert 1 l", ["lt", "le"]),
    ("echo -- --for", []),
    ("echo '--for", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "offered"), MENUS)
def test_a_menu_has_what_enter_takes(text, offered):
    """T7: and nothing else."""
    session = fresh()
    run(session, "spawn demo", "v = vmo_create 4k", "none = handle_duplicate $v none", "m = map 4k", "alias ll ps")
    assert texts(suggestions(session, text)) == offered


def test_addresses_begin_with_the_variables_that_hold_some():
    """T7: `touch ` offered 38 raw addresses, and never `$m`."""
    session = fresh()
    run(session, "v = vmo_create 4k", "m = map 64k", "gone = map 4k", "vmar_unmap $vmar $gone 4k", "p = ps")
    found = suggestions(session, "touch ")
    assert found[0].text == "$m" and found[0].about.endswith("mapping of 64k, useralloc")
    assert all(text.startswith("0x") for text in texts(found)[1:])
    assert texts(suggestions(session, "touch $"))[0] == "$m"
    run(session, "detach", "spawn demo", "attach demo")
    assert "$m" not in texts(suggestions(session, "touch "))


# A word for each kind of parameter, so that the next one is reached.
GOOD = {
    "RESOURCE": "$v", "PORT": "$v", "CLEAR": "0", "SET": "0", "SIGNALS": "1",
    "PADDR": "0xfebc0000",
    "SIZE": "4k", "LEN": "4k", "OFFSET": "0", "VMAR_OFFSET": "0", "VMO_OFFSET": "0", "VMO": "$v", "VMAR": "$vmar",
    "ADDR": "$m", "HANDLE": "$v", "JOB": "$job", "PROC": "$self", "THREAD": "$t", "CH": "$c", "NAME": "x",
    "OPTIONS": "0", "KOID": "3020", "RIGHTS": "same", "FLAGS": "rw", "OP": "commit", "TOPIC": "handle_basic",
    "PROPERTY": "name", "DATA": "x", "N": "2", "LEFT": "1", "TASK": "3020", "ENTRY": "0", "SP": "0", "ARG": "$v",
    "ARG1": "0", "COUNT": "8", "VALUE": "x", "X": "$v",
}  # fmt: skip
# They run until Ctrl-C, or take back what the test has set up.
ENDLESS = {"watch", "undo", "redo", "reset"}
OP_OF_ASSERT = {"assert": {"OP": "=="}}
SETTING = ("spawn demo", "v = vmo_create 64k", "m = map 64k", "c = channel_create", "t = thread_create $self t",
           "alias ll ps", "p = ps")  # fmt: skip


def good(param):
    """A word that such a parameter takes, if it is no other word that is wrong."""
    if param.name in GOOD:
        return GOOD[param.name]
    if isinstance(param, File):
        return "x" + (param.endings or ("",))[-1]
    return "$v" if isinstance(param, Handle) else "1" if isinstance(param, Number) else "x"


def places():
    """(line, what follows it) for each parameter of each command: what is typed before it, and a line's rest."""
    for found in registry.every():
        before = found.name
        for param in found.positional:
            yield before + " "
            yield before + " $"
            before += " " + OP_OF_ASSERT.get(found.name, {}).get(param.name, good(param))
        if found.rest is not None:
            yield before + " "
        for option, param in found.options.items():
            if param.name:
                yield f"{before} {option} "
                yield f"{before} {option}="


def test_whatever_a_menu_offers_is_accepted():
    """T7: nothing that a menu offers is underlined, or refused by Enter as wrong."""
    session = fresh(host=Folder(["a b", "it's"]))
    session.host.has_file = lambda path: path in session.host.listed
    run(session, *SETTING)
    start = session.state
    tried = 0
    for line in places():
        offered = suggestions(session, line)
        for found in offered:
            whole = line[: len(line) - found.length] + found.text
            assert read(session.state, whole).typed.error(session.host) == "", whole
        for found in offered[:1]:
            whole = line[: len(line) - found.length] + found.text
            given = read(session.state, whole).assignment
            if whole.split()[0] in ENDLESS or given is None or given.error is not None:
                continue
            session.state = start.copy()
            outcome = run(session, whole)
            # A word of a command's own command is missing, or DATA, which may also stand in an option.
            more = any(words in outcome.error for words in ("give either DATA", "is missing; usage"))
            wrong = outcome.exit in (2, 127) and not more
            assert not wrong, (whole, outcome.error)
            tried += 1
        session.state = start
    assert tried > 100


@pytest.mark.parametrize(
    "text",
    [
        "handle_close $e",
        "vmo_read $",
        "vmo_read $e19",
        "print $e1.koid+$",
        "why e",
        "process_read_memory $self $e",
        "echo $",
    ],
)
def test_a_key_among_very_many_variables_looks_at_few_of_them(text):
    def key(count):
        session = fresh()
        for at in range(count):
            list(session.run(f"e{at} = event_create"))
        return lambda: (suggestions(session, text), list(colours(session, text)))

    assert steps(key(2_000)) < 2 * steps(key(400))
