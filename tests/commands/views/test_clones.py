"""`clones` draws a family: every VMO of a small one, of a large one the nearest and a count of the others."""

import json
import re

import pytest

from kshell.accounting.clones import family
from tests.commands.support import fresh, output, run


@pytest.fixture
def session():
    """A VMO `$a` with 5 pages, its clone `$c` with 2, and `$d`, a clone of that one, mapped at `$m`."""
    session = fresh()
    run(session, "a = vmo_create 64k", "vmo_write $a 0 --len 20k", "c = vmo_clone $a cow 0 64k")
    run(session, "vmo_write $c 0 --len 8k", "d = vmo_clone $c cow 16k 64k", "m = vmar_map $vmar 0 $d 0 64k rw")
    return session


def told(text):
    """How many VMOs a drawing shows, and says that it does not show."""
    shown = re.findall(r"^[ |`:-]*(\d{4,})  ", text, re.M)
    folded = re.findall(r"\.\.\. ([\d,]+) more VMO", text)
    return len(shown), sum(int(count.replace(",", "")) for count in folded)


def test_a_family_as_it_is_drawn(session):
    run(session, "handle_close $c")
    assert output(session, "clones $m") == (
        "3 VMOs own 7 pages, 28k\n"
        "VMO          AT    SIZE     OWN  20 pages\n"
        "3183          -     64k     20k  #####...........\n"
        "|             kept by a handle of sh:console (2988), a clone\n"
        "`-3184        0     64k      8k  ##^^^...........\n"
        "  |           kept by a clone alone\n"
        "  `-3185    16k     64k      0B      ^...............  <- this one\n"
        "              kept by a handle of sh:console (2988); mapped by sh:console (2988)\n"
        "each sign is 1 page: # own  ^ parent  . absent\n"
    )


@pytest.mark.parametrize("word", ["$d", "d", "$d.koid", "3185", "$m", "$m+4k"])
def test_ways_to_name_a_vmo(session, word):
    assert "`-3185    16k     64k      0B      ^...............  <- this one\n" in output(session, f"clones {word}")


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("77", "77 is not a VMO: give a handle, a koid or an address; see `vmos --all`"),
        ("$vmar", "$vmar is a handle, but not to a VMO"),
        ("$s", "$s is a size, not a VMO"),
    ],
)
def test_what_is_no_vmo_is_refused(session, word, said):
    run(session, "s = vmo_get_size $a")
    outcome = run(session, f"clones {word}")
    assert outcome.exit and outcome.error.splitlines()[0] == f"clones: {said}"


def test_the_result(session):
    found = run(session, "f = clones $a").result
    assert found.value == 3 and [row["koid"] for row in found.fields["family"]] == [3183, 3184, 3185]
    assert output(session, "echo $f.own_pages $f.family.1.own_pages") == "7 2\n"
    assert json.dumps(found.fields)


def test_a_fan_is_folded(session):
    run(session, "repeat 3000 vmo_clone $a cow 0 64k")
    text = output(session, "clones $a")
    shown, folded = told(text)
    assert shown + folded == 3003 and shown < 20 and "kept by a handle of sh:console (2988), 3001 clones" in text
    # The one that was asked for is there, wherever it stands.
    last = max(row["koid"] for row in run(session, "clones $a").result.fields["family"])
    text = output(session, f"clones {last}")
    assert sum(told(text)) == 3003 and f"-{last} " in text and "<- this one" in text


def test_a_chain_is_folded_between_its_ends(session):
    session.state.variables["x"] = session.state.variables["d"]
    for _ in range(2000):
        run(session, "x = vmo_clone $x cow 4k 64k")
    run(session, "vmo_write $x 0 hello", "repeat 9 vmo_clone $x cow 0 4k")
    for asked in ("$a", "$x"):
        text = output(session, f"clones {asked}")
        assert sum(told(text)) == 2012 and told(text)[0] < 20
        assert max(map(len, text.splitlines())) <= 80
    assert " more VMOs, 0 pages between" in text


@pytest.mark.parametrize("seed", range(6))
def test_random_families_are_told_whole_in_rows_that_fit(seed):
    from tests.accounting.test_clones import grown

    session, vmos = grown(seed)
    for vmo in vmos.values():
        text = output(session, f"clones {vmo.koid}")
        assert sum(told(text)) == len(family(session.state.machine, vmo)), text
        assert max(map(len, text.splitlines())) <= 80 and text.isascii()
