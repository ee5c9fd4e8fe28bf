"""What the whole suite shares: Python's bytecode, a collector of garbage that does not look again and again, and a
clock that stands still for whom steps are counted.

The first two are about the time that tests take, not about what they see.
"""

import gc
import os
import sys

import pytest

import kshell.shell.session as session
from kshell.__main__ import spare_the_collector


def pytest_configure(config):
    """Where Python is told to leave no bytecode beside the code, it goes into pytest's cache.

    Without any, each worker rewrites every test, and each kshell that a test starts compiles itself.
    """
    if sys.dont_write_bytecode and config.pluginmanager.hasplugin("cacheprovider"):
        os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix = str(config.cache.mkdir("bytecode"))
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        sys.dont_write_bytecode = False


def pytest_collection_finish():
    """The tests stay until the end, so nobody need walk them; a machine is many objects, in kshell too."""
    gc.freeze()
    spare_the_collector()


@pytest.fixture
def no_time(monkeypatch):
    """No line takes any time: whether one finds a checkpoint due must not depend on how fast the machine is."""
    monkeypatch.setattr(session, "perf_counter", lambda: 0.0)
