"""`vmos`: the VMOs of a process, with who shares them."""

from kshell.commands.tools.vmos import HEADER, HELP
from tests.commands.sharing import CLONE, LONE, SHARED, shared
from tests.commands.support import fresh, output, run


def test_mappings_with_their_share_counts():
    assert output(shared(), "vmos one") == (
        "rights  koid parent #chld #map #shr    size   alloc name\n"
        "     -  3191      -     0    4    3     64k     40k -\n"
        "     -  3191      -     0    4    3     64k     40k -\n"
        "     -  3192      -     1    1    1     64k     20k -\n"
        "rights  koid parent #chld #map #shr    size   alloc name\n"
    )


def test_handles_come_first_the_newest_at_the_top_then_mappings_by_address():
    session = shared()
    found = run(session, "vmos sh:console").result
    held = [use["koid"] for use in found.fields["vmos"] if use["rights"] is not None]
    assert held[:3] == [CLONE, LONE, SHARED]
    lines = output(session, "vmos sh:console").splitlines()
    assert lines[1:4] == [
        "rwxmdt  3193   3192     0    0    1     64k      8k -",
        "rwxmdt  3192      -     1    1    1     64k     20k -",
        "rwxmdt  3191      -     0    4    3     64k     40k -",
    ]
    assert found.value == len(lines) - 2


def test_a_share_is_an_address_space_and_not_a_mapping():
    session = shared()
    run(session, "vmar_unmap $q.vmar 0x1000000 64k")
    assert output(session, "vmos one").splitlines()[1] == "     -  3191      -     0    3    2     64k     40k -"
    run(session, "kill one")
    line = next(line for line in output(session, "vmos sh:console").splitlines() if " 3191 " in line)
    assert line == "rwxmdt  3191      -     0    1    1     64k     40k -"


def test_the_fields_of_a_use():
    session = shared()
    run(session, "d = handle_duplicate $c read,map")
    assert run(session, "vmos sh:console").result.fields["vmos"][0] == {
        "koid": 3193,
        "rights": 0x24,
        "parent_koid": 3192,
        "num_children": 0,
        "num_mappings": 0,
        "share_count": 1,
        "size": 65536,
        "committed": 8192,
    }
    assert output(session, "vmos sh:console").splitlines()[1].split()[0] == "r--m--"


def test_device_memory_has_no_pages():
    lines = output(fresh(), "vmos 1756 --min 16M").splitlines()
    assert lines == [HEADER[:-1], "     -     0      -     0    1    1     16M    phys -", HEADER[:-1]]


def test_sorted_and_filtered():
    session = shared()
    sizes = [use["committed"] for use in run(session, "vmos sh:console --sort alloc").result.fields["vmos"]]
    assert sizes == sorted(sizes, reverse=True) and len(set(sizes)) > 5
    parents = [use["parent_koid"] for use in run(session, "vmos sh:console --sort parent").result.fields["vmos"]]
    assert parents == sorted(parents) and 3192 in parents
    assert {use["size"] for use in run(session, "vmos one --min 64k").result.fields["vmos"]} == {65536}
    assert run(session, "vmos one --min 65537").result.fields["vmos"] == []


def test_its_words():
    assert output(fresh(), "vmos help") == HELP and "r: MX_RIGHT_READ\n" in HELP
    assert output(fresh(), "vmos 1068") == (
        "ERROR: couldn't find process with koid 1068: ERR_WRONG_TYPE (-12)\nUsage: vmos <process-koid>|help\n"
    )


def test_all_vmos_are_those_of_the_machine_once():
    session = shared()
    found = run(session, "vmos --all").result
    assert [row["koid"] for row in found.fields["vmos"]] == [vmo.koid for vmo in session.state.machine.vmos]
    assert {row["rights"] for row in found.fields["vmos"]} == {None}
    assert [row["koid"] for row in run(session, "vmos --all --sort koid").result.fields["vmos"]][-1] == CLONE
    assert output(session, "vmos --all").startswith(HEADER) and output(session, "vmos --all").endswith(HEADER)


def test_all_goes_without_a_task_and_nothing_is_the_tool_s_usage():
    assert output(fresh(), "vmos") == "Usage: vmos <process-koid>|help\n" and output(fresh(), "vmos help") == HELP
    assert run(fresh(), "vmos 3020 --all").error == "vmos: --all is of the whole machine: it goes without TASK\n"
