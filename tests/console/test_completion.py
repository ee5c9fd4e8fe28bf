"""What could be typed next."""

import pytest

from kshell.console.completion import matching, suggestions
from tests.commands.support import fresh, run


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("vmo_cr", "vmo_create"),
        ("x = vmo_cr", "vmo_create"),
        ("! vmo_cr", "vmo_create"),
        ("expect ERR_BAD_S", "ERR_BAD_STATE"),
        ("expect ERR_BAD_STATE vmo_cr", "vmo_create"),
        ("as 302", "3020"),
        ("as sh:v", "3020"),
        ("as p:30", "p:3020"),
        ("attach p:30", "p:3020"),
        ("kill j:10", "j:1068"),
        ("as 3020 vmo_cr", "vmo_create"),
        ("echo a; vmo_cr", "vmo_create"),
        ("ps && vm", "vmaps"),
        ("k pm", "pmm"),
        ("k mx h", "ht"),
        ("k mx ht 30", "3020"),
        ("help vmo_w", "vmo_write"),
        ("vmo_write $v 0 --f", "--fill"),
        ("vmo_read ", "$v"),
        ("vmo_read $", "$v"),
        ("echo $v.k", "koid"),
        ("vmar_map $vmar 0 $v 0 4k rw,sp", "specific"),
        ("handle_duplicate $v read,ma", "map"),
        ("vmo_op_range $v dec", "decommit"),
        ("object_get_info $v hand", "handle_basic"),
        ("touch 0x12f", "0x12f4000"),
    ],
)
def test_completion_knows_what_can_stand_where(text, offered):
    session = fresh()
    run(session, "v = vmo_create 4k")
    assert offered in [found.text for found in suggestions(session, text)]


def texts(found):
    return [suggestion.text for suggestion in found]


def test_what_begins_so_comes_first_then_what_holds_it_then_its_letters():
    choices = [("vmar_map", ""), ("map", ""), ("mx_ap", ""), ("unmap", ""), ("xmap", "map"), ("MAPS", "")]
    assert texts(matching(choices, "map")) == ["map", "MAPS", "vmar_map", "unmap", "xmap", "mx_ap"]
    assert texts(matching(choices, "MaP")) == texts(matching(choices, "map"))
    assert texts(matching(choices, "m")) == ["map", "mx_ap", "MAPS"]
    assert texts(matching(choices, "zz")) == []


def test_a_number_is_known_by_what_is_said_about_it():
    choices = [("3020", "sh:vc"), ("v", "sh:vc"), ("3021", "other")]
    assert texts(matching(choices, "sh:")) == ["3020"]
    assert texts(matching(choices, "SH:V")) == ["3020"] and texts(matching(choices, "s")) == []


def test_a_suggestion_replaces_what_was_typed():
    (found,) = matching([("vmo_create", "makes one")], "vmo_cr")
    assert (found.text, found.length, found.about) == ("vmo_create", 6, "makes one")
    (found,) = matching([("a", "b")], "")
    assert (found.text, found.length, found.about) == ("a", 0, "b")


@pytest.mark.parametrize("word", ["", "n", "number", "99"])
def test_a_menu_has_an_end(word):
    choices = ((f"number{at}", "") for at in range(10_000))
    assert len(matching(choices, word)) == 200
    # Once there are enough that begin so, nothing more is looked at.
    assert (next(choices, None) is None) == (word == "99")


@pytest.mark.parametrize(
    ("text", "offered", "length"),
    [
        ("vmo_op_range $v com", ["commit", "decommit"], 3),
        ("vmar_map $vmar 0 $v 0 4k rw,spec", ["specific", "specific-overwrite", "can-map-specific"], 4),
        ("vmaps --", ["--name", "--min", "--sort", "--at", "--perms", "--gaps", "--format", "--calls"], 2),
        ("vmaps --so", ["--sort"], 4),
        ("ps --format c", ["csv"], 1),
        ("vmaps 3020 --sort b", ["base"], 1),
        ("trace o", ["on", "off"], 1),
        ("touch 0 1 ", ["r", "w", "x"], 0),
        ("k mx v", ["vmos"], 1),
        ("k pmm dump", ["dump_alloced"], 4),
        ("echo $v.", ["handle", "koid"], 0),
        ("echo $_.s", ["size"], 1),
        ("# vm", [], 0),
        ("ps | gre", [], 0),
    ],
)
def test_what_stands_where_and_what_it_replaces(text, offered, length):
    session = fresh()
    run(session, "v = vmo_create 4k", "vmo_get_size $v")
    found = suggestions(session, text)
    assert texts(found) == offered and {suggestion.length for suggestion in found} <= {length}


def test_what_is_said_about_a_suggestion():
    session = fresh()
    run(session, "v = vmo_create 4k", "m = vmar_map $vmar 0 $v 0 4k r", "n = vmo_get_size $v", "alias ll ps --sort res")

    def about(text, name):
        (found,) = [suggestion.about for suggestion in suggestions(session, text) if suggestion.text == name]
        return found

    assert about("vmo_read $", "$v") == "vmo 3183"
    assert about("echo $", "$m") == "0x12fd000" and about("echo $", "$n") == "4096" and about("echo $", "$_") == ""
    assert about("l", "ll") == "alias: ps --sort res"
    assert about("attach 302", "3020") == "sh:vc"
    assert about("expect ERR_BAD_S", "ERR_BAD_STATE") == "-20"


def test_files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("one", "other", ".hidden"):
        (tmp_path / name).write_text("")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "deep").write_text("")
    session = fresh()
    assert texts(suggestions(session, "load ")) == ["folder/", "one", "other"]
    assert texts(suggestions(session, "load o")) == ["one", "other"]
    assert texts(suggestions(session, "ps > .h")) == [".hidden"]
    (found,) = suggestions(session, "save folder/d")
    assert (found.text, found.length) == ("deep", 1)
