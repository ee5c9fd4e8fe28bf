"""A question that is put to a fork of this process: nothing that it does to a session is there for the next."""

import json
import os
import resource
import tempfile

# What takes more seconds of CPU time than this is ended.
PATIENCE = 60


def in_a_fork(ask, *arguments):
    """What `ask(*arguments)` returns in a fork, in a folder of its own. Raises RuntimeError if it raises or dies."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        said = "it failed"
        try:
            resource.setrlimit(resource.RLIMIT_CPU, (PATIENCE, PATIENCE))
            with tempfile.TemporaryDirectory(prefix="kshell-fork-") as folder:
                os.chdir(folder)
                said = ask(*arguments)
                os.chdir("/")
        except BaseException as error:
            said = f"it failed: {error!r}"
        finally:
            os.write(writing, json.dumps(said).encode())
            os._exit(isinstance(said, str))
    os.close(writing)
    with open(reading, encoding="utf-8") as end:
        said = end.read()
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status:
        raise RuntimeError(json.loads(said) if said else f"ended by signal {-status}")
    return json.loads(said)
