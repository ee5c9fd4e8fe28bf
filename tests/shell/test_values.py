"""What a value is, whose it is, and where it fits."""

import json

import pytest

from kshell.commands.tools.task_tree import TaskWord
from kshell.shell import registry
from kshell.shell.arguments import Handle, Number, Size, Task
from kshell.shell.errors import UsageError
from kshell.shell.expressions import appraise
from kshell.shell.state import MAX_EXPANDED
from kshell.shell.values import ADDRESS, COUNT, HANDLE, KOID, SIZE, Value, text_of
from tests.commands.support import fresh, output, run

# A line that makes $x, and what $x or a field of it is.
KINDS = [
    ("vmo_create 64k", "$x", HANDLE),
    ("vmo_create 64k", "$x.handle", HANDLE),
    ("vmo_create 64k", "$x.koid", KOID),
    ("channel_create", "$x", HANDLE),
    ("channel_create", "$x.1", HANDLE),
    ("channel_create", "$x.1.koid", KOID),
    ("process_create $job p", "$x.vmar", HANDLE),
    ("process_create $job p", "$x.vmar.koid", KOID),
    ("vmar_allocate $vmar 0 1M can-map-read", "$x", HANDLE),
    ("vmar_allocate $vmar 0 1M can-map-read", "$x.addr", ADDRESS),
    ("vmar_map $vmar 0 $v 0 4k r", "$x", ADDRESS),
    ("map 4k", "$x", ADDRESS),
    ("map 4k", "$x.koid", KOID),
    ("vmo_get_size $v", "$x", SIZE),
    ("vmo_write $v 0 hello", "$x", SIZE),
    ("vmo_read $v 0 4", "$x.actual", SIZE),
    ("channel_read $c.1", "$x", SIZE),
    ("channel_read $c.1", "$x.0", HANDLE),
    ("channel_read $c.1", "$x.handles.0.koid", KOID),
    ("touch $m", "$x", COUNT),
    ("touch $m", "$x.faults", COUNT),
    ("spawn demo", "$x", KOID),
    ("attach 3020", "$x", KOID),
    ("detach", "$x.koid", KOID),
    ("stat", "$x", SIZE),
    ("stat", "$x.virt", SIZE),
    ("memory", "$x.free", SIZE),
    ("handles", "$x", COUNT),
    ("handles", "$x.handles.0.handle", HANDLE),
    ("threads 3020", "$x", COUNT),
    ("ps", "$x", COUNT),
    ("ps", "$x.3020.res", SIZE),
    ("vmaps 3020", "$x", COUNT),
    ("vmaps 3020", "$x.maps.1.base", ADDRESS),
    ("vmos 3020", "$x", COUNT),
    ("killall crashlogger", "$x", COUNT),
    ("repeat 3 echo", "$x", COUNT),
    ("system_get_physmem", "$x", SIZE),
    ("system_get_num_cpus", "$x", COUNT),
    ("object_get_info $self handle_basic", "$x", KOID),
    ("object_get_info $self handle_basic", "$x.rights", ""),
    ("object_get_info $vmar vmar", "$x", ADDRESS),
    ("object_get_info $vmar vmar", "$x.len", SIZE),
    ("object_get_info $self task_stats", "$x", SIZE),
    ("object_get_info $job job_processes", "$x", COUNT),
    ("object_get_info $job job_processes", "$x.koids.0", KOID),
    ("object_get_info $o process_maps", "$x.maps.0.base", ADDRESS),
    ("detach", "$self", HANDLE),
    ("detach", "$vmar.koid", KOID),
    ("detach", "$job", HANDLE),
    ("detach", "$?", ""),
    ("detach", "$_", KOID),
]


@pytest.fixture
def session():
    """A session with a VMO `$v` of 64 kB, mapped at `$m`, a process `$d`, a channel `$c` with a handle in it."""
    session = fresh()
    run(session, "v = vmo_create 64k", "m = vmar_map $vmar 0 $v 0 64k rw", "d = process_create $job d")
    run(session, "c = channel_create", "e = event_create", "channel_write $c.0 hi $e", "n = handles")
    run(session, "o = object_get_child 0 3020 same")
    return session


def refusal(session, line):
    """What is said to a line that is wrong in itself."""
    outcome = run(session, line)
    assert outcome.exit == 2 and outcome.result is None, (line, outcome.output, outcome.error)
    assert all(len(text) <= 80 for text in outcome.error.splitlines()), outcome.error
    return outcome.error


@pytest.mark.parametrize(("line", "word", "kind"), KINDS)
def test_each_value_has_the_kind_of_what_made_it(session, line, word, kind):
    """W1: the commands and the names of fields say what a number is."""
    assert run(session, f"x = {line}").ok
    assert appraise(word, session.state.value).kind == kind


WRONG = [
    ("map $v", "map: $v is a handle, not a size\ndid you mean `vmar_map $vmar 0 $v 0 64k rw`?\n"),
    ("touch $v", "touch: $v is a handle, not an address\n`m = vmar_map $vmar 0 $v 0 64k rw` gives an address\n"),
    (
        "touch $vmar",
        "touch: $vmar is a handle, not an address\n`i = object_get_info $vmar vmar` gives its address, $i.base\n",
    ),
    ("touch $self", "touch: $self is a handle, not an address\nusage: touch ADDR [LEN] [r|w|x] [--fatal]\n"),
    ("vmo_get_size $v.koid", "$v.koid is a koid, not a handle\ndid you mean `vmo_get_size $v`?\n"),
    ("stat $d", "$d is a handle, not a task\ndid you mean `stat $d.koid`?\n"),
    ("attach $m", "$m is an address, not a task\nusage: "),
    ("kill $d", "kill: $d is a handle, not a task\ndid you mean `kill $d.koid`?\n"),
    ("vmaps $n", "vmaps: $n is a count, not a task\n`help vmaps` says what it takes\n"),
    ("object_get_child $d $self same", "did you mean `object_get_child $d $self.koid same`?\n"),
    ("vmo_create $m", "$m is an address, not a size\nusage: vmo_create SIZE [OPTIONS]\n"),
    ("vmo_create $m+4k", "$m+4k is an address, not a size\nusage: "),
    ("vmo_write $v $m hello", "$m is an address, not an offset\nusage: "),
    ("vmo_write $m 0 hello", "$m is an address, not a handle\nusage: "),
    ("vmo_read 0 $v 4", "$v is a handle, not an offset\nusage: "),
    ("vmar_protect $m $vmar 4k r", "$m is an address, not a handle\nusage: "),
    ("handle_duplicate $v $v", "$v is a handle, not a right\nusage: "),
    ("vmar_map $vmar 0 $v 0 4k $m", "$m is an address, not a flag\nusage: "),
    ("vmo_op_range $v $v 0 4k", "$v is a handle, not an operation\nusage: "),
    ("vmo_create 4k $v", "$v is a handle, not a number\nusage: "),
    ("repeat $v echo", "$v is a handle, not a count\nusage: "),
    ("handle_close $v+2", "$v+2 calculates with a handle, which only stands for its object\n"),
    ("touch 2*$vmar", "2*$vmar calculates with a handle, which only stands for its object\n"),
    ("time map $v", "time: $v is a handle, not a size\ndid you mean `vmar_map $vmar 0 $v 0 64k rw`?\n"),
    ("repeat 2 map $v", "repeat: $v is a handle, not a size\ndid you mean `vmar_map $vmar 0 $v 0 64k rw`?\n"),
    ("spawn x --job $job", "$job is a handle, not a task\ndid you mean `spawn x --job $job.koid`?\n"),
]


@pytest.mark.parametrize(("line", "said"), WRONG)
def test_a_value_of_the_wrong_kind_is_refused_with_what_was_meant(session, line, said):
    """W1: nothing is done, and the line that was probably meant is named."""
    before = output(session, "vmaps 2988") + output(session, "handles")
    told = refusal(session, line)
    assert told.endswith(said) or (said.endswith("usage: ") and said in told)
    assert output(session, "vmaps 2988") + output(session, "handles") == before


def test_a_koid_of_a_process_where_a_handle_goes(session):
    """W1: `spawn` gives no handle, and object_get_child does."""
    run(session, "p = spawn demo")
    assert "`h = object_get_child 0 $p same` gives a handle to a process" in refusal(session, "task_kill $p")
    assert run(session, "h = object_get_child 0 $p same").ok and run(session, "task_kill $h").ok


@pytest.mark.parametrize(
    "line",
    [
        "touch $m+4k $m-$m+4k",
        "touch $m-4k+4k",
        "vmar_unmap $vmar $m+4k 4k",
        "vmo_create $n",
        "vmo_create $n*4k",
        "object_get_child 0 $d.koid same || echo",
        "vmar_allocate $vmar $m-0x1000000 64k can-map-read,specific || echo",
        "assert $v != $m",
        "assert $d.koid+1 == $d.vmar.koid",
        "t = thread_create $self t; thread_start $t $m $m+4k $v $m",
        "vmaps 2988 --at $m",
        "vmaps 3020 --at ________01021000",
        "touch 0000000001000000 1 r && touch ________01000000 1 r",
        "object_set_property $d process_debug_addr $m",
        "repeat $n echo",
    ],
)
def test_what_fits_is_taken(session, line):
    """W1: addresses and sizes can be calculated with, and a register takes anything."""
    assert run(session, line).ok, run(session, line).error


def test_digits_fit_everywhere(session):
    """W1: a number that was typed as digits reaches the kernel, which has its own answer."""
    for line, status in (
        ("vmar_unmap 12345 0x1000 4k", "ERR_BAD_HANDLE"),
        ("vmo_get_size 3183", "ERR_BAD_HANDLE"),
        (f"touch {session.state.number('v')}", "ERR_NOT_FOUND"),
        (f"vmo_write {session.state.number('m')} 0 hello", "ERR_BAD_HANDLE"),
        (f"map {session.state.number('v')}", "NO_ERROR"),
    ):
        assert run(session, f"expect {status} {line}").ok, line


def test_every_parameter_for_a_number_refuses_what_cannot_be_meant(session):
    """W1: no command takes a handle for a number, nor an address for a handle, a size or a task."""
    registry.load()
    checked = 0
    for command in registry.COMMANDS.values():
        for param in command.params:
            if isinstance(param, (Handle, Size, Task, TaskWord)):
                wrong = "$m"
            elif isinstance(param, Number) and HANDLE not in param.kinds:
                wrong = "$v"
            else:
                continue
            checked += 1
            with pytest.raises(UsageError, match=r"is a handle, not|is an address, not"):
                param.parse(session.state, wrong)
    assert checked > 60


def test_the_koid_of_the_own_handles(session):
    """W2: $self, $vmar and $job have the fields of any handle."""
    assert output(session, "echo $self.koid $vmar.koid $job.koid") == "2988 2989 1082\n"
    assert output(session, "echo $self.handle") == output(session, "echo $self")
    assert output(session, "as 3020 echo $self.koid") == "3020\n"
    assert refusal(session, "echo $self.nope") == "echo: $self has no field 'nope'; its fields are handle, koid\n"
    run(session, "handle_close $job")
    assert refusal(session, "echo $job.koid").endswith("the process holds no handle to its own job\n")


TASK_LINES = ["kill twin", "vmaps twin", "vmos twin", "stat twin", "attach twin", "handles twin", "threads twin"]


@pytest.mark.parametrize("line", TASK_LINES)
def test_two_tasks_of_one_name_are_told_apart_by_koid(line):
    """W3: every command that takes a task says the same true thing."""
    session = fresh()
    koids = [run(session, "spawn twin").result.value for _ in range(2)]
    outcome = run(session, line)
    said = f"{line.split()[0]}: 2 tasks are named 'twin': {koids[0]}, {koids[1]}; give a koid\n"
    assert (outcome.exit, outcome.error) == (1, said)
    assert run(session, f"{line.split()[0]} {koids[1]}").ok
    if "kill" not in line:
        assert said.endswith(run(session, "as twin ps").error)


def test_a_tool_of_the_real_machine_says_its_own_line_where_nothing_is_named_so():
    """W3: for a word that names no task the tools' lines stay as they are."""
    session = fresh()
    assert output(session, "kill nobody") == "no task found\n"
    assert output(session, "vmaps nobody").startswith('ERROR: "nobody" is not a number\n')
    assert output(session, "kill p:99999") == "no task found\n"
    assert output(session, "kill p:1068") == "kill: there is no task p:1068; `ps` lists them\n"
    assert output(session, "kill p:²") == "no task found\n"


def in_demo():
    """A session whose `$m` and `$h` an attached process demo (3183) has made."""
    session = fresh()
    run(session, "spawn demo", "attach demo", "m = map 64k", "h = vmo_create 4k", "detach")
    return session


@pytest.mark.parametrize("line", ["touch $m", "touch $m+4k", "touch $m-4k", "vmar_unmap $vmar $m 64k"])
def test_an_address_of_another_process_is_refused(line):
    """W7: it says whose it is; there the same line works."""
    session = in_demo()
    before = output(session, "vmaps 2988")
    word = next(word for word in line.split() if word.startswith("$m"))
    assert refusal(session, line) == (
        f"{line.split()[0]}: {word} is an address of demo (3183), not of sh:console (2988)\n"
        f"did you mean `as 3183 {line}`?\n"
    )
    assert output(session, "vmaps 2988") == before
    assert output(session, "as 3183 touch $m") == "1 fault, 1 page committed\n"
    assert refusal(session, "as 3020 touch $m").startswith(
        "touch: $m is an address of demo (3183), not of sh:vc (3020)"
    )


def test_an_address_goes_with_the_process_that_another_argument_is_about():
    """W7: a VMAR's or a process's handle says whose address it is."""
    session = in_demo()
    run(session, "d = object_get_child 0 3183 same", "p = process_create $job p", "own = map 4k")
    assert run(session, "process_read_memory $d $m 4").ok
    for line in (
        "process_read_memory $self $m 4",
        "process_write_memory $p $m hello",
        "vmar_protect $p.vmar $own 4k r",
    ):
        assert "is an address of" in refusal(session, line)
    # What is mapped in the other process is the other's, whoever called.
    run(session, "a = vmo_create 4k", "there = vmar_map $p.vmar 0 $a 0 4k rw", "r = vmar_allocate $p.vmar 0 4k none")
    assert (
        run(session, "process_write_memory $p $there hello").ok and run(session, "vmar_protect $p.vmar $there 4k r").ok
    )
    for line in ("touch $there", "touch $r.addr", "vmar_unmap $vmar $there 4k"):
        assert "not of sh:console (2988)" in refusal(session, line)
    assert run(session, "vmar_unmap $p.vmar $there 4k").ok
    run(session, "h = handles demo", "w = vmaps demo")
    assert "is an address of demo (3183)" in refusal(session, "touch $w.maps.3.base")
    assert "$h.handles.0.handle is a handle of demo (3183)" in output(session, "handle_close $h.handles.0.handle")


def test_a_handle_of_another_process_is_the_kernels_to_refuse():
    """W7: the call is made, since that is what a program would do, and the answer says whose handle it is."""
    session = in_demo()
    said = output(session, "vmo_get_size $h")
    assert said.startswith("vmo_get_size: ERR_BAD_HANDLE") and said.endswith(
        "\n$h is a handle of demo (3183), not of sh:console (2988)\n"
    )
    assert output(session, "vmo_get_size h") == said
    assert run(session, "expect ERR_BAD_HANDLE vmo_get_size $h").ok and run(session, "as demo vmo_get_size $h").ok


def test_what_a_killed_process_has_made():
    """W7: the process is said to be gone."""
    session = in_demo()
    run(session, "kill demo")
    assert refusal(session, "touch $m") == "touch: $m is an address of process 3183, which is gone\n"
    assert output(session, "vmo_get_size $h").endswith("\n$h is a handle of process 3183, which is gone\n")
    session = in_demo()
    run(session, "kill 2988")
    assert refusal(session, "touch $m").startswith("touch: $m is an address of demo (3183), not of process 2988\n")


def test_values_keep_their_kind_when_lines_are_taken_back():
    """W7: undo and redo give values that are the same in every way."""
    session = in_demo()
    run(session, "undo 2", "redo 2")
    assert "is an address of demo (3183)" in refusal(session, "touch $m")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("$m", "0x12fd000"),
        ("$m.addr", "0x12fd000"),
        ("$v.koid", "3183"),
        ("$s.size", "65536"),
        ("$p.tasks.0.name", "bin/devmgr"),
        ("$i.exited", "0"),
        ("a$m-$v.koid.", "a0x12fd000-3183."),
    ],
)
def test_values_in_text(session, text, shown):
    """T9: an address is written as addresses are."""
    run(session, "s = vmo_get_size $v", "p = ps", "i = object_get_info $self process")
    assert shown in output(session, f"echo {text}")


def test_what_is_no_single_value_is_json_in_text(session):
    """T9: never a Python list or dict."""
    run(session, "p = ps", "d = process_create $job d")
    tasks = session.state.variables["p"].fields["tasks"]
    assert json.loads(output(session, "echo $p.tasks")) == tasks
    assert json.loads(output(session, "echo $p.tasks.0")) == tasks[0]
    assert text_of(True, "") == "true" and text_of(None, "") == "" and text_of(3, COUNT) == "3"
    assert text_of("0x1", ADDRESS) == "0x1"


def test_variables_are_listed_in_words(session):
    """T9: records are written out, addresses in hexadecimal."""
    assert output(session, "vars").splitlines()[:4] == [
        "$v = 2080213179  0x7bfd88bb  a handle of sh:console (2988)  koid=3183",
        "$m = 0x12fd000  19910656  an address of sh:console (2988)",
        "$d = 2080213181  0x7bfd88bd  a handle of sh:console (2988)  koid=3184",
        "    vmar.handle=2080213183 vmar.koid=3185",
    ]
    assert not set("{}'") & set(output(session, "vars"))


def test_a_field_of_every_result_in_every_form_is_text():
    """T9: no example of any command gives a value that reads like Python."""
    registry.load()
    for command in registry.COMMANDS.values():
        session = fresh()
        for line, _ in command.examples:
            for outcome in session.run(line):
                found = outcome.result
                for name in found.names() if found is not None and not command.unrecorded else ():
                    value, kind = found.field_and_kind(name)
                    shown = text_of(value, kind)
                    assert "'" not in shown or isinstance(value, str) or json.loads(shown) == value, (line, name)


def test_names_stand_for_a_limited_text(session):
    """N10: what one command's names stand for is bounded, and counted anew for the next."""
    run(session, "vmo_set_size $v 1M", "x = vmo_read $v 0 1M")
    fits = MAX_EXPANDED // (2 << 20)
    assert len(output(session, "echo " + "$x.data " * fits)) == MAX_EXPANDED + fits
    said = f"the names of one command stand for more than {MAX_EXPANDED} characters\n"
    for line in (
        "echo " + "$x.data " * 100_000,
        "echo " + "$x.data" * (fits + 1),
        f"vmo_write $v 0 {'$x.data' * 9}",
        f"spawn {'$x.data' * 9}",
        f"echo {'$x.data ' * fits} > {'$x.data'}",
    ):
        assert output(session, line).endswith(said)
        assert output(session, "echo $x.actual") == "1048576\n"


def test_a_plain_number_is_nobodys():
    value = Value(5)
    assert (value.number, value.kind, value.owner) == (5, "", 0)


@pytest.mark.parametrize("line", ["undo {}", "redo {}", "history {}", "repeat {} vmo_create 4k"])
def test_a_count_is_not_negative_nor_an_address(session, line):
    """W1: `repeat -1` ran until Ctrl-C, `undo -1` took everything back, `repeat $m` ran $m times."""
    for word, told in (("-1", "-1 is not a count: give 0 or more"), ("1-2", "1-2 is not a count: give 0 or more")):
        assert told in refusal(session, line.format(word))
    for word, kind in (("$m", "an address"), ("$v", "a handle"), ("$v.koid", "a koid")):
        assert f"{word} is {kind}, not a count" in refusal(session, line.format(word))
    run(session, "redo 0; undo 1-1")
    assert run(session, line.format("1")).exit in (0, 1)


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("$p.zz", "$p has no field 'zz'; its fields are tasks, virt, res, count, KOID"),
        ("$p.3020.zz", "$p.3020 has no field 'zz'; its fields are "),
        ("$p.tasks.999", "$p.tasks has no field '999'; its entries are 0 to "),
        ("$v.koid.x", "$v.koid has no field 'x'; it has none"),
        ("$c.0.x", "$c.0 has no field 'x'; its fields are "),
        ("$c.handles.2", "$c.handles has no field '2'; its entries are 0 to 1"),
    ],
)
def test_a_field_that_is_not_there_is_looked_for_where_it_was(session, word, told):
    """`$p.3020.zz` was told of as a field of $p, and the fields of $p are as many as there are tasks."""
    run(session, "p = ps", "repeat 100 spawn x", "p = ps")
    error = run(session, f"echo {word}").error
    assert error.startswith(f"echo: {told}") and len(error) < 120
