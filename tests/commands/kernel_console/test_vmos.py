"""`k mx vmos`: VMOs as the kernel lists them."""

from tests.commands.sharing import shared
from tests.commands.support import fresh, output, run

COLUMNS = "koid parent #chld #map #shr    size   alloc name"


def test_of_one_process():
    assert output(shared(), "k mx vmos 3183").splitlines() == [
        "process [3183]:",
        "Handles to VMOs:",
        f"      handle rights  {COLUMNS}",
        "  total: 0 VMOs, size 0B, alloc 0B",
        "Mapped VMOs:",
        f"           -      -  {COLUMNS}",
        "           -      -  3191      -     0    4    3     64k     40k -",
        "           -      -  3191      -     0    4    3     64k     40k -",
        "           -      -  3192      -     1    1    1     64k     20k -",
        f"           -      -  {COLUMNS}",
    ]


def test_handles_with_their_total():
    session = shared()
    run(session, "spawn demo", "attach demo", "a = vmo_create 8k", "b = vmo_create 5k", "vmo_op_range $b commit 0 5k")
    handles = [session.state.variables[name].value for name in ("b", "a")]
    lines = output(session, "k mx vmos 3194").splitlines()
    assert lines[3] == f"  {handles[0]:10} rwxmdt  3280      -     0    0    1      5k      8k -"
    assert lines[4] == f"  {handles[1]:10} rwxmdt  3279      -     0    0    1      8k      0B -"
    # The stack of 256k and the vDSO of 28k are the other two.
    assert lines[lines.index("Mapped VMOs:") - 1] == "  total: 4 VMOs, size 297k, alloc 40k"


def test_in_a_unit():
    lines = output(shared(), "k mx vmos 3187 -uB").splitlines()
    assert lines[-2] == "           -      -  3191      -     0    4    3  65536B  40960B -"


def test_all_of_them_and_those_that_nobody_maps():
    session = shared()
    every = output(session, "k mx vmos all").splitlines()
    assert every[:2] == ["All VMOs, oldest to newest:", f"           -      -  {COLUMNS}"]
    assert every[-4:-1] == [
        "           -      -  3191      -     0    4    3     64k     40k -",
        "           -      -  3192      -     1    1    1     64k     20k -",
        "           -      -  3193   3192     0    0    1     64k      8k -",
    ]
    hidden = output(session, "k mx vmos hidden").splitlines()
    assert hidden[0] == '"Hidden" VMOs, oldest to newest:'
    assert hidden[1:3] == [every[1], "           -      -  1025      -     0    0    1   3148k   3148k -"]
    assert hidden[-2:] == every[-2:]
    assert hidden == [hidden[0], *(line for line in every[1:] if line.split()[5:6] == ["0"] or "koid" in line)]


def test_wrong_words():
    session = fresh()
    assert output(session, "k mx vmos 3183 x").startswith("dunno 'x'\nmx ps         : list processes\n")
    assert output(session, "k mx vmos").startswith("mx ps         : list processes\n")
    assert output(session, "k mx vmos 99") == "process not found!\n"
