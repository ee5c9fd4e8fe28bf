"""The ways to install and start kshell. A way makes a Place in the workshop that all of them share.

`SHORT` needs nothing but the running environment; `LONG` needs an index of packages, other Pythons, pipx, uv.
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
import zipapp
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from tests.lowest import lowest_versions
from tests.packaging import making
from tests.program import ROOT

PYTHONS = ("3.11", "3.12", "3.13", "3.14")
# Longer in all than a program's first line may be, which names its Python (man 2 execve: 255 bytes).
LONG_PATH = ("a folder of a long name ".replace(" ", "-") * 7, "another of a long name ".replace(" ", "-") * 7)


class NotHere(Exception):
    """What a way needs is not on this machine."""


class Place(NamedTuple):
    """Where kshell can be started: the words that do, the current folder, variables (None takes one away)."""

    words: list[Any]
    folder: Path
    environment: Mapping[str, str | None] = MappingProxyType({})


class Workshop:
    """What several ways need, each made in the folder `work` when it is first needed."""

    def __init__(self, work):
        self.work = Path(work)
        self.home = self.folder("home")

    @functools.cached_property
    def empty(self):
        """A folder with nothing in it."""
        return self.folder("empty")

    @functools.cached_property
    def sources(self):
        """A copy of the sources, in which builds may leave files."""
        making.copy_sources(self.work / "sources")
        return self.work / "sources"

    @functools.cached_property
    def wheel(self):
        return making.build("wheel", self.sources, self.work / "wheel")

    @functools.cached_property
    def installed(self):
        """An environment with the wheel."""
        return self.install("installed", self.wheel)

    @functools.cached_property
    def bare(self):
        """An environment without kshell."""
        making.make_environment(self.work / "bare")
        return self.work / "bare"

    @functools.cached_property
    def house(self):
        """A folder of wheels: kshell, what it depends on, what builds and installs it. Raises NotHere."""
        wanted = (self.sources, "setuptools", "pip", "pipx", "uv")
        try:
            making.run(sys.executable, "-m", "pip", "wheel", "-q", "--wheel-dir", self.work / "house", *wanted)
        except AssertionError:
            raise NotHere("an index of packages") from None
        return self.work / "house"

    @functools.cached_property
    def tools(self):
        """An environment with pip, pipx and uv."""
        making.run(sys.executable, "-m", "venv", "--without-pip", self.work / "tools")
        words = ("install", "-q", "--no-index", "--find-links", self.house)
        making.pip(self.work / "tools", *words, "pip", "pipx", "uv")
        return self.work / "tools"

    def need_index(self):
        """Raises NotHere where there is no index of packages."""
        assert self.house

    def folder(self, name):
        (self.work / name).mkdir()
        return self.work / name

    def install(self, name, *words):
        """An environment `name` into which pip installs what `words` say, without looking for anything else."""
        making.make_environment(self.work / name)
        making.pip(self.work / name, "install", *making.OFFLINE, *words)
        return self.work / name

    def program(self, environment=None, **variables):
        """The program `kshell` of an environment, in an empty folder."""
        return Place([(environment or self.installed) / "bin/kshell"], self.empty, variables)


Way = Callable[[Workshop], Place]


def checkout(workshop):
    return Place([sys.executable, "-m", "kshell"], ROOT)


def blank_path(workshop):
    """P3: no first line of a program can name a path with a blank."""
    return workshop.program(workshop.install("a path with a blank", workshop.wheel))


def long_path(workshop):
    """P3: nor one that is longer than the system reads."""
    return workshop.program(workshop.install(os.path.join(*LONG_PATH), workshop.wheel))


def read_only_packages(workshop):
    environment = workshop.install("read-only", "--no-compile", workshop.wheel)
    making.seal(environment)
    return workshop.program(environment)


def sdist(workshop):
    file = making.build("sdist", workshop.sources, workshop.work / "sdist")
    return workshop.program(workshop.install("from sdist", "--no-build-isolation", file))


def editable(workshop):
    sources = workshop.work / "windows"
    making.copy_as_on_windows(sources)
    return workshop.program(workshop.install("editable", "--no-build-isolation", "-e", sources))


def archive(workshop):
    target, file = workshop.work / "target", workshop.work / "kshell.pyz"
    making.pip(workshop.bare, "install", *making.OFFLINE, "--target", target, workshop.wheel)
    zipapp.create_archive(target, file, main="kshell.__main__:entry")
    return Place([workshop.bare / "bin/python", file], workshop.empty)


def read_only_checkout(workshop):
    making.copy_sources(workshop.work / "sealed")
    making.seal(workshop.work / "sealed")
    return Place([workshop.bare / "bin/python", "-m", "kshell"], workshop.work / "sealed")


@functools.cache
def project(workshop):
    """A folder of a user's, with packages named as two of kshell's."""
    folder = workshop.folder("project")
    for package in ("commands", "scripts"):
        (folder / package).mkdir()
        (folder / package / "__init__.py").write_text("raise ImportError('this is a package of the user')\n")
    return folder


def own_packages(workshop):
    return Place([workshop.installed / "bin/kshell"], project(workshop))


def own_packages_module(workshop):
    return Place([workshop.installed / "bin/python", "-m", "kshell"], project(workshop))


def home_not_writable(workshop):
    # Even root, who may write in any folder, makes none below a file.
    return workshop.program(HOME=str(workshop.wheel))


def no_home(workshop):
    # Without HOME the home is what the system notes for the user, and nothing may be left there.
    kept = str(workshop.home)
    return workshop.program(HOME=None, XDG_STATE_HOME=kept, XDG_CONFIG_HOME=kept)


SHORT: dict[str, Way] = {
    "the checkout, python -m kshell": checkout,
    "wheel, a path with a blank": blank_path,
    "wheel, a path of 300 characters": long_path,
    "wheel, packages cannot be written": read_only_packages,
    "sdist": sdist,
    "editable, a checkout made on Windows": editable,
    "zipapp, dependencies beside it": archive,
    "a checkout that cannot be written": read_only_checkout,
    "a folder with commands/ and scripts/": own_packages,
    "the same, python -m kshell": own_packages_module,
    "a home that cannot be written": home_not_writable,
    "no HOME": no_home,
    "LANG=C": lambda workshop: workshop.program(LANG="C", LC_ALL=None),
    "a UTF-8 locale": lambda workshop: workshop.program(LC_ALL="C.UTF-8"),
    "an ASCII locale": lambda workshop: workshop.program(LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0"),
}


def as_written(workshop, name, block):
    """What a block of a paper says, typed into a shell in a clone; its last line starts kshell."""
    clone, home = workshop.work / name, workshop.folder(f"home of {name}")
    making.copy_sources(clone)
    environment = {
        "HOME": str(home),
        "PATH": os.pathsep.join([str(workshop.tools / "bin"), str(home / ".local/bin"), os.environ["PATH"]]),
        # What pip and uv want from an index was brought into the house at one go.
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(workshop.house),
        "UV_NO_INDEX": "1",
        "UV_FIND_LINKS": str(workshop.house),
        "UV_PYTHON_DOWNLOADS": "never",
    }
    *steps, start = block.replace(" && ", "\n").split("\n")
    # The first start may say what it installs.
    making.run("bash", "-ec", "\n".join([*steps, f"{start} --version"]), cwd=clone, **environment)
    return Place(["bash", "-c", f'{start} "$@"', "bash"], clone, environment)


def blocks(paper):
    """The blocks of shell commands in a paper."""
    return [part.partition("\n```")[0] for part in (ROOT / paper).read_text().split("```sh\n")[1:]]


def papers():
    """The ways that README and docs/install.md describe, by the first words of each."""
    for paper, found in (("README", blocks("README.md")[:1]), ("install", blocks("docs/install.md"))):
        for number, block in enumerate(found, 1):
            first = block.partition("\n")[0]
            shown = first if len(first) < 26 else f"{first[:21]} ..."
            yield f"{paper}.md: {shown}", functools.partial(as_written, name=f"{paper} {number}", block=block)


def with_python(version):
    """The wheel in an environment of another Python, with what the index has for it."""

    def make(workshop):
        python = find_python(version)
        workshop.need_index()
        environment = workshop.work / f"Python {version}"
        making.run(python, "-m", "venv", environment)
        making.run(environment / "bin/python", "-m", "pip", "install", "-q", workshop.wheel)
        return workshop.program(environment)

    return make


def find_python(version):
    """A Python of a version such as `3.12`: the running one, one on the path, pyenv's or uv's. Raises NotHere."""
    folder = answer("pyenv", "root")
    candidates = [
        sys.executable,
        shutil.which(f"python{version}"),
        *(sorted(Path(folder, "versions").glob(f"{version}.*/bin/python")) if folder else ()),
        answer("uv", "python", "find", "--no-python-downloads", version),
    ]
    for python in filter(None, candidates):
        if answer(python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])") == version:
            return python
    raise NotHere(f"Python {version}")


def answer(*words):
    """What a program prints, or nothing where it does not run."""
    try:
        return subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def lowest(workshop):
    workshop.need_index()
    environment = workshop.install("lowest", workshop.wheel)
    versions = (f"{name}=={version}" for name, version in lowest_versions().items())
    making.pip(environment, "install", "-q", "--no-deps", *versions)
    return workshop.program(environment)


LONG: dict[str, Way] = {
    **dict(papers()),
    **{f"wheel, Python {version}": with_python(version) for version in PYTHONS},
    "the lowest versions of dependencies": lowest,
}
