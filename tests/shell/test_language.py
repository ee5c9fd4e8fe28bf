"""The language: assignment, names and fields, numbers, prefixes, connectors, redirection, and what is refused."""

import pytest

from tests.commands.support import fresh, output, run


@pytest.fixture
def session():
    return fresh()


def error(session, line):
    outcome = run(session, line)
    assert not outcome.ok
    return outcome.exit, outcome.error


def test_a_result_keeps_its_name_and_prints_nothing(session):
    assert output(session, "a = vmo_create 4k") == ""
    assert output(session, "vmo_get_size $a") == output(session, "vmo_get_size a") == "size 4096\n"
    assert output(session, f"vmo_get_size {session.state.variables['a'].value}") == "size 4096\n"
    assert output(session, "echo $a.koid") == "3183\n"


def test_last_exit_and_last_result(session):
    run(session, "vmo_create 8k")
    assert output(session, "vmo_get_size $_") == "size 8192\n"
    run(session, "foo")
    assert output(session, "echo $?") == "127\n"
    assert output(session, "echo $?") == "0\n"


def test_the_process_own_handles(session):
    for name, type_ in (("self", "process"), ("vmar", "vmar"), ("job", "job")):
        assert run(session, f"object_get_info ${name} handle_basic").result.fields["type"] == type_
    run(session, "handle_close $job")
    code, text = error(session, "job_create $job")
    assert code == 2 and "the process holds no handle to its own job" in text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("4096", 4096),
        ("0x1000", 4096),
        ("16k", 16384),
        ("2M", 2 << 20),
        ("1G", 1 << 30),
        ("1T", 1 << 40),
        ("2*4k", 8192),
        ("1+2*3+4", 11),
        ("4k-1", 4095),
        ("-1", (1 << 64) - 1),
        ("0x10k", 16384),
        ("$a", 4096),
        ("$a+4k", 8192),
        ("$a.size*2", 8192),
        ("0xffffffffffffffff", (1 << 64) - 1),
    ],
)
def test_numbers(session, text, value):
    run(session, "v = vmo_create 4k", "a = vmo_get_size $v")
    assert output(session, f"assert {text} == {value}") == ""


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("4q", "is not a number"),
        ("", "is not a number"),
        ("0x", "is not a number"),
        ("k", "is not a number"),
        ("1+", "1+ lacks a number"),
        ("16E", "does not fit 64 bits"),
        ("0xffffffffffffffff+1", "does not fit 64 bits"),
        ("9" * 5000, "does not fit 64"),
        ("9*" * 200 + "9", "does not fit 64 bits"),
        ("$nope", "$nope is not set"),
        ("$v.nope", "has no field 'nope'"),
        ("4²", "is not a number"),
    ],
)
def test_numbers_that_are_none_are_one_short_line(session, text, part):
    run(session, "v = vmo_create 4k")
    code, line = error(session, f"vmo_create '{text}'" if not text else f"vmo_create {text}")
    assert code == 2 and part in line and line.count("\n") == 1 and len(line) < 300


def test_expect_holds_for_exactly_that_status(session):
    run(session, "v = vmo_create 4k")
    assert output(session, "expect ERR_OUT_OF_RANGE vmo_read $v 8k 1") == ""
    assert output(session, "expect NO_ERROR vmo_set_size $v 8k") == ""
    code, text = error(session, "expect ERR_ACCESS_DENIED vmo_read $v 16k 1")
    assert code == 1 and "ended with ERR_OUT_OF_RANGE, not with ERR_ACCESS_DENIED" in text
    assert error(session, "expect ERR_BOGUS vmo_get_size $v")[0] == 2
    assert error(session, "expect NO_ERROR vmaps 99")[0] == 1


def test_not_succeeds_when_the_command_fails(session):
    assert run(session, "! vmaps 999999").ok
    code, text = error(session, "! ps")
    assert code == 1 and "succeeded, and should have failed" in text
    # A wrong line stays wrong.
    assert error(session, "! foo")[0] == 127
    assert error(session, "! vmo_create")[0] == 2


def test_as_makes_one_call_in_another_process(session):
    run(session, "spawn demo")
    demo = session.state.machine.find_process(3183)
    before = demo.aspace.mapped_bytes
    assert run(session, "m = as demo map 64k").ok
    assert demo.aspace.mapped_bytes == before + 65536 and session.state.prompt == "magenta$ "
    run(session, "attach demo")
    assert session.state.prompt == "magenta[demo]$ "
    run(session, "detach")
    assert error(session, "as 1068 map 4k")[0] == 1


def test_connectors(session):
    assert output(session, "echo a; echo b") == "a\nb\n"
    assert output(session, "echo a && echo b") == "a\nb\n"
    assert output(session, "! ps && echo no; echo then").endswith("then\n")
    assert "no\n" not in output(session, "! ps && echo no")
    assert output(session, "kill 99 || echo no") == "no task found\nno\n"
    assert output(session, "echo a || echo b") == "a\n"


def test_comments_and_empty_lines(session):
    assert output(session, "# nothing") == output(session, "") == output(session, "   ") == ""
    assert output(session, "echo a # b") == "a\n"
    assert output(session, "echo pci#0 'a # b'") == "pci#0 a # b\n"


def test_quotes(session):
    assert output(session, "echo 'a  b' \"c  d\" e\\ f") == "a  b c  d e f\n"
    run(session, "v = vmo_create 4k")
    assert output(session, "echo '$v' \"$v.koid\"") == "$v 3183\n"
    run(session, "vmo_write $v 0 'a\\x00b\\n'")
    assert run(session, "vmo_read $v 0 4").result.fields["data"] == "6100620a"


@pytest.mark.parametrize(
    "line",
    [
        "echo 'a",
        'echo "a',
        "| cat",
        "ps >",
        "ps > a b",
        "&& ps",
        "ps &&",
        "ps & ps",
        "ps < a",
        "1x = ps",
        "x =",
        "expect",
        "as demo",
        "!",
    ],
)
def test_lines_that_are_no_commands(session, line):
    code, text = error(session, line)
    assert code == 2 and text.count("\n") == 1


def test_redirection(session, tmp_path):
    path = tmp_path / "out"
    assert output(session, f"echo one > {path}") == ""
    assert output(session, f"echo two >> {path}; echo three >> {path}") == ""
    assert path.read_text() == "one\ntwo\nthree\n"
    assert output(session, "ps | grep -c devhost") == "7\n"
    assert output(session, "echo 'a b' | tr a-z A-Z | tr ' ' _") == "A_B\n"
    code, text = error(session, f"ps > {tmp_path}/no/such")
    assert code == 1 and "cannot write" in text
    assert error(session, "ps | false")[0] == 1


def test_flags_in_all_spellings(session):
    run(session, "v = vmo_create 64k")
    for flags in ("rw", "r,w", "read,write", "3", "0x3", "READ,WRITE", "perm_read,perm_write"):
        assert run(session, f"vmar_map $vmar 0 $v 0 4k {flags}").ok, flags
    assert run(session, "vmar_map $vmar 0x40000000 $v 0 4k rw,specific").result.fields["addr"] == 0x41000000
    assert run(session, "vmar_map $vmar 0x40000000 $v 0 4k rw,overwrite").ok
    code, text = error(session, "vmar_map $vmar 0 $v 0 4k rq")
    assert code == 2 and "is not a flag" in text
    # A number passes untouched, for the kernel to judge.
    assert run(session, "vmar_map $vmar 0 $v 0 4k 0x401").status == -10


def test_rights_in_all_spellings(session):
    run(session, "v = vmo_create 4k")
    for rights in ("read,map", "rm", "r,m", "0x24", "36", "READ,MAP"):
        assert run(session, f"d = handle_duplicate $v {rights}").ok, rights
        assert run(session, "object_get_info $d handle_basic").result.fields["rights"] == 0x24
    run(session, "d = handle_duplicate $v same")
    assert run(session, "object_get_info $d handle_basic").result.fields["rights"] == 0x3F
    assert error(session, "handle_duplicate $v readd")[0] == 2


def test_tasks_in_all_spellings(session):
    for word in ("3020", "0xbcc", "05714", "p:3020", "sh:vc"):
        assert run(session, f"stat {word}").result.fields["koid"] == 3020, word
        assert "useralloc" in output(session, f"vmaps {word}"), word
    assert error(session, "stat j:3020")[0] == 1
    assert error(session, "stat 99999")[1].startswith("stat: there is no task 99999")
    twins = [run(session, "spawn twin").result.value for _ in range(2)]
    assert f"2 tasks are named 'twin': {twins[0]}, {twins[1]}" in error(session, "stat twin")[1]
    assert error(session, "vmaps twin")[1] == error(session, "stat twin")[1].replace("stat", "vmaps")


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("vmo_create", "SIZE is missing; usage: vmo_create SIZE [OPTIONS]"),
        ("vmo_create 4k 0 0", "one word too many"),
        ("vmo_op_range 1 frob 0 0", "is not a known operation"),
        ("object_get_info 1 frob", "is not a known topic"),
        ("vmo_write 1 0", "give either DATA, or --len N"),
        ("vmo_write 1 0 x --len 4", "give either DATA, or --len N"),
        ("vmo_write 1 0 --len", "--len needs N"),
        ("vmo_write 1 0 --len 4 --fill 256", "is not a byte"),
        ("touch 0 1 q", "is not an access"),
        ("vmo_write 1 0 'a\\q'", "is not an escape"),
    ],
)
def test_wrong_words_name_what_would_be_right(session, line, part):
    code, text = error(session, line)
    assert code == 2 and part in text
    # The usage has a line of its own where one line has no room for both.
    assert text.count("\n") == 1 or (text.count("\n") == 2 and text.splitlines()[1].startswith("usage: "))


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("vmo_creat", "vmo_create"),
        ("mx_vmo_create", "vmo_create"),
        ("zx_vmar_map", "vmar_map"),
        ("PS", "ps"),
        ("pmap", "vmaps"),
        ("mmap", "map"),
        ("malloc", "map"),
        ("mx", "k mx"),
        ("vmap", "vmaps"),
    ],
)
def test_an_unknown_command_says_what_may_have_been_meant(session, word, meant):
    outcome = run(session, word)
    first, second = outcome.error.splitlines()
    assert outcome.exit == 127 and first == f"/boot/bin/sh: 1: {word}: not found"
    assert f"`{meant}`" in second


def test_names_with_control_characters_are_shown_escaped(session):
    run(session, 'object_set_property $self name "\x1b[2Jevil"')
    assert "\x1b" not in output(session, "ps") + output(session, "k mx ps") + output(session, "stat")
    assert "\\x1b[2Jevil" in output(session, "ps")


def test_a_process_that_died_makes_no_calls_and_the_console_goes_on(session):
    run(session, "spawn demo", "attach demo")
    assert "is dead; back to the shell" in run(session, "process_exit 3").error
    assert session.state.prompt == "magenta$ "
    run(session, "kill 2988")
    assert "makes no syscalls" in error(session, "vmo_create 4k")[1]
    assert "sh:vc" in output(session, "ps")
    session.state.machine.check()


def test_a_failed_call_leaves_no_variable_and_the_machine_as_it_was(session):
    before = run(session, "memory").result.fields
    assert not run(session, "x = vmo_create 4k 1").ok and "x" not in session.state.variables
    assert not run(session, "map 4k rq").ok and not run(session, "map 1T w").ok
    assert run(session, "memory").result.fields == before
    session.state.machine.check()


def test_a_write_of_nearly_all_of_64_bits_is_out_of_range():
    session = fresh()
    output(session, "a = vmo_create 64k")
    assert output(session, "vmo_write $a 4k --len -14k --fill 0x63") == "61440 bytes written\n"
    assert run(session, "vmo_write $a 4k --len -1k --fill 0x63").status == -14
    assert run(session, "process_write_memory $self 0x1000000 --len -1").status == -10


@pytest.mark.parametrize("digits", ["²", "4²", "٣", "9" * 5000])
@pytest.mark.parametrize(
    "line",
    [
        *("attach {}", "attach p:{}", "as j:{} ps", "stat 0x{}", "spawn x --job {}", "vmo_create {}", "vmo_create {}k"),
        *("vmo_create 0x{}", "touch 0{}", "touch 1.{}M", "history {}", "undo {}", "redo {}", "repeat {} ps"),
        *("assert {} == 1", "vmo_op_range $v {} 0 4k", "handle_duplicate $v {}", "vmar_map $vmar 0 $v 0 4k r,{}"),
        *(
            "kill {}",
            "kill p:{}",
            "vmaps {}",
            "vmos j:{}",
            "top -c {}",
            "kstats -d {}",
            "handle_close $c.{}",
            "handle_close $c.handles.{}",
        ),
        *(
            "watch -n {} ps",
            "watch --times {}1 ps",
            "channel_read $c.0 --bytes {}",
            "ps --min {}",
            "vmaps 3020 --at {}",
        ),
        *("object_get_info $v {}", "object_set_property $self bad_handle_policy {}", "memgraph {}"),
    ],
)
def test_digits_that_are_not_ascii_or_too_many_are_one_clear_line(session, line, digits):
    """N3: wherever a number can be written, what is not one is refused, and nothing is a bug."""
    run(session, "v = vmo_create 4k", "c = channel_create")
    state = session.state
    outcome = run(session, line.format(digits))
    assert not outcome.ok and "bug" not in outcome.error and "Traceback" not in outcome.error, outcome.error
    assert session.state is state
