"""The wheel that the tests of packages look into."""

import pytest

from tests.packaging import making


@pytest.fixture(scope="session")
def wheel(tmp_path_factory):
    """The wheel, built from a copy of the sources."""
    folder = tmp_path_factory.mktemp("built")
    making.copy_sources(folder / "sources")
    return making.build("wheel", folder / "sources", folder / "wheel")
