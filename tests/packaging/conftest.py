"""What is made once for all tests of packages: the sources' copy, the wheel, the places where kshell is installed."""

import fcntl
import os
import shutil
import zipapp

import pytest

from tests.packaging import making

# No shebang can name a program below it: it has a blank, and is longer than Linux reads (man 2 execve).
AWKWARD = os.path.join("a folder", "of a long name" * 15)


@pytest.fixture(scope="session")
def once(tmp_path_factory):
    """`once(name, make)`: the folder `name`, filled by `make(folder)` in the first of the workers that wants it."""
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent

    def folder_of(name, make):
        folder = base / name
        with open(base / f"{name}.lock", "a+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            lock.seek(0)
            if not lock.read():
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir()
                make(folder)
                lock.write("made")
        return folder

    return folder_of


@pytest.fixture(scope="session")
def wheel(once):
    """The wheel, built from a copy of the sources."""

    def make(folder):
        making.copy_sources(folder / "sources")
        making.build("wheel", folder / "sources", folder / "wheel")

    (file,) = (once("built", make) / "wheel").iterdir()
    return file


@pytest.fixture(scope="session")
def installed(once, wheel):
    """An environment in an awkward path, with the wheel in it."""

    def make(folder):
        making.make_environment(folder / AWKWARD)
        making.pip(folder / AWKWARD, "install", *making.OFFLINE, wheel)

    return once("installed", make) / AWKWARD


@pytest.fixture(scope="session")
def editable(once):
    """An environment with an editable install of a checkout made on Windows."""

    def make(folder):
        making.copy_as_on_windows(folder / "sources")
        making.make_environment(folder / "environment")
        words = ("--no-build-isolation", "-e", folder / "sources")
        making.pip(folder / "environment", "install", *making.OFFLINE, *words)

    return once("editable", make) / "environment"


@pytest.fixture(scope="session")
def archive(once, wheel, installed):
    """A zip archive that runs."""

    def make(folder):
        making.pip(installed, "install", *making.OFFLINE, "--target", folder / "target", wheel)
        zipapp.create_archive(folder / "target", folder / "kshell.pyz", main="kshell.__main__:entry")

    return once("archive", make) / "kshell.pyz"


@pytest.fixture(scope="session")
def sealed(once):
    """A checkout in a path with a blank, in which nothing can be written, bytecode least of all."""

    def make(folder):
        making.copy_sources(folder / "a checkout")
        for place, _, _ in os.walk(folder / "a checkout"):
            # Even root, who may write in any folder, makes none where a file has its name.
            open(os.path.join(place, "__pycache__"), "w").close()
            os.chmod(place, 0o555)

    return once("sealed", make) / "a checkout"
