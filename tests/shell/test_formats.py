"""A result as JSON, CSV or a table."""

import csv
import json

import pytest

from kshell.shell.formats import view
from kshell.shell.results import Result
from tests.commands.support import fresh, output, run


def test_a_result_as_json_csv_and_table():
    session = fresh()
    text = output(session, "ps --format json")
    tasks = json.loads(text)["tasks"]
    assert tasks[0] == {"type": "p", "koid": 1041, "depth": 0, "name": "bin/devmgr", "virt": 16982016, "res": 1757184}
    rows = list(csv.DictReader(output(session, "ps --format csv").splitlines()))
    assert rows[0]["name"] == "bin/devmgr" and rows[1]["virt"] == ""
    table = output(session, "ps --format table").splitlines()
    assert table[0].split() == ["type", "koid", "depth", "name", "virt", "res"] and len(table) == len(tasks) + 1
    assert output(session, "vmo_create 4k --format csv").startswith("handle,koid\n")
    assert output(session, "expect ERR_BAD_HANDLE vmo_read 4 0 1 --format csv") == ""
    assert run(session, "ps --format xml").exit == 2


def test_json_is_indented_and_keeps_the_order():
    assert view(Result(1, {"b": 1, "a": [None, "x"]}), "json") == (
        '{\n  "b": 1,\n  "a": [\n    null,\n    "x"\n  ]\n}\n'
    )


ROWS = Result(2, {"rows": [{"name": "a,b", "size": 5, "none": None}, {"name": "c", "size": 1000, "more": "x\ty"}]})


def test_csv():
    assert view(ROWS, "csv") == 'name,size,none,more\n"a,b",5,,\nc,1000,,x\ty\n'


def test_a_table_has_numbers_to_the_right_and_all_else_to_the_left():
    assert view(ROWS, "table") == "name  size  none  more\na,b      5\nc     1000        x\ty\n"
    mixed = Result(1, {"rows": [{"n": 5}, {"n": "x"}, {"n": None}, {"n": "long"}]})
    assert view(mixed, "table") == "n\n5\nx\n\nlong\n"
    wide = Result(1, {"rows": [{"n": 123456, "long name": "x"}, {"n": 7, "long name": "y z"}]})
    assert view(wide, "table") == "     n  long name\n123456  x\n     7  y z\n"


def test_the_only_row_is_the_fields_and_a_list_beside_others_is_a_cell():
    assert view(Result(1, {"koid": 5, "list": [1, 2]}), "csv") == 'koid,list\n5,"[1, 2]"\n'
    assert view(Result(1, {"koids": [1, 2]}), "csv") == "koids\n1\n2\n"
    assert view(Result(1, {"koid": -5}), "table") == "koid\n-5\n"


@pytest.mark.parametrize("kind", ["csv", "table"])
def test_nothing_has_no_rows(kind):
    assert view(Result(), kind) == view(Result(0, {"tasks": []}), kind) == ""
    assert view(Result(), "json") == "{}\n"


@pytest.mark.parametrize("kind", ["csv", "table"])
def test_what_a_terminal_would_obey_is_escaped(kind):
    assert "\\x1b[2J" in view(Result(1, {"name": "\x1b[2J"}), kind)


QUOTE = "'"


@pytest.mark.parametrize("wrong", ["xml", "''", "JSON"])
def test_another_form_is_a_wrong_line(wrong):
    outcome = run(fresh(), f"memory --format {wrong}")
    assert outcome.exit == 2 and outcome.error == (
        f"memory: --format takes one of json, csv, table, not {wrong.strip(QUOTE)!r}\n"
    )


def test_the_option_may_stand_anywhere_after_the_command():
    session = fresh()
    assert output(session, "vmaps --format csv 3020") == output(session, "vmaps 3020 --format csv")
    assert output(session, "vmaps 3020 --format csv").startswith("type,depth,base,size,perms,res,name\nA,0,16777216,")


def test_wide_and_joining_characters_do_not_shift_a_table():
    """T8: wide characters shifted `--format table`."""
    rows = [{"name": "漢字", "size": "x"}, {"name": "e\u0301a", "size": "y"}, {"name": "plain", "size": "z"}]
    assert view(Result(3, {"rows": rows}), "table") == ("name   size\n漢字   x\ne\u0301a     y\nplain  z\n")
    assert view(Result(1, {"rows": [{"漢": 1, "b": 2}]}), "table") == "漢  b\n 1  2\n"
