"""No line goes on for long in compiled code without looking for Ctrl-C; `python -m tests.deafness` asks all of them."""

import pytest

from kshell.kernel.pages import PageSet
from tests.compiled import require_python
from tests.deafness import deaf, stretches
from tests.kernel.support import Small
from tests.kernel.test_compiling import mappings


@pytest.fixture(autouse=True)
def traced():
    require_python("a trace function sees no compiled lines")


def test_a_stretch_ends_where_python_is_called():
    pages = PageSet((2 * page, 2 * page + 1) for page in range(1000))
    found = stretches(lambda: list(pages.runs(0, 2000)))
    assert found.longest > 1000 and found.where[0][0].startswith("pages.py:")
    # Each is asked from here, which is Python.
    assert stretches(lambda: [page in pages for page in range(1000)]).longest < 50
    world = Small()
    mappings(world)
    # The list of regions polls once a chunk.
    walk = stretches(lambda: list(world.process.root_vmar.mappings()))
    assert 100 < walk.longest < 1500


@pytest.mark.parametrize(
    "words", (("processes", "ps", "kmem"), ("mappings", "vmaps", "vmo_set_size"), ("VMOs", "audit"))
)
def test_lines_among_many_things_are_not_deaf(words):
    assert not [*deaf(words, 20, 100)]
