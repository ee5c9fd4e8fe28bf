"""A result as JSON, CSV or a table."""

import csv
import json

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
