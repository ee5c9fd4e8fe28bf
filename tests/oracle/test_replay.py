"""The model answers as the real kernel did; and the replay would notice if it did not."""

from __future__ import annotations

from pathlib import Path

import pytest

from kshell.kernel import abi
from kshell.kernel.machine import Machine
from kshell.kernel.tasks import Process

from .compare import Bijection, Comparer, unbroken
from .console import run_tool
from .replay import DATA, data_files, dying_difference, replay
from .scenario import CONSTANTS, OPERATIONS, Call, FormError, UnknownName, evaluate, parse, read

FILES = data_files()
DRIVER = 1082


def name_of(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_the_model_answers_as_the_kernel(path: Path) -> None:
    calls = read(path)
    mismatch = next(replay(calls, run_tool), None)
    if mismatch is not None:
        until = [call.text for call in calls if call.line <= mismatch.call.line]
        pytest.fail(f"{name_of(path)} {mismatch}\n  the calls until there:\n" + "\n".join(until), pytrace=False)


# The form


def test_all_the_data_is_there() -> None:
    counts = {folder.name: len(list(folder.glob("*.out"))) for folder in DATA.iterdir()}
    assert counts == {"scenarios": 60, "random": 190, "touch": 40, "task": 45}


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_every_line_is_understood(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    meant = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert [line for call in parse(text) for line in call.lines()] == meant


def test_every_word_that_is_no_text_has_a_value() -> None:
    for path in FILES:
        names = {"self": 1, "job0": 2}
        for call in read(path):
            if call.skipped or call.operation in ("run", "k"):
                continue
            for kind, word in zip(OPERATIONS[call.operation].kinds, call.words, strict=False):
                assert kind == "s" or 0 <= evaluate(word, names) < 1 << 64, f"{name_of(path)}: {word}"
            names.update(dict.fromkeys(call.results, 3))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12345", 12345),
        ("0x10", 16),
        ("4k", 4096),
        ("3p", 3 * abi.PAGE_SIZE),
        ("1M", 1 << 20),
        ("2G", 2 << 30),
        ("1T", 1 << 40),
        ("A+1p-8", 0x1000000 + 4096 - 8),
        ("64M+1", (64 << 20) + 1),
        ("MAX", (1 << 64) - 1),
        ("MAX-0xfff", 0xFFFFFFFFFFFFF000),
        ("MAX+1", 0),
        ("0-1", (1 << 64) - 1),
        ("R|W|SPECIFIC", 0x13),
        ("R|0x400", 0x401),
        ("RT_SAME|RT_READ", 0x80000004),
    ],
)
def test_expressions(text: str, value: int) -> None:
    assert evaluate(text, {"A": 0x1000000}) == value


def test_a_name_of_the_driver_hides_a_constant() -> None:
    assert evaluate("X+1p", {"X": 0x2000}) == 0x3000
    assert evaluate("X", {}) == CONSTANTS["X"] == abi.VM_EXECUTE


def test_unknown_names_and_nonsense() -> None:
    with pytest.raises(UnknownName, match="unknown name 'nobody'"):
        evaluate("nobody+1p", {})
    for text in ("", "1+", "1|", "3q", "1 2", "*", "0x"):
        with pytest.raises(FormError):
            evaluate(text, {})


@pytest.mark.parametrize(
    "text",
    [
        "vmo_frobnicate 1 -> a\n  NO_ERROR\n",
        "vmo_create 1p -> a\n  NO_ERROR\n",
        "vmo_create 1p 0 0 -> a\n  NO_ERROR\n",
        "vmo_create 1p 0\n  NO_ERROR\n",
        "vmo_create 1p 0 -> a b\n  NO_ERROR\n",
        "vmo_create 1p 0 -> 7\n  NO_ERROR\n",
        "vmo_create 1p 0 -> a\n",
        "vmo_create 1p 0 -> a\n  no_error\n",
        "vmo_create 1p 0 -> a\n  NO_ERROR size=1\n",
        "vmo_read a 0 1\n  NO_ERROR actual=1 data=6*1\n",
        "  NO_ERROR\n",
        "self_load A\n  !! died\nself_load A\n  byte=00\n",
    ],
)
def test_what_is_not_of_the_form_is_refused(text: str) -> None:
    with pytest.raises(FormError, match=r"line [12]"):
        parse(text)


# The comparison


def difference(text: str, *answer: str) -> str | None:
    return Comparer(DRIVER).difference(parse(text)[0], list(answer))


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("vmo_create 1p 0 -> a\n  NO_ERROR\n", "ERR_NO_MEMORY"),
        ("vmar_map v 0 a 0 1p R -> A\n  NO_ERROR addr=0x1000000\n", "NO_ERROR addr=0x1001000"),
        ("vmo_read a 0 1\n  NO_ERROR actual=1 data=63*1\n", "NO_ERROR actual=1 data=62*1"),
        ("vmo_read a 0 1\n  ERR_OUT_OF_RANGE actual=12345\n", "ERR_OUT_OF_RANGE actual=0"),
        ("stats p\n  NO_ERROR mapped=4096 committed=0 (pages 1/0)\n", "NO_ERROR mapped=0 committed=0 (pages 0/0)"),
        (
            "info a\n  NO_ERROR type=vmo rights=0x3f props=1 koid=3200 related=0\n",
            "NO_ERROR type=vmo rights=0x3e props=1 koid=1100 related=0",
        ),
        (
            "info a\n  NO_ERROR type=vmo rights=0x3f props=1 koid=3200 related=0\n",
            "NO_ERROR type=vmo rights=0x3f props=1 koid=1100 related=1028",
        ),
        (
            "info job0\n  NO_ERROR type=job rights=0x1cf props=1 koid=1081 related=1028\n",
            "NO_ERROR type=job rights=0x1cf props=1 koid=1080 related=1028",
        ),
        (
            "stats self\n  NO_ERROR mapped=8192 committed=4096 (pages 2/1)\n",
            "NO_ERROR mapped=1 committed=0 (pages 0/0)",
        ),
        ("stats self\n  NO_ERROR mapped=8192 committed=4096 (pages 2/1)\n", "ERR_BAD_STATE"),
        ("job_processes job0\n  NO_ERROR actual=5 avail=5\n", "NO_ERROR actual=1 avail=2"),
    ],
)
def test_a_difference_is_seen(text: str, answer: str) -> None:
    assert difference(text, answer) is not None


def test_a_line_too_few_or_too_many_is_seen() -> None:
    text = "maps p\n  NO_ERROR actual=1 avail=1\n    ASPACE depth=0 base=0x1000000 size=0x1000 name=unnamed\n"
    head, entry = (line[2:] for line in text.splitlines()[1:])
    assert difference(text, head, entry) is None
    assert difference(text, head) == "2 lines expected, 1 given"
    assert difference(text, head, entry, entry) == "2 lines expected, 3 given"


def test_koids_are_those_of_the_machine() -> None:
    comparer = Comparer(DRIVER)

    def info(captured: int, model: int) -> str | None:
        text = "NO_ERROR type=vmo rights=0x3f props=1 koid={} related=0"
        call = parse(f"info a\n  {text.format(captured)}\n")[0]
        why = comparer.difference(call, [text.format(model)])
        return None if why is None else why.removeprefix("line 2: ")

    assert info(3200, 1100) is None
    assert info(3210, 1110) is None
    assert info(3200, 1100) is None
    assert info(3200, 1101) == "koid 3200 was 1100 before and is 1101 now"
    assert info(3220, 1110) is not None
    # One object of another program may have come in between, not two; and none can have gone.
    assert info(3216, 1115) is None
    assert info(3221, 1119) == "koids 3200 and 3221 are 1100 and 1119 on the model: 21 and 19 objects apart"
    assert info(3221, 1122) == "koids 3200 and 3221 are 1100 and 1122 on the model: 21 and 22 objects apart"
    assert info(3205, 1106) is not None
    tool = Call(1, "run ps")
    assert comparer.difference(tool, None) is None
    assert info(3300, 1121) is None


def test_counts_of_the_drivers_job_are_compared_by_their_differences() -> None:
    comparer = Comparer(DRIVER)

    def count(captured: int, model: int) -> str | None:
        call = parse(f"job_processes job0\n  NO_ERROR actual={captured} avail={captured}\n")[0]
        return comparer.difference(call, [f"NO_ERROR actual={model} avail={model}"])

    assert count(7, 3) is None
    assert count(6, 2) is None
    assert count(6, 3) is not None


def test_a_pair_is_never_broken() -> None:
    pages = Bijection("page")
    assert pages.pair(1, 9) is None
    assert pages.pair(2, 8) is None
    assert pages.pair(1, 9) is None
    assert pages.pair(1, 8) is not None
    assert pages.pair(3, 9) is not None


PANIC = "  !! MAGENTA KERNEL PANIC\n  !! panic (caller 0x1): DEBUG ASSERT FAILED at (kernel/kernel/vm/{}:1)\n"


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("vmo_write a 0x1010 10 0x33\n" + PANIC.format("vm_mapping.cpp"), "NO_ERROR actual=10"),
        ("stats p\n" + PANIC.format("vm_aspace.cpp"), "ERR_BAD_STATE"),
        ("self_load A\n  !! PageFault:520: ERROR: failed to fault in or grab existing page\n", "ERR_OUT_OF_RANGE"),
        ("self_load A\n  !! PageFault: 498851 free pages\n", "ERR_NOT_FOUND"),
        ("self_store A 1\n  !! <== fatal page fault, PC at 0x1003793\n", "ERR_ACCESS_DENIED"),
    ],
)
def test_the_last_call_of_a_kernel_or_a_driver(text: str, allowed: str) -> None:
    call = parse(text)[0]
    assert dying_difference(call, [allowed]) is None
    assert dying_difference(call, ["ERR_BAD_HANDLE"]) is not None


# The tools


def rows(*lines: str) -> list[str]:
    return ["| " + line for line in lines]


def tool(operation: str, captured: list[str], model: list[str]) -> str | None:
    call = Call(1, operation)
    call.answer = captured
    return Comparer(DRIVER).difference(call, model)


PS = rows(
    "TASK        VIRT     RES NAME",
    "p:1041     6028k   1484k bin/devmgr",
    "j:1081                   magenta-services",
    "  p:3126   8368k   5296k /boot/bin/vmplay",
    "  p:3206    160k     44k clones",
    "  p:3294   4020k   1084k ps",
    "TASK        VIRT     RES NAME",
)


def test_a_tools_rows_about_the_drivers_objects_are_compared() -> None:
    model = rows(
        "TASK        VIRT     RES NAME",
        "j:1081                   ",
        "  p:1082      0B      0B driver",
        "  p:1084    160k     44k clones",
        "TASK        VIRT     RES NAME",
    )
    assert tool("run ps", [*PS, "exited 0"], model) is None
    assert tool("run ps", PS, [row.replace("44k", "40k") for row in model]) is not None
    assert tool("run ps", PS, [row for row in model if "clones" not in row]) is not None


def test_the_exit_value_of_a_tool_is_compared_when_it_is_given() -> None:
    captured = [*rows("process not found!"), "exited 1"]
    assert tool("run vmaps", captured, [*rows("process not found!"), "exited 1"]) is None
    assert tool("run vmaps", captured, [*rows("process not found!"), "exited 0"]) is not None


def test_the_driver_hands_a_tool_the_koids_of_the_model() -> None:
    lines: list[str] = []

    def console(machine: Machine, driver: Process, line: str) -> list[str]:
        lines.append(line)
        return ["process not found!", "exited 1"]

    text = (
        "sandbox sb -> p v\n  NO_ERROR\n"
        "info p -> pk\n  NO_ERROR type=process rights=0x1cf props=1 koid=3204 related=1081\n"
        "run vmaps $pk\n  | process not found!\n  exited 0\n"
        "k mx asd $pk\n  | process not found!\n  k: write returned 0 of 23\n"
    )
    differences = [mismatch.why for mismatch in replay(parse(text), console)]
    assert differences == ["the model's tool exited 1"] * 2
    koid = lines[0].removeprefix("vmaps ")
    assert lines == [f"vmaps {koid}", f"k mx asd {koid}"]
    assert int(koid) > DRIVER


def test_pointers_and_koids_of_a_tool_are_pairs() -> None:
    captured = rows("- 3216 proc [inner]", "map 0xffffff8001620848 vmo 0xffffff8001620568", "object 0xffffff8001620568")
    model = rows("- 1216 proc [inner]", "map 0xffffff8000000010 vmo 0xffffff8000000020", "object 0xffffff8000000020")
    assert tool("k mx", captured, model) is None
    assert tool("k mx", captured, [*model[:2], *rows("object 0xffffff8000000010")]) is not None
    assert tool("k mx", captured, [*rows("- 1216 proc [outer]"), *model[1:]]) is not None


def test_a_handle_table_is_compared_but_for_its_numbers() -> None:
    captured = rows("656313959    3208 : event", "total: 1 handles")
    assert tool("k mx ht", captured, rows("3    1090 : event", "total: 1 handles")) is None
    assert tool("k mx ht", captured, rows("3    1090 : vmo", "total: 1 handles")) is not None


def test_a_line_the_log_broke_is_whole_again() -> None:
    assert unbroken(["x" * 127, "'", "next"]) == ["x" * 127 + "'", "next"]
    assert unbroken(["x" * 126, "'"]) == ["x" * 126, "'"]
