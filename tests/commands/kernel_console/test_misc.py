"""The kernel console's other commands."""

import pytest

from tests.commands.support import fresh, output, run


@pytest.mark.parametrize(
    ("line", "printed"),
    [
        ("k history", "command history:\n"),
        ("k echo on", ""),
        ("k test", "argc 1\n\t0: test\n"),
        ("k test a b", "argc 3\n\t0: test\n\t1: a\n\t2: b\n"),
        ("k cmdline", "cmdline: magenta.bin= aslr.disable=true TERM=dumb\n"),
        ("k thread", "not enough arguments\nthread list\nthread list_full\nerror: cannot write dmctl: -1\n"),
        ("k thread frob", "invalid args\nthread list\nthread list_full\nerror: cannot write dmctl: -1\n"),
        ("k kill", "not enough arguments\nerror: cannot write dmctl: -1\n"),
        ("k mx mwd 5", ""),
    ],
)
def test_what_they_print(line, printed):
    assert output(fresh(), line) == printed


def test_the_list_of_commands():
    lines = output(fresh(), "k help whatever").splitlines()
    assert lines[:3] == [
        "command list:",
        "\tut              : Run unittests",
        "\tmx              : magenta diagnostics",
    ]
    assert len(lines) == 60 and "\tpmm             : physical memory manager" in lines


def test_the_version():
    assert output(fresh(), "k version").splitlines() == [
        "version:",
        "\tarch:     X86",
        "\tplatform: PC",
        "\ttarget:   PC_X86",
        "\tproject:  MAGENTA_PC_X86_64",
        "\tbuildid:  GIT_BCA629410D0DB300F4138875D930B98587DD3717",
    ]


def test_statistics_of_a_clock_that_stands_still():
    lines = output(fresh(), "k threadstats").splitlines()
    assert lines[0] == "thread stats (cpu 0):" and lines[1] == "\ttotal idle time: 0" and len(lines) == 11


def test_the_command_line_tells_of_random_addresses():
    assert output(fresh(aslr_seed=7), "k cmdline") == "cmdline: magenta.bin= TERM=dumb\n"


@pytest.mark.parametrize("line", ["k thread list", "k thread list_full", "k kill 0x10"])
def test_what_would_hang_or_crash_the_real_kernel_is_refused(line):
    outcome = run(fresh(), line)
    assert outcome.exit == -1 and outcome.output.startswith("kshell: ")
