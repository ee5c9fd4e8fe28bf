"""What the whole suite shares: Python's bytecode, and a collector of garbage that does not look again and again.

Both are about the time that tests take, not about what they see.
"""

import gc
import os
import sys

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
