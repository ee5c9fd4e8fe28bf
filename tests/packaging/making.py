"""Makes packages of kshell and places where it is installed, in folders of their own: builds leave files behind.

Setuptools, pip and what kshell depends on are those of the running environment, so that nothing is downloaded.
"""

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

from tests.program import ROOT

NOT_COPIED = shutil.ignore_patterns(".*", "__pycache__", "*.egg-info", "build", "dist", "docs", "tests")
# The files of kshell that are no modules.
DATA = (
    *("kshell/images/*.img", "kshell/completions/*kshell*", "scripts/demos/*.kshell"),
    *("scripts/lessons/*.md", "scripts/lessons/answers/*.kshell"),
    *(f"kshell/pictures/page/page.{ending}" for ending in ("html", "css", "js")),
)
# What pip is told where it need not look for anything.
OFFLINE = ("-q", "--no-index", "--no-deps")
# The links inside kshell/ with what they point to.
LINKS = {"commands": "../commands", "scripts": "../scripts"}


def run(*words, cwd=ROOT, **environment):
    """Runs a program that has to succeed, without what changes how Python starts."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(words, cwd=cwd, env={**kept, **environment}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def copy_sources(folder, root=ROOT):
    """Copies the sources of the tree `root`, without tests and papers, into `folder`."""
    shutil.copytree(root, folder, ignore=NOT_COPIED, symlinks=True, dirs_exist_ok=True)


def copy_as_on_windows(folder):
    """The same as Git may write it there: files with the links' text stand for the links, lines end with CR LF."""
    copy_sources(folder)
    for name, target in LINKS.items():
        (folder / "kshell" / name).unlink()
        (folder / "kshell" / name).write_text(target)
    for pattern in DATA:
        for path in folder.glob(pattern):
            path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))


def seal(folder):
    """Lets nothing be written below `folder`, bytecode least of all."""
    for place, _, _ in os.walk(folder):
        # Even root, who may write in any folder, makes none where a file has its name.
        open(os.path.join(place, "__pycache__"), "w").close()
        os.chmod(place, 0o555)


def build(kind, sources, folder):
    """Builds a `wheel` or an `sdist` of `sources` into `folder`, as pip does; returns the file."""
    code = "import sys, setuptools.build_meta as backend; getattr(backend, 'build_' + sys.argv[1])(sys.argv[2])"
    run(sys.executable, "-c", code, kind, folder, cwd=sources)
    (file,) = Path(folder).iterdir()
    return file


def make_environment(folder):
    """Makes the virtual environment `folder`, which finds the packages of the running one after its own."""
    venv.create(folder, symlinks=True)
    library = Path(sysconfig.get_path("purelib", "venv", {"base": str(folder)}))
    (library / "running.pth").write_text(sysconfig.get_path("purelib") + "\n")


def pip(environment, *words):
    """Runs pip on an environment."""
    run(sys.executable, "-m", "pip", "--python", Path(environment, "bin", "python"), *words)
