"""What a real Magenta's console printed, series by series on one session each, compared in form.

What cannot be the same is told by its kind, never by its number: what the model does not have must be refused in one
line, what is dash's and not of our language must be answered in a line, and so on.
"""

import re
from functools import cache

import pytest

from kshell.shell.host import Sandbox
from tests.commands.captures import CAPTURES, EARLY, capture, form, processes, series, victims
from tests.commands.support import fresh, output, run

SERIES = series()
FAILED = "error: cannot write dmctl: -1"
# The machine of this series printed each answer's first line before the capture began.
HEADLESS = 1
# The same in every boot: the first programs that are started.
EVERY_BOOT = {1082: "crashlogger", 1205: "netsvc"}
SERVICES = {1081: 1082}
# Lines that go on: the real shell asks for more of them.
GOES_ON = r"^(.*(\||&&|\$\()|\(|if|while|k 'test a)$"
# What is dash's own: variables and their forms, arithmetic, patterns, grouping, control words, files as input or
# output of nothing, and builtins that our shell does not have.
DASH = (
    r"^\w+=",
    r"^a = 1$",
    r"\$[?!$]?$|\$\{|\$\(|`|\$\w+\.$",
    r"echo [*?~]",
    r"^!|^[({]|\}$",
    r"^(then|fi|done|esac|for|function|case|do|else)\b|^f\(\)",
    r"[<>]",
    r"\b(set|unset|alias|type|which|cd|pwd|ls|cat|test \d;test)\b|^\.$|^exit .*\|",
)
# Where the model has nothing: kshell refuses in one line what the real kernel does.
UNMODELLED = (
    r"^k vmm (alloc|alloc_physical|create_aspace|free_aspace|free_region)\b",
    r"^k heap (alloc|realloc|free)\b",
    r"^k pmm alloc_(range|contig|kpages)\b",
    r"^k (d[whb]|m[whb]|f[whb]|lspci|vm_page|vm_object|rng|rng32|bench|string|cpu|apic|memtype|gfx)\b",
)
# `|` gives text to a program of the host here, and `help` is kshell's own.
OURS = r"\| ps$|^help$"


@cache
def boots():
    """The names of the processes that the tables of each series show, by koid."""
    return {
        group: {koid: name for number in numbers for koid, name in processes(lines_of(number)).items()}
        for group, numbers in SERIES.items()
    }


@cache
def read(number):
    return capture(CAPTURES / f"{number:03}.txt")


def lines_of(number):
    return read(number)[1]


def koid_here(session, group, koid, lines):
    """The koid in our session of a process, or job, of the captured machine."""
    if koid in SERVICES:
        return SERVICES[koid]
    tasks = list(session.state.machine.walk_processes())
    name = boots()[group].get(koid, EVERY_BOOT.get(koid))
    if name is None and any(line.startswith("as 0x") for line in lines):
        # No table names it: it is the one whose address space has the most lines in common with what was printed.
        wanted = set(form("k mx asd", lines))
        known = {task.koid: form("k mx asd", output(session, f"k mx asd {task.koid}").splitlines()) for task in tasks}
        return max(known, key=lambda found: len(wanted & set(known[found])) - len(set(known[found]) - wanted))
    return next((task.koid for task in tasks if name is not None and task.name.decode() == name), koid)


def typed_here(session, group, typed, lines):
    """The line as it has to be typed here: with our koids, each written as the captured one was."""

    def here(match):
        word = match[0]
        value = int(word, 16 if word.startswith("0x") else 8 if word.startswith("0") else 10)
        koid = koid_here(session, group, value % 2**64, lines)
        if koid == value % 2**64:
            return word
        if word.startswith("0"):
            return f"{koid:#x}" if word.startswith("0x") else f"0{koid:o}"
        return str(value - value % 2**64 + koid)

    if not re.match(r"k ['\"]?mx|vmaps|kill", typed):
        return typed
    return re.sub(r"(?<![\w.])(0x[0-9a-f]{3,4}|\d{4,20})(?![0-9a-f])", here, typed)


def spares(session, group):
    """[(koid, name)] of what a series found there beside the processes of a boot and of the shell's own lines."""
    own = {task.name.decode() for task in session.state.machine.walk_processes()} | {"/boot/bin/ps", "/boot/bin/sh"}
    found = [(koid, name) for number in SERIES[group] for koid, name in victims(lines_of(number))]
    return sorted({(koid, name) for koid, name in (*found, *boots()[group].items()) if name not in own})


def differs(group, typed, real, ours, certain):
    """What is not as it should be, or ""."""
    wanted, shown = form(typed, real), form(typed, ours)
    if wanted == shown:
        return ""
    if group == HEADLESS and len(shown) and shown[1:] == wanted:
        return ""
    if not certain:
        # The line before was not captured, or refused here: the status that it left is not known.
        bare = [
            [line for line in lines if line != FAILED and not re.fullmatch(r"-?[01]", line)]
            for lines in (wanted, shown)
        ]
        if bare[0] == bare[1] or (group == HEADLESS and bare[1][1:] == bare[0]):
            return ""
        if wanted == ["process not found!"]:
            # A line that was not captured may have ended it.
            return ""
    return kind_differs(typed, wanted, shown)


def kind_differs(typed, wanted, shown):
    """The same for what cannot be as the real one: "" if its kind is known, and it is answered as that should be."""
    if re.search(OURS, typed):
        return ""
    if any(re.search(pattern, typed) for pattern in UNMODELLED):
        refused = len(shown) == 2 and sorted(shown)[1].startswith("kshell: ") and FAILED in shown
        # A line that goes on where a refused one ended has nothing to go on with.
        return "" if refused or shown[:1] == ["not enough arguments"] else "is not refused in one line"
    if typed.startswith("k pmm dump_alloced"):
        # Pages of refused lines are missing.
        return "" if set(shown) <= set(wanted) else "lists what it should not"
    if typed == "k vmm aspaces":
        # The log did not hold all of it: its beginning is lost.
        return "" if set(wanted) <= set(shown) else "lacks lines"
    if typed.startswith("ps") and any(line.startswith("WARNING") for line in wanted):
        # Where the real tool stops at a process that was never started, ours lists it and goes on.
        left = {line for line in wanted if not line.startswith("WARNING")}
        return "" if left <= set(shown) else "lacks rows"
    if re.search(GOES_ON, typed) or any(re.search(pattern, typed) for pattern in DASH):
        # Each word is told to be unknown, or taken as it stands; what precedes it is done.
        told = re.compile(
            r"(/boot/bin/sh: N|!|echo|set|exit): |/boot/bin/sh: N: Syntax|this console|process not found!|-?\d+\.?$"
        )
        odd = [line for line in shown if not (told.match(line) or line in typed or line in wanted)]
        return f"is answered with {odd}" if odd else ""
    return "differs"


@cache
def played(group):
    """{number: what is wrong with what our session printed} of a series, typed in its order on one session."""
    session = fresh(host=Sandbox())
    wrong = {}
    made, wanted = False, spares(session, group)
    certain, last = True, None
    for number in SERIES[group]:
        typed, real = read(number)
        if last is not None and number != last + 1:
            certain = False
        line = typed_here(session, group, typed, real)
        if not made and set(wanted) & {*victims(real), *processes(real).items()}:
            made = True
            for _, name in wanted:
                run(session, f"spare = process_create $job '{name}'")
        ours = output(session, line).splitlines()
        wrong[number] = (differs(group, typed, real, ours, certain), line, form(typed, real), form(typed, ours))
        last = number
        known = typed.startswith("k ") and not any(text.startswith("kshell: ") for text in ours)
        certain = certain if not typed.startswith("k ") else known and bool(ours)
    return wrong


@pytest.mark.parametrize(("group", "number"), [(group, number) for group in SERIES for number in SERIES[group]])
def test_prints_what_the_real_console_printed(group, number):
    why, line, wanted, shown = played(group)[number]
    assert not why, f"{line}: {why}\nreal {wanted}\nours {shown}"


def test_every_capture_is_in_a_series():
    assert sorted(number for numbers in SERIES.values() for number in numbers) == sorted(
        int(path.stem) for path in CAPTURES.glob("[0-9]*.txt")
    )


@pytest.mark.parametrize("number", [number for number in SERIES[8] + SERIES[EARLY] if "mx asd" in read(number)[0]])
def test_an_address_space_is_referred_to_by_its_process_its_regions_its_devices_and_whoever_asks(number):
    lines = lines_of(number)
    if lines != ["process not found!"]:
        regions = sum(line.split()[0] in ("vmar", "map") for line in lines)
        devices = sum("'usr_pci_" in line for line in lines)
        assert f" ref {1 + regions + devices + 1} " in lines[0]


def exit_of(*lines):
    session = fresh()
    run(session, *lines)
    return session.state.last_exit


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("vmaps 999999", 1),
        ("vmaps abc", 1),
        ("vmaps", 1),
        ("vmaps help", 0),
        ("foo", 127),
        ("/boot/bin/foo", 2),
        ("kill 999999", -1),
        ("kill", -1),
        ("killall nosuchprocess", -1),
        ("killall netsvc", 0),
        ("k", -1),
        ("k mx bogus", -1),
        ("k mx ps", 0),
        ("k mx ht 999999", 0),
        ("k mx ht", -1),
        ("k mx kill 999999", 0),
        ("k pmm", -1),
        ("k pmm bogus", -1),
        ("k pmm arenas", 0),
        ("ps --help", 0),
    ],
)
def test_exit_values_are_the_real_ones(line, value):
    assert exit_of(line) == value
