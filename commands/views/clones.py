"""`clones`: a clone family, drawn: what each VMO owns, what keeps it, who maps it, whose pages it shows.

    VMO        AT   SIZE    OWN  16 PAGES
    3192        -    64k    20k  #####...........
    `-3193      0    64k     8k  ##^^^...........

A person sees the family's shape, so a chain or a fan of thousands is folded: the VMO that was asked for and the way to
it are always there, of its relatives the nearest.
"""

from __future__ import annotations

from kshell.accounting.clones import OWN, PARENT, PARTLY, ZERO, Hold, Member, family, path, record, seen
from kshell.kernel.abi import OBJ_TYPE_VMO, PAGE_SHIFT
from kshell.kernel.vmar import Mapping
from kshell.kernel.vmo import Vmo
from kshell.shell.arguments import Choice, Handle, Parameter, fitting
from kshell.shell.errors import ShellError
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.state import OWN as OWN_NAMES
from kshell.shell.state import State
from kshell.shell.values import ADDRESS, COUNT, HANDLE, KOID
from kshell.sizes import format_size
from kshell.text import COLUMNS, GLUE, plural, printable, wrap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# How a stretch of pages is drawn.
SIGNS = {OWN: "#", PARTLY: "+", PARENT: "^", ZERO: "."}
LEGEND = "# its own  + partly  ^ its parents'  . zeros"
# How much of a family is shown: VMOs at each end of the way to the one that was asked for, levels off that way, clones
# of one VMO, and in all beside the way.
WAY, LEVELS, FAN, MOST_MORE = 3, 4, 5, 12
# So many processes are named in a line.
MOST = 3
# How far the lines below a VMO are indented.
MARGIN = 14
# No bar is wider.
WIDEST = 40


HANDLES = Handle("VMO", OBJ_TYPE_VMO)


class FamilyVmo(Parameter["Vmo"]):
    """A VMO by a handle of this process, by its koid, or by an address at which this process maps it."""

    __slots__ = ()

    type_name = "Vmo"
    explain = "a VMO: a handle to it, its koid, or an address where it is mapped"
    expressions = True

    def parse(self, state: State, word: str) -> Vmo:
        name = f"${word}" if word in state.variables or word in OWN_NAMES else word
        number = fitting(state, name, (HANDLE, KOID, ADDRESS), "a VMO").number
        handle = state.process.handles.get(number)
        if handle is not None:
            if isinstance(handle.object, Vmo):
                return handle.object
            raise ShellError(f"{word[:40]} is a handle, but not to a VMO")
        for vmo in state.machine.vmos:
            if vmo.koid == number != 0:
                return vmo
        found = state.process.root_vmar.locate(number) if state.process.root_vmar.alive else None
        if found is not None and isinstance(found[0], Mapping):
            return found[0].vmo
        raise ShellError(f"{word[:40]} is not a VMO: give a handle, a koid or an address; see `vmos --all`")

    def check_later(self, state: State, words: Sequence[str], at: int) -> None:
        """VMOs come and go with every command."""

    def choices(self, state: State) -> Iterable[Choice]:
        return HANDLES.choices(state)

    def unfinished(self, state: State, words: Sequence[str], at: int) -> bool:
        return HANDLES.unfinished(state, words, at)


@command(
    "clones",
    category="whose",
    summary="a clone family, drawn: what each VMO owns, what keeps it, who maps it",
    params=(FamilyVmo("VMO"),),
    examples=(
        ("a = vmo_create 64k", ""),
        ("w = vmo_write $a 0 --len 20k", ""),
        ("c = vmo_clone $a cow 0 64k", ""),
        ("w = vmo_write $c 0 --len 8k", ""),
        (
            "clones $c",
            "2 VMOs own 7 pages, 28k\n"
            "VMO          AT    SIZE     OWN  16 pages\n"
            "3183          -     64k     20k  #####...........\n"
            "|             kept by a handle of sh:console (2988), a clone\n"
            "`-3184        0     64k      8k  ##^^^...........  <- this one\n"
            "              kept by a handle of sh:console (2988)\n"
            "each sign is 1 page: # its own  + partly  ^ its parents'  . zeros\n",
        ),
    ),
    details=(
        "AT is where in its parent a clone begins, OWN the memory that is charged to it: what it\n"
        "shows of its parents (^) is theirs. Bars lie over each other as the VMOs do.\n"
        "A parent is there as long as one clone is; a chain or a fan of many is folded."
    ),
    gives=("family",),
)
def clones(state: State, asked: Vmo) -> Result:
    members = family(state.machine, asked)
    pages = sum(member.own_pages for member in members)
    fields: dict[str, object] = {"family": [record(member) for member in members]}
    return Result(
        len(members),
        fields,
        _drawn(state, asked, members),
        extra={"own_pages": pages},
        kind=COUNT,
    )


class Row:
    """A line of the tree: `lead` is the tree to its left, `below` what stands under that in further lines.

    `member` is the VMO, or None where `folded` says how many are not shown.
    """

    __slots__ = ("lead", "below", "member", "folded")

    def __init__(self, lead: str, below: str, member: Member | None, folded: str = "") -> None:
        self.lead = lead
        self.below = below
        self.member = member
        self.folded = folded


class Tree:
    """Which members of a family are shown, and where."""

    def __init__(self, asked: Vmo, members: list[Member]) -> None:
        self.asked = asked
        self.members = {member.vmo: member for member in members}
        self.rows: list[Row] = []
        # How many VMOs, and pages, each has with all below it.
        self._counts = {member.vmo: 1 for member in members}
        self._pages = {member.vmo: member.own_pages for member in members}
        for member in reversed(members):
            parent = member.vmo.parent
            if parent is not None:
                self._counts[parent] += self._counts[member.vmo]
                self._pages[parent] += self._pages[member.vmo]
        way = path(asked)
        kept = way if len(way) <= 2 * WAY + 1 else way[:WAY] + way[-WAY:]
        # The next one on the way, where some between the two are folded.
        self._beyond = {kept[WAY - 1]: kept[WAY]} if len(kept) < len(way) else {}
        self._shown = self._nearest(kept)
        self._add(way[0], "", "")

    def _nearest(self, kept: list[Vmo]) -> set[Vmo]:
        """Which VMOs are shown: those on the way, then their nearest relatives, beginning at the one asked for."""
        shown = set(kept)
        todo = [(vmo, 0) for vmo in reversed(kept)]
        # The list grows while it is read.
        for vmo, level in todo:
            if vmo in self._beyond or level >= LEVELS:
                continue
            children = list(vmo.children)
            for child in children if len(children) <= FAN + 1 else children[:FAN]:
                if child not in shown and len(shown) < len(kept) + MOST_MORE:
                    shown.add(child)
                    todo.append((child, level + 1))
        return shown

    def _add(self, vmo: Vmo, lead: str, below: str) -> None:
        """A VMO, and what is shown below it."""
        self.rows.append(Row(lead, below + ("| " if vmo.children else "  "), self.members[vmo]))
        beyond = self._beyond.get(vmo)
        if beyond is not None:
            count = self._counts[vmo] - 1 - self._counts[beyond]
            pages = self._pages[vmo] - len(vmo.pages) - self._pages[beyond]
            self.rows.append(Row(f"{below}: ", below, None, f"{_more(count, pages)} between"))
            self._add(beyond, f"{below}`-", f"{below}  ")
            return
        shown = [child for child in vmo.children if child in self._shown]
        hidden = [child for child in vmo.children if child not in self._shown]
        for index, child in enumerate(shown):
            last = index == len(shown) - 1 and not hidden
            self._add(child, f"{below}{'`-' if last else '|-'}", f"{below}{'  ' if last else '| '}")
        if hidden:
            count = sum(self._counts[child] for child in hidden)
            more = _more(count, sum(self._pages[child] for child in hidden))
            self.rows.append(Row(f"{below}`-", below, None, f"{more}{'' if shown else ' below'}"))


def _more(count: int, pages: int) -> str:
    return f"... {count:,} more VMO{'' if count == 1 else 's'}, {pages:,} page{'' if pages == 1 else 's'}"


def _drawn(state: State, asked: Vmo, members: list[Member]) -> str:
    """The family as text of at most 80 columns."""
    pages = sum(member.own_pages for member in members)
    tree = Tree(asked, members)
    shown = [row.member for row in tree.rows if row.member is not None]
    wide = max(11, *(len(row.lead) + len(str(row.member.vmo.koid)) for row in tree.rows if row.member is not None))
    figures = wide + 25
    end = max(1, *(member.begins + member.vmo.page_count for member in shown))
    unit = -(-end // min(WIDEST, COLUMNS - figures - 10))
    lines = [
        f"{plural(len(members), 'VMO')} own{'s' if len(members) == 1 else ''} {plural(pages, 'page')}, "
        f"{format_size(pages << PAGE_SHIFT)}",
        f"{'VMO':<{wide - 2}}{'AT':>6}{'SIZE':>8}{'OWN':>8}  {end:,} page{'' if end == 1 else 's'}",
    ]
    for row in tree.rows:
        if row.member is None:
            lines.append(f"{row.lead}{row.folded}")
            continue
        lines.append(
            f"{_figures(row, wide)}  {_bar(row.member, unit)}{'  <- this one' * (row.member.vmo is asked)}".rstrip()
        )
        indent = max(MARGIN, len(row.below))
        for text in wrap(_reasons(state, row.member), " " * indent).splitlines():
            lines.append(row.below + text[len(row.below) :])
    stretch = "1 page" if unit == 1 else f"{unit:,} pages"
    lines.append(f"each sign is {stretch}: {LEGEND}")
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _figures(row: Row, wide: int) -> str:
    """The tree, where in its parent the VMO begins, its size and what it owns."""
    member = row.member
    assert member is not None
    vmo = member.vmo
    at = "-" if vmo.parent is None else format_size(vmo.parent_page << PAGE_SHIFT) if vmo.parent_page else "0"
    own = format_size(member.own_pages << PAGE_SHIFT)
    return f"{row.lead + str(vmo.koid):<{wide - 2}}{at:>6}{format_size(vmo.size):>8}{own:>8}"


def _bar(member: Member, unit: int) -> str:
    """The VMO's pages, `unit` to a sign, under those of its parent that they show."""
    vmo = member.vmo
    first = member.begins // unit
    last = -(-(member.begins + vmo.page_count) // unit)
    signs = []
    for sign in range(first, last):
        start = max(0, sign * unit - member.begins)
        end = min(vmo.page_count, (sign + 1) * unit - member.begins)
        signs.append(SIGNS[seen(vmo, start, end)])
    return " " * first + "".join(signs)


def _reasons(state: State, member: Member) -> str:
    """What keeps a VMO, and who maps it, in words."""
    held = member.held
    kept = [_held(state, hold) for hold in _few(hold for hold in held if hold.by == "handle")]
    others = sum(hold.count for hold in held if hold.by == "handle") - _counted(held, "handle")
    if others:
        kept.append(f"{plural(others, 'handle')} of others")
    words = {"message": "a message", "clone": "a clone", "kernel": "the kernel"}
    for hold in held:
        if hold.by in words:
            kept.append(words[hold.by] if hold.count == 1 else plural(hold.count, hold.by))
    mapped = [hold for hold in held if hold.by == "mapping"]
    by = [_mapped(state, hold) for hold in _few(mapped)]
    if len(mapped) > MOST:
        by.append(f"{len(mapped) - MOST} other processes")
    alone = " alone" if len(kept) == 1 and not by and held[0].by == "clone" else ""
    texts = [f"kept by {', '.join(kept)}{alone}"] if kept else []
    texts += [f"mapped by {', '.join(by)}"] if by else []
    return "; ".join(texts)


def _few(holds: Iterable[Hold]) -> list[Hold]:
    return list(holds)[:MOST]


def _counted(held: list[Hold], by: str) -> int:
    """How many of that kind `_few` tells."""
    return sum(hold.count for hold in _few(hold for hold in held if hold.by == by))


def _held(state: State, hold: Hold) -> str:
    what = "a handle" if hold.count == 1 else plural(hold.count, "handle")
    return f"{what} of {_process(state, hold.process)}".replace(" ", GLUE)


def _mapped(state: State, hold: Hold) -> str:
    times = "" if hold.count == 1 else f" {hold.count} times"
    return f"{_process(state, hold.process)}{times}".replace(" ", GLUE)


def _process(state: State, koid: int) -> str:
    process = state.machine.processes.get(koid)
    return "the kernel" if process is None else f"{printable(process.name)} ({koid})"
