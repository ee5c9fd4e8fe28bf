"""What a word means by the type of its parameter, and what each type offers."""

import pytest

from kshell.commands.tools.task_tree import TaskWord
from kshell.shell.arguments import Address, Handle, Number, Parameter, Raw, Size, Switch, Task, Word
from kshell.shell.errors import ShellError, UsageError
from tests.commands.support import fresh, run


@pytest.fixture
def session():
    """A session whose `$v` is a VMO of 16 kB, mapped at `$m`."""
    session = fresh()
    run(session, "v = vmo_create 16k", "m = vmar_map $vmar 0 $v 0 16k rw", "c = channel_create", "p = ps")
    return session


def value(session, name):
    return session.state.variables[name].value


def parse(session, param, word):
    return param.parse(session.state, word)


def choices(session, param):
    return dict(param.choices(session.state))


def test_what_a_parameter_is_told():
    assert not Number("N").optional and not Number("N").many and Number("N").option == ""
    assert Number("N", 0).optional and Number("N", None).optional and Number("N", 0).default == 0
    assert Size("SIZE", None, option="--min").option == "--min" and Raw("WORD", many=True).many
    switch = Switch("--gaps", "show the free addresses")
    assert (switch.name, switch.default, switch.option, switch.about) == (
        "",
        False,
        "--gaps",
        "show the free addresses",
    )
    assert Number("N").name == "N" and isinstance(Number("N"), Parameter)


@pytest.mark.parametrize("kind", [Address, Handle, Number, Raw, Size, Task, Word])
def test_each_type_explains_itself_in_a_line(kind):
    assert kind("X").explain and "\n" not in kind("X").explain


def test_text_and_names(session):
    assert parse(session, Word("W"), "a$v.koid-$?") == "a3183-0"
    assert parse(session, Word("W"), "$ $$") == "$ $$"
    assert parse(session, Raw("W"), "a$v.koid-$?") == "a$v.koid-$?"
    with pytest.raises(UsageError, match="nope"):
        parse(session, Word("W"), "$nope")


@pytest.mark.parametrize("kind", [Number, Size, Address])
def test_numbers(session, kind):
    for word, number in (("4096", 4096), ("0x10", 16), ("2*4k", 8192), ("$?+3", 3), ("-1", (1 << 64) - 1)):
        assert parse(session, kind("N"), word) == number
    assert parse(session, kind("N"), "$m-4k") == value(session, "m") - 4096
    for word in ("v", "", "x", "$p.tasks", "9" * 20 + "9"):
        with pytest.raises(UsageError):
            parse(session, kind("N"), word)


def test_a_handle_by_variable_name_or_number(session):
    handle = Handle("H")
    assert parse(session, handle, "v") == parse(session, handle, "$v") == value(session, "v")
    assert parse(session, handle, str(value(session, "v"))) == value(session, "v")
    assert parse(session, handle, "vmar") == parse(session, handle, "$vmar") != parse(session, handle, "self")
    assert parse(session, handle, "$c.1") != parse(session, handle, "$c.0")
    assert parse(session, handle, "99") == 99
    run(session, "t = k mx ht 3020")
    with pytest.raises(UsageError, match=r"\$t does not stand for a number.*\$t\.handles"):
        parse(session, handle, "t")
    with pytest.raises(UsageError):
        parse(session, handle, "nobody")


def test_a_variable_hides_the_name_of_an_own_handle(session):
    own = parse(session, Handle("H"), "self")
    run(session, "self = vmo_create 4k")
    assert parse(session, Handle("H"), "self") == value(session, "self") != own


def test_handles_are_offered_with_what_they_are(session):
    assert choices(session, Handle("H")) == {
        "$v": "vmo 3183",
        "$c": "channel 3184",
        "$self": "process 2988",
        "$vmar": "vmar 2989",
        "$job": "job 1082",
    }
    run(session, "handle_close $v")
    assert "$v" not in choices(session, Handle("H"))


def test_sizes_and_addresses_are_offered(session):
    assert choices(session, Size("S")) == {
        "4k": "one page",
        "64k": "16 pages",
        "2M": "512 pages",
        "1G": "262,144 pages",
    }
    assert choices(session, Address("A"))[f"{value(session, 'm'):#x}"] == "mapping of 16k, useralloc"
    assert choices(session, Address("A"))["$m"] == f"{value(session, 'm'):#x}, mapping of 16k, useralloc"
    assert choices(session, Number("N")) == choices(session, Word("W")) == {}
    assert dict(Size("S").completions(session.state, ["2"], 0)) == choices(session, Size("S"))


@pytest.mark.parametrize(
    ("word", "koid"),
    [
        ("3020", 3020),
        ("p:3020", 3020),
        ("0xbcc", 3020),
        ("05714", 3020),
        ("3000+20", 3020),
        ("sh:vc", 3020),
        ("1068", 1068),
        ("j:1068", 1068),
        ("magenta-drivers", 1068),
        ("1024", 1024),
    ],
)
def test_a_task_by_koid_kind_or_name(session, word, koid):
    assert parse(session, Task("T"), word).koid == koid


@pytest.mark.parametrize("word", ["j:3020", "p:1068", "0", "99999", "p:", "p:x", "sh", "p:99999999999999999999999"])
def test_what_names_no_task(session, word):
    with pytest.raises(ShellError, match=r"there is no task|number"):
        parse(session, Task("T"), word)


def test_a_name_of_several_tasks_is_refused_with_their_koids(session):
    koids = [run(session, "spawn twin").result.value for _ in range(2)]
    with pytest.raises(ShellError, match=f"2 tasks are named 'twin': {koids[0]}, {koids[1]}"):
        parse(session, Task("T"), "twin")
    # A tool's own word is the tool's to complain about.
    assert parse(session, TaskWord("T"), "twin") == "twin" and parse(session, TaskWord("T"), "$v.koid") == "3183"


def test_tasks_are_offered_as_they_are_being_written(session):
    task = Task("T")
    plain = dict(task.completions(session.state, [""], 0))
    assert plain == choices(session, task) and plain["3020"] == "sh:vc" and plain["1068"] == "magenta-drivers"
    assert dict(task.completions(session.state, ["302"], 0)) == {"3020": "sh:vc"}
    processes = dict(task.completions(session.state, ["p:3"], 0))
    assert processes["p:3020"] == "sh:vc" and not [word for word in processes if word[:2] != "p:" or word == "p:1068"]
    jobs = dict(task.completions(session.state, ["j:"], 0))
    assert jobs["j:1068"] == "magenta-drivers" and "j:3020" not in jobs
