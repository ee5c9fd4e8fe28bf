"""`memgraph`: its figures exact, and its schema byte for byte, which its output keeps to."""

import copy
import json
from pathlib import Path

import pytest

from tests.commands.sharing import ONE_PRIVATE, ONE_PSS, ONE_SHARED, TWO_PSS, TWO_SHARED, shared
from tests.commands.support import fresh, output, run
from tests.commands.tools.schema import definition, problems

SCHEMA = Path(__file__).parent.parent.parent / "data" / "memgraph-schema.json"
ROOT = json.loads(SCHEMA.read_text())
DEFINITIONS = {"kernel": "kernel", "j": "job", "p": "process", "t": "thread", "__META": "meta"}


def nodes(line):
    """The objects of the graph on the machine of `shared`, by their ids."""
    return {node.get("id", "meta"): node for node in json.loads(output(shared(), line))}


def test_the_schema_byte_for_byte():
    assert output(fresh(), "memgraph -S") == output(fresh(), "memgraph --schema") == SCHEMA.read_text()


@pytest.mark.parametrize("options", ["", "-t", "-v", "-tv", "--threads --vmos"])
def test_the_output_is_what_the_schema_says(options):
    printed = json.loads(output(shared(), f"memgraph {options}"))
    assert problems(printed, ROOT, ROOT) == []
    # And each object is what its own type's part says, not only one of them.
    for node in printed:
        assert problems(node, definition(ROOT, f"#/definitions/{DEFINITIONS[node['type']]}"), ROOT) == []
    assert {node["type"] for node in printed} == {*DEFINITIONS} - ({"t"} if "t" not in options else set())


@pytest.mark.parametrize(
    ("id_", "change"),
    [
        ("j/1028", {"koid": "1028"}),
        ("j/1028", {"id": "p/1028"}),
        ("p/3183", {"pss_bytes": None}),
        ("p/3183", {"vmos": [{"name": ""}]}),
        ("p/3183", {"vmos": [{"koid": 1, "size_bytes": "4k"}]}),
        ("p/3183", {"vmo_refs": [{"vmo_koid": 1}]}),
        ("t/3185", {"state": 1}),
        ("kernel/vmo", {"size_bytes": "1"}),
        ("kernel/vmo", {"type": "x"}),
    ],
)
def test_the_schema_refuses_another_output(id_, change):
    node = copy.deepcopy(nodes("memgraph -tv")[id_])
    node.update(change)
    assert problems([node], ROOT, ROOT)


def test_private_shared_and_proportional_bytes():
    found = nodes("memgraph")
    sizes = ("private_bytes", "shared_bytes", "pss_bytes")
    assert [found["p/3183"][name] for name in sizes] == [ONE_PRIVATE, ONE_SHARED, ONE_PSS] == [20480, 81920, 47786]
    assert [found["p/3187"][name] for name in sizes] == [0, TWO_SHARED, TWO_PSS] == [0, 40960, 13653]


def test_vmos_with_their_shares_and_how_they_are_held():
    found = nodes("memgraph -v")
    shared_one = {
        "koid": 3191,
        "name": "",
        "size_bytes": 65536,
        "parent_koid": 0,
        "num_children": 0,
        "num_mappings": 4,
        "share_count": 3,
        "committed_bytes": 40960,
    }
    lone = {
        **shared_one,
        "koid": 3192,
        "num_children": 1,
        "num_mappings": 1,
        "share_count": 1,
        "committed_bytes": 20480,
    }
    assert found["p/3183"]["vmos"] == [shared_one, shared_one, lone]
    assert found["p/3183"]["vmo_refs"] == [{"vmo_koid": koid, "via": ["MAPPING"]} for koid in (3191, 3191, 3192)]
    assert found["p/2988"]["vmos"][0] == {
        **lone,
        "koid": 3193,
        "parent_koid": 3192,
        "num_children": 0,
        "num_mappings": 0,
        "committed_bytes": 8192,
    }
    assert found["p/2988"]["vmo_refs"][0] == {
        "vmo_koid": 3193,
        "via": ["HANDLE"],
        "handle_rights": ["READ", "WRITE", "EXECUTE", "MAP", "DUPLICATE", "TRANSFER"],
    }
    assert "vmos" not in found["p/3194"]


def test_rights_that_a_handle_lacks_are_not_named():
    session = shared()
    run(session, "d = handle_duplicate $c read,map")
    (shell,) = [node for node in json.loads(output(session, "memgraph -v")) if node.get("id") == "p/2988"]
    assert shell["vmo_refs"][0]["handle_rights"] == ["READ", "MAP"]


def test_the_tree_and_the_kernels_memory():
    found = nodes("memgraph -t")
    assert (found["j/1028"]["parent"], found["j/1068"]["parent"]) == ("kernel/vmo", "j/1028")
    assert (found["p/3183"]["parent"], found["t/3185"]["parent"]) == ("j/1082", "p/3183")
    assert (found["t/3185"]["state"], found["t/3196"]["state"]) == ("BLOCKED", "RUNNING")
    sizes = {name.removeprefix("kernel/"): node["size_bytes"] for name, node in found.items() if "kernel/" in name}
    physmem = run(fresh(), "memory").result.fields
    for theirs, ours in (("physmem", "total"), ("wired", "wired"), ("heap", "heap")):
        assert sizes[theirs] == physmem[ours]
    assert 0 < sizes["heap/free"] < sizes["heap"] == sizes["heap/free"] + sizes["heap/allocated"]
    parts = ("free", "vmo", "heap", "wired", "mmu", "other")
    assert sizes["physmem"] == sum(sizes[part] for part in parts)
    assert list(found)[:9] == [f"kernel/{name}" for name in sizes] and list(found)[-1] == "meta"


def test_a_process_that_does_not_run_is_told_and_has_no_figures():
    session = fresh()
    run(session, "p = process_create $job initial", "v = vmo_create 8k", "vmo_op_range $v commit 0 8k")
    run(session, "vmar_map $p.vmar 0 $v 0 8k r")
    outcome = run(session, "memgraph -v")
    assert outcome.exit == 1 and outcome.error == (
        "WARNING: failed to read VMOs for process 3183: ERR_BAD_STATE (-20)\n"
        "ERROR: delayed exit after partial failure: ERR_BAD_STATE (-20)\n"
    )
    (node,) = [node for node in json.loads(outcome.output) if node.get("id") == "p/3183"]
    assert node["private_bytes"] == node["shared_bytes"] == node["pss_bytes"] == 0 and "vmos" not in node


def test_its_options():
    session = fresh()
    help_text = output(session, "memgraph --help")
    assert help_text.startswith("Usage: memgraph [options]\n") and output(session, "memgraph -th") == help_text
    assert output(session, "memgraph -tz") == f"memgraph: unrecognized option '-tz'\n{help_text}"
    assert output(session, "memgraph a b") == f"memgraph: unrecognized extra arguments: a b\n{help_text}"
