"""`vmaps --vmo`: the VMO below each mapping."""

import pytest

from tests.commands.support import fresh, output, run


@pytest.fixture
def session():
    """`$a` is mapped twice and once in `demo`, `$c`, a clone of it, once; `$m` is an address alone."""
    session = fresh()
    run(session, "a = vmo_create 64k", "vmo_write $a 0 --len 20k", "c = vmo_clone $a cow 0 64k", "p = spawn demo")
    run(session, "o = object_get_child $job $p.koid same", "x = vmar_map $vmar 0 $a 0 4k r")
    run(session, "y = vmar_map $vmar 0 $a 8k 8k r", "z = vmar_map $vmar 0 $c 4k 16k rw", "m = map 8k", "touch $z 4k")
    return session


def below(session, name):
    """What is said below the mapping at an address."""
    first, second = output(session, f"vmaps sh:console --vmo --name useralloc --at ${name}").splitlines()[-2:]
    assert first == output(session, f"vmaps sh:console --name useralloc --at ${name}").splitlines()[-1]
    # It stands under the address.
    assert len(second) - len(second.lstrip()) == first.index("-") - 16
    return second.strip()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("x", "VMO 3183 from 0, $a; shared: 2 mappings, all in this process"),
        ("y", "VMO 3183 from 8k, $a; shared: 2 mappings, all in this process"),
        ("z", "VMO 3184 from 4k, $c; a clone of 3183: 4k of it are its own"),
        ("m", "VMO 3270 from 0, $m"),
    ],
)
def test_what_is_below_a_mapping(session, name, text):
    assert below(session, name).replace(str(session.state.number("m.koid")), "3270") == text


def test_all_other_rows_are_those_of_the_tool(session):
    plain, more = (output(session, f"vmaps sh:console{option}").splitlines() for option in ("", " --vmo"))
    assert [line for line in more if " VMO " not in line] == plain and len(more) > len(plain)
    assert max(map(len, more)) <= 80
    assert output(session, "vmaps 3020 --vmo --gaps").count(" free") == output(session, "vmaps 3020 --gaps").count(
        " free"
    )


def test_rows_for_programs(session):
    rows = run(session, "vmaps sh:console --vmo --gaps").result.fields["maps"]
    by_base = {row["base"]: row for row in rows if row["type"] == "M"}
    place = session.state.number("z")
    assert {key: by_base[place][key] for key in ("vmo", "offset", "variable", "sharing")} == {
        "vmo": 3184,
        "offset": 4096,
        "variable": "c",
        "sharing": "copied",
    }
    assert by_base[session.state.number("x")]["sharing"] == "shared"
    assert by_base[session.state.number("m")]["sharing"] == "private"
    assert "vmo" not in run(session, "vmaps sh:console").result.fields["maps"][-1]
    assert all("vmo" not in row for row in rows if row["type"] != "M")
