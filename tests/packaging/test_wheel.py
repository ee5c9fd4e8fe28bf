"""What the wheel and the archive of sources hold."""

import shutil
import zipfile
from email import message_from_bytes

import pytest

import kshell
from tests.packaging import making
from tests.program import ROOT


def contents(wheel):
    """The wheel's files, but for the record of them, each with its checksum."""
    with zipfile.ZipFile(wheel) as file:
        return {entry.filename: entry.CRC for entry in file.infolist() if not entry.filename.endswith("/RECORD")}


@pytest.fixture(scope="module")
def metadata(wheel):
    with zipfile.ZipFile(wheel) as file:
        return message_from_bytes(file.read(f"kshell-{kshell.__version__}.dist-info/METADATA"))


def test_the_wheel_holds_every_module_and_data_file_and_nothing_else(wheel):
    modules = [*(ROOT / "kshell").rglob("*.py"), *(ROOT / "commands").rglob("*.py"), ROOT / "scripts/__init__.py"]
    files = [*modules, *(path for pattern in making.DATA for path in ROOT.glob(pattern))]
    names = {path.relative_to(ROOT).as_posix() for path in files}
    wanted = {name if name.startswith("kshell/") else f"kshell/{name}" for name in names}
    assert {name for name in contents(wheel) if ".dist-info/" not in name} == {
        *wanted,
        f"kshell-{kshell.__version__}.data/data/share/man/man1/kshell.1",
    }


def test_an_archive_of_sources_builds_the_same_wheel(wheel, tmp_path):
    making.copy_sources(tmp_path / "sources")
    archive = making.build("sdist", tmp_path / "sources", tmp_path / "sdist")
    shutil.unpack_archive(archive, tmp_path / "unpacked", filter="data")
    (unpacked,) = (tmp_path / "unpacked").iterdir()
    assert not (unpacked / "tests").exists() and not (unpacked / "scripts/dev").exists()
    again = making.build("wheel", unpacked, tmp_path / "wheel")
    assert contents(again) == contents(wheel)


def test_the_wheel_says_its_version_license_and_program(wheel, metadata):
    assert metadata["Version"] == kshell.__version__
    assert metadata["License-Expression"] == "MIT"
    assert metadata.get_all("License-File", []) == [path.name for path in ROOT.glob("LICENSE")]
    with zipfile.ZipFile(wheel) as file:
        programs = file.read(f"kshell-{kshell.__version__}.dist-info/entry_points.txt").decode()
    assert programs.split() == ["[console_scripts]", "kshell", "=", "kshell.__main__:entry"]
