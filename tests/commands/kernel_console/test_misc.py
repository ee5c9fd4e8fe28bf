"""The kernel console's other commands."""

import pytest

from kshell.commands.kernel_console import k, misc  # noqa: F401 (registers the kernel's commands)
from kshell.commands.kernel_console.line import COMMANDS
from tests.commands.support import fresh, output, run


@pytest.mark.parametrize(
    ("line", "printed"),
    [
        ("k history", "command history:\n"),
        ("k echo on", ""),
        ("k test", "argc 1, argv 0xffffff8001606f08\n\t0: str 'test', i 0, u 0, b 0\n"),
        ("k cmdline TERM", "cmdline: TERM=dumb\n"),
        ("k cmdline TERM=dumb", "cmdline: TERM=dumb not found\n"),
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


REFUSED = (
    *("poweroff", "reboot", "reboot now"),
    *("thread list", "thread list_full", "kill 0x10", "kill 1 2 3", "crash", "stackstomp", "ut all", "dw 0 16"),
    *("pmm alloc_contig 2 0", "pmm alloc_contig 0 0", "vmm alloc_physical 0x1001 4096", "vmm alloc_physical 1 0"),
    *("heap free", "heap free 5", "heap realloc 5 5", "vmm free_aspace", "vmm free_aspace 5", "vmm set_test_aspace"),
    *("vm_object dump", "vm_object dump_pages", "vm_object dump 5", "vm_page dump", "vm_page hexdump 5"),
)


@pytest.mark.parametrize("line", REFUSED)
def test_what_would_hang_or_crash_the_real_kernel_is_refused(line):
    session = fresh()
    before = output(session, "k pmm arenas")
    outcome = run(session, f"k {line}")
    assert outcome.exit == -1 and outcome.output.startswith("kshell: ") and outcome.output.count("\n") == 1
    assert len(outcome.output) <= 81 and output(session, "k pmm arenas") == before


def test_every_command_of_the_list_does_something_or_says_what_is_the_matter():
    assert [name for name, _ in misc.HELP if name not in COMMANDS] == []
