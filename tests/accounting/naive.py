"""The same shares page by page and VMO by VMO, as simply as they can be said: what `sharing.py` is compared with.

seen_by[(owner, page)]   the VMOs through which the page can be seen
a page                   costs each of them 1/n, and the owner all of it if there is none
a VMO's part             is split among the processes that reach it
"""

from fractions import Fraction

from kshell.kernel.vmo import Vmo
from kshell.kernel.wired_vmo import WiredVmo

PAGE = 4096


def pages_of(vmo):
    return [page for start, end in vmo.pages.runs() for page in range(start, end)]


def looks_at(vmo, page):
    """Who has the page that is seen at index `page` of a VMO: (owner, its index), or None."""
    while vmo is not None and 0 <= page < -(-vmo.size // PAGE):
        if page in vmo.pages:
            return vmo, page
        page += vmo.parent_page
        vmo = vmo.parent
    return None


def viewers(machine):
    """{(owner, index): VMOs that see it} of all committed pages that are not wired."""
    found = {}
    for owner in machine.vmos:
        for page in [] if isinstance(owner, WiredVmo) else pages_of(owner):
            found[owner, page] = []
            for vmo in machine.vmos:
                at, above = page, vmo
                while above is not None and above is not owner:
                    at -= above.parent_page
                    above = above.parent
                visible = above is owner and looks_at(vmo, at) == (owner, page)
                if visible and (vmo.handle_count or vmo.mappings):
                    found[owner, page].append(vmo)
    return found


def costs(machine, rule):
    """[(VMO that pays, how many pay for that page)] for each page and each that pays."""
    found = []
    for (owner, _), seen_by in viewers(machine).items():
        paying = seen_by if rule == "viewers" and seen_by else [owner]
        found.extend((vmo, len(paying)) for vmo in paying)
    return found


def reaching(machine):
    """{VMO: {process: whether it maps it}}"""
    found = {}
    for process in machine.processes.values():
        for _, handle in process.handles:
            if isinstance(handle.object, Vmo):
                found.setdefault(handle.object, {}).setdefault(process, False)
        for mapping in process.root_vmar.mappings():
            found.setdefault(mapping.vmo, {})[process] = True
    return found


def by_process(machine, rule):
    """{process: [private, shared, scaled, unmapped]} in bytes, and under None what no process reaches."""
    found = {process: [0, 0, Fraction(0), Fraction(0)] for process in machine.processes.values()}
    found[None] = [0, 0, Fraction(0), Fraction(0)]
    if rule == "pss":
        return by_mapping(machine, found)
    reached = reaching(machine)
    for vmo, payers in costs(machine, rule):
        processes = reached.get(vmo, {})
        if not processes:
            found[None][3] += Fraction(PAGE, payers)
        for process, maps in processes.items():
            part = Fraction(PAGE, payers * len(processes))
            if not maps:
                found[process][3] += part
            elif part == PAGE:
                found[process][0] += PAGE
            else:
                found[process][1] += PAGE
                found[process][2] += part
    return found


def by_mapping(machine, found):
    """The same as mappings count."""
    for process in machine.processes.values():
        for mapping in process.root_vmar.mappings():
            spaces = {other.aspace for other in mapping.vmo.mappings}
            first = mapping.vmo_offset // PAGE
            for page in pages_of(mapping.vmo):
                if first <= page < first + mapping.size // PAGE:
                    if len(spaces) == 1:
                        found[process][0] += PAGE
                    else:
                        found[process][1] += PAGE
                        found[process][2] += Fraction(PAGE, len(spaces))
    return found
