"""What CONTRIBUTING shows works as it stands there."""

import re

import pytest

from kshell.shell import registry
from tests.commands.support import fresh, output
from tests.program import ROOT

BLOCKS = re.findall(r"```python\n(.*?)```", (ROOT / "CONTRIBUTING.md").read_text(), re.DOTALL)


@pytest.mark.parametrize("code", BLOCKS, ids=[re.search(r'"(\w+)"', block)[1] for block in BLOCKS])
def test_a_command_that_contributing_shows(code):
    registry.every()
    before = set(registry.COMMANDS)
    try:
        exec(compile(code, "CONTRIBUTING.md", "exec"), {"__name__": "shown"})
        (name,) = set(registry.COMMANDS) - before
        session = fresh()
        for line, expected in registry.COMMANDS[name].examples:
            assert output(session, line) == expected
        assert output(session, f"help {name}").startswith(registry.COMMANDS[name].usage())
        assert name in output(session, "help").split()
    finally:
        for name in set(registry.COMMANDS) - before:
            del registry.COMMANDS[name]


def test_both_commands_are_there():
    assert len(BLOCKS) == 2


def test_a_wrong_declaration_is_refused_when_it_is_registered():
    def pagesof(state: object, vmo: str) -> None: ...

    from kshell.shell.arguments import Handle

    with pytest.raises(TypeError, match="vmo is annotated str, its parameter gives int"):
        registry.command("pagesof", category="memory", summary="", params=(Handle("VMO"),))(pagesof)
    with pytest.raises(TypeError, match="the function takes 1 arguments, its parameters make 0"):
        registry.command("pagesof", category="memory", summary="")(pagesof)
    with pytest.raises(TypeError, match="there is no category 'pages'"):
        registry.command("pagesof", category="pages", summary="")(pagesof)
    assert "pagesof" not in registry.COMMANDS
