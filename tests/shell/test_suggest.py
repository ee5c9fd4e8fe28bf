"""What an unknown command may have meant."""

import pytest

from tests.commands.support import fresh, output, run


@pytest.mark.parametrize(
    "line, hint",
    [
        ("vmo_raed 1", "did you mean `vmo_read`"),
        ("mx_vmo_create 4k", "did you mean `vmo_create`?"),
        ("zx_handle_close 1", "did you mean `handle_close`?"),
        ("mx ps", "did you mean `k mx`?"),
        ("pmap 3020", "did you mean `vmaps`?"),
        ("mmap 4k", "did you mean `map`?"),
        ("malloc 4k", "did you mean `map`?"),
        ("learn 1", "lessons begin in your own shell: leave with Ctrl-D, then `kshell learn`"),
        ("kshell learn 1", "lessons begin in your own shell: leave with Ctrl-D, then `kshell learn`"),
        ("vmo_read 0 5 $a", "vmo_read: $a is a handle, not a size\nusage: vmo_read VMO OFFSET LEN\n"),
    ],
)
def test_near_misses(line, hint):
    session = fresh()
    output(session, "a = vmo_create 4k")
    assert hint in output(session, line)


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("sys_vmo_read", "did you mean `vmo_read`?"),
        ("MX_VMO_READ", "did you mean `vmo_read`?"),
        ("Ps", "did you mean `ps`?"),
        ("fork", "did you mean `spawn`?"),
        ("quitt", "did you mean `quit`?"),
        ("mx_frob", "`help` lists the commands"),
        ("q", "`help` lists the commands"),
        ("x" * 5000, "`help` lists the commands"),
        ("vmo_read" + "x" * 32, "`help` lists the commands"),
        ("?", "did you mean `help`?"),
        # Assignments without blanks, and values in the place of commands.
        ("a=vmo_create 4k", "did you mean `a = vmo_create 4k`?"),
        ("a= vmo_create 4k", "did you mean `a = vmo_create 4k`?"),
        ("a =vmo_create 4k", "did you mean `a = vmo_create 4k`?"),
        ("a=map '4k' \"$x\"", "did you mean `a = map '4k' \"$x\"`?"),
        ("x=4k", "did you mean `x = 4k`?"),
        ("x=$m+4k", "did you mean `x = $m+4k`?"),
        ("x=", "did you mean `x = VALUE`?"),
        ("x=" + "y" * 80, "an assignment has blanks around its =: NAME = COMMAND"),
        ("x=hello", "did you mean `x = echo hello`?"),
        ("4k", "did you mean `print 4k`?"),
        ("4" * 80, "`help` lists the commands"),
        ("a==b", "`help` lists the commands"),
        ("--a=b", "`help` lists the commands"),
    ],
)
def test_the_second_line_of_an_unknown_command(word, hint):
    assert output(fresh(), word).splitlines()[1] == hint


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("p/t $m", "did you mean `p/x`?"),
        ("P/x $m", "did you mean `p/x`?"),
        ("print/c $m", "did you mean `p/x`?"),
        ("x/4xg $m", "did you mean `process_read_memory $self ADDR LEN`?"),
        ("/bin/ls", "`help` lists the commands; none is run by a path"),
        ("./a.out", "`help` lists the commands; none is run by a path"),
    ],
)
def test_a_word_with_a_slash_gets_a_hint(line, hint):
    """W11: a debugger's command with a format, or a path: the shell's own line, and what may have been meant."""
    outcome = run(fresh(), line)
    assert (outcome.exit, outcome.reason) == (2, f"{line.split()[0]} is not a program of this machine")
    assert outcome.error == f"/boot/bin/sh: 1: Cannot create child process\n{hint}\n"


def test_at_most_three_near_names_the_nearest_first():
    assert output(fresh(), "vmar_protec").splitlines()[1] == "did you mean `vmar_protect`?"
    near = output(fresh(), "job_creat").splitlines()[1]
    assert near.startswith("did you mean `job_create` or `") and near.count("`") <= 6


@pytest.mark.parametrize(
    ("line", "good"),
    [
        ("vmo_read 0 5 2080213179", "2080213179"),
        ("vmo_read 0 2080213179 1", "2080213179"),
        ("vmar_map $a 0 $vmar 0 4k rw", ""),
        ("vmo_read 4 0 1", ""),
        ("vmo_get_size 4", ""),
    ],
)
def test_a_call_whose_arguments_are_swapped(line, good):
    session = fresh()
    run(session, "a = vmo_create 4k")
    told = output(session, line)
    assert ("are the arguments in the right order?" in told) == bool(good)
    if good:
        assert f"\n{good} is a handle: are the arguments in the right order?\nusage: {line.split()[0]} " in told
