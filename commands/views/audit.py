"""`audit`: where all memory is, and who pays for it, with nothing left over."""

from __future__ import annotations

from kshell.accounting.bills import BY_PROCESS, BY_VMO, GROUPS, Bill, Bills, columns
from kshell.accounting.ledger import REMAINDER, Ledger, Line
from kshell.accounting.sharing import OWNER, PSS, RULES, address_spaces, exact
from kshell.accounting.standing import Standings
from kshell.commands.tools.filters import Column, sort_rows
from kshell.kernel.machine import Machine
from kshell.kernel.tasks import Job, Process
from kshell.kernel.vmo import Vmo
from kshell.shell.arguments import OneOf
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.state import State
from kshell.shell.values import SIZE
from kshell.sizes import format_size
from kshell.text import COLUMNS, printable, width

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from fractions import Fraction

# A row of `--by`, for programs.
Row = dict[str, object]
SORTED = ("res", "private", "unmapped", "kernel", "pays", "name")
# The columns of sizes that a row of 80 characters has room for: `shared` is left to `--json`.
SHOWN = ("res", "private", "scaled", "unmapped", "kernel", "pays")
DIGITS_AT_ONCE = 4000
MOST_AT_ONCE = 10**DIGITS_AT_ONCE


@command(
    "audit",
    category="look",
    summary="where all memory is, or who pays for it; it adds up",
    params=(
        OneOf("RULE", RULES, "who pays for a page: owner, viewers or pss", OWNER, option="--rule"),
        OneOf(
            "WHAT",
            GROUPS,
            "a row for each process, job or vmo, and what it pays; --sort alone means process",
            None,
            option="--by",
        ),
        Column(*SORTED),
    ),
    details=(
        "One ledger: each line is the sum of the deeper lines below it, and RES what `ps` makes\n"
        "of it. The remainder is what no line explains; lines of 0 are not printed, but in --json.\n"
        "With --by the sum of PAYS is what is in use: private + scaled + unmapped + kernel.\n"
        "Rule owner, the kernel's: a page is paid for by the VMO it belongs to. Rule viewers: all\n"
        "VMOs that can see a page pay equal parts. A VMO's part is split equally among the\n"
        "processes that reach it, by a mapping or by a handle alone (unmapped), and the remainder\n"
        "is always 0. Rule pss, which `ps --units` has: a mapping pays what it shows, divided by\n"
        "how many processes map the VMO. Its remainder is not 0, as pages that no mapping shows\n"
        "count nowhere, and those that are mapped twice in one process, and wired ones, count too\n"
        "often. `docs/accounting.md` has an example of each."
    ),
    examples=(
        ("a = audit", ""),
        ("assert $a.used == 101920768", ""),
        ("assert $a.remainder == 0", ""),
        ("audit --by process", "TASK       RES PRIVATE  SCALED UNMAPPED  KERNEL    PAYS NAME\n...\n"),
        ("audit --rule pss", "...\n    remainder                             7725056    7544k\n...\n"),
    ),
)
def audit(state: State, rule: str, by: str | None, sort: str | None) -> Result:
    machine = state.machine
    if by is None and sort is None:
        return _ledger(Ledger(machine, rule))
    # The ledger's lines have their own order: what is sorted are rows.
    return _bills(Bills(machine, rule, by or BY_PROCESS), sort)


# The ledger


def _ledger(ledger: Ledger) -> Result:
    lines = list(ledger.top.walk())
    fields: dict[str, object] = {
        "rule": ledger.rule,
        "total": ledger.total,
        "used": ledger.used,
        "remainder": ledger.remainder,
        "lines": [{"name": line.name, "depth": depth, "bytes": line.bytes} for depth, line in lines],
    }
    extra: dict[str, object] = {_word(line.name): line.bytes for _, line in lines}
    return Result(ledger.used, fields, lambda: _ledger_text(ledger, lines), extra=extra, kind=SIZE)


def _word(name: str) -> str:
    """A line's name as that of a field: `in unread messages only` is `in_unread_messages_only`."""
    kept = "".join(letter if letter.isalnum() else " " for letter in name)
    return "_".join(kept.lower().split())


def _ledger_text(ledger: Ledger, lines: list[tuple[int, Line]]) -> str:
    # What `ps` makes of it says the more where the ledger does not count like `ps`.
    res = ledger.rule != PSS
    text = [f"{'MEMORY, rule ' + ledger.rule:<36} {'BYTES':>12} {'SIZE':>8}" + f" {'RES':>8}" * res]
    for depth, line in lines:
        if not line.bytes and not line.res and line.name != REMAINDER:
            continue
        text.append(f"{'  ' * depth + line.name:<36} {line.bytes:>12} {_size(line.bytes):>8}")
        if res and line.res is not None:
            text[-1] += f" {_size(line.res):>8}"
    return "".join(row + "\n" for row in text)


def _size(size: int) -> str:
    return format_size(size) if size >= 0 else "-" + format_size(-size)


# The bills


def _bills(bills: Bills, sort: str | None) -> Result:
    fixed = columns(bills)
    names = _Names(bills.machine)
    head = {
        "rule": bills.rule,
        "total": bills.machine.physmem.size,
        "used": bills.used,
        "remainder": bills.remainder,
    }
    by = bills.by
    found = [
        (_row(bill, {name: values[at] for name, values in fixed.items()}, names), bill)
        for at, bill in enumerate(bills.rows.values())
    ]
    keys: dict[str, Callable[[tuple[Row, Bill]], int | str]] = {
        name: lambda row, name=name: row[0][name]  # type: ignore[misc]
        for name in SORTED
    }
    found = sort_rows(found, sort or "pays", keys)
    # What no task pays for comes after those that pay.
    found.sort(key=lambda row: row[0]["type"] == "other")
    rows = [row for row, _ in found]

    def exactly() -> list[Row]:
        """The rows, with the exact amounts, which take long and nobody prints."""
        for row, bill in found:
            row["exact"] = _fraction(exact(bill.sum))
        return rows

    def extra() -> dict[str, object]:
        named: dict[str, object] = {str(row["koid"]): row for row in exactly() if row["koid"]}
        named.update({_word(str(row["name"])): row for row in rows if row["type"] == "other"})
        return named

    return Result(
        bills.used, lambda: {**head, "rows": exactly()}, lambda: _bills_text(by, rows), extra=extra, kind=SIZE
    )


def _row(bill: Bill, fixed: dict[str, int], names: _Names) -> Row:
    type_, koid, name = names.of(bill)
    return {
        "type": type_,
        "koid": koid,
        "name": name,
        "res": bill.res,
        "private": bill.private,
        "shared": bill.shared,
        **fixed,
        "pays": bill.pays,
    }


def _fraction(amount: Fraction) -> str:
    """`40960/3`; what ten thousand clones share may have ten thousand digits."""
    whole = _digits(amount.numerator)
    return whole if amount.denominator == 1 else f"{whole}/{_digits(amount.denominator)}"


def _digits(number: int) -> str:
    """A number in decimal, of any length: Python refuses to write more than 4300 digits at once."""
    if number < 0:
        return f"-{_digits(-number)}"
    pieces = []
    while number >= MOST_AT_ONCE:
        number, rest = divmod(number, MOST_AT_ONCE)
        pieces.append(f"{rest:0{DIGITS_AT_ONCE}}")
    return "".join([str(number), *reversed(pieces)])


class _Names:
    """Names of rows. A VMO has none of its own in this kernel: it is the image's, or says whose the VMO is."""

    __slots__ = ("_standings", "_labels", "_processes")

    def __init__(self, machine: Machine) -> None:
        self._standings = Standings(machine)
        self._labels = {vmo: label for label, vmo in machine.shared.items()}
        self._processes: dict[object, Process] = {process.aspace: process for process in machine.processes.values()}

    def of(self, bill: Bill) -> tuple[str, int, str]:
        """(type, koid, name) of a row."""
        key = bill.key
        if isinstance(key, Process):
            return "p", key.koid, printable(key.name)
        if isinstance(key, Job):
            return "j", key.koid, printable(key.name)
        if isinstance(key, Vmo):
            return "v", key.koid, self._labels.get(key) or self._keeper(key)
        return "other", 0, key

    def _keeper(self, vmo: Vmo) -> str:
        spaces = address_spaces(vmo)
        if spaces == 1:
            return printable(self._processes[next(iter(vmo.mappings)).aspace].name)
        return f"{spaces} processes" if spaces else self._standings.of(vmo)


def _bills_text(by: str, rows: list[Row]) -> str:
    firsts = ["-" if row["type"] == "other" else f"{row['type']}:{row['koid']}" for row in rows]
    begin = max(map(len, ("total", *firsts)))
    # All but the first and the last column are sizes.
    row_of = " ".join([f"{{:<{begin}}}", *(f"{{:>{max(7, len(name))}}}" for name in SHOWN), ""]).format
    names = [name.upper() for name in SHOWN]
    lines = [row_of("VMO" if by == BY_VMO else "TASK", *names) + "NAME"]
    room = COLUMNS - len(lines[0]) + len("NAME")
    sums = dict.fromkeys(SHOWN, 0)
    for first, row in zip(firsts, rows, strict=True):
        cells = []
        for name in SHOWN:
            size = row[name]
            assert isinstance(size, int)
            sums[name] += size
            # Of what is no task's only what it pays is worth a look.
            cells.append("" if first == "-" and name != "pays" else _size(size) if size else "-")
        lines.append(row_of(first, *cells) + _clipped(str(row["name"]), room))
    lines.append(row_of("total", *(_size(size) if size else "-" for size in sums.values())))
    return "".join([line.rstrip() + "\n" for line in lines])


def _clipped(name: str, room: int) -> str:
    """A name in so many columns; one that is longer ends with two dots."""
    if width(name) <= room:
        return name
    while width(name) > room - 2:
        name = name[:-1]
    return name + ".."
