"""What the machine prints is written into a document, and nothing else of it changes."""

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kshell.documents.checking import check, says
from kshell.documents.reading import read
from kshell.documents.updating import _rows, update
from kshell.shell.session_lines import ANY, rows_of
from tests.commands.support import fresh
from tests.program import ROOT, kshell

BEFORE = """\
# Lesson

- first
  ```text
  magenta$ v = vmo_create 4k
  magenta$ vmo_get_size $v
  # in bytes
  size 8192

  ```
> ~~~~
> magenta$ ps
> TASK  wrong
> ...
> # here it is
>   p:1208   13.1M   1677k devhost:root
> ...
> magenta$ echo '~~~~'
> ~~~
> magenta$ echo '# x'
> magenta$ attach sh:vc
> magenta$ echo ok
> ok
> ~~~~
"""
AFTER = """\
# Lesson

- first
  ```text
  magenta$ v = vmo_create 4k
  magenta$ vmo_get_size $v
  # in bytes
  size 4096

  ```
> ~~~~~
> magenta$ ps
> TASK        VIRT     RES NAME
> ...
> # here it is
>   p:1208   13.1M   1676k devhost:root
> ...
> magenta$ echo '~~~~'
> ~~~~
> magenta$ echo '# x'
> \\# x
> magenta$ attach sh:vc
> magenta[sh:vc]$ echo ok
> ok
> ~~~~~
"""


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_what_is_printed_is_written(mark, end):
    before, after = ((mark + text).replace("\n", end) for text in (BEFORE, AFTER))
    text, report = update("d.md", before, fresh)
    assert text == after and report.differ == 5 and report.lines == []
    # And once more changes nothing.
    text, report = update("d.md", after, fresh)
    assert text == after and report.good and report.differ == 0


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # The last line has no end, and gets one where another follows it.
        ("```\nmagenta$ echo a", "```\nmagenta$ echo a\na\n"),
        ("```\nmagenta$ echo\n\nmagenta$ echo b\n\n", "```\nmagenta$ echo\n\nmagenta$ echo b\nb\n\n"),
        # A fence is indented, and the lines after it are not.
        ("  ```\nmagenta$ vmaps help\n...\nmagenta$ echo '  a'\n  ```\n", None),
        ("```\nmagenta$ echo a\nb\n```\nmagenta$ lost\n", "```\nmagenta$ echo a\na\n```\nmagenta$ lost\n"),
        ("```\nmagenta[x]$ echo a\na\n```\n", "```\nmagenta$ echo a\na\n```\n"),
    ],
)
def test_wherever_it_stands(before, after):
    text, report = update("d.md", before, fresh)
    assert report.differ == 1
    assert text == after if after is not None else text != before
    assert check("d.md", read(text), fresh).differ == 0


@pytest.mark.parametrize("name", ["README.md", "tests/data/memory.md", "docs/accounting.md"])
def test_a_document_that_is_right_keeps_every_byte(name):
    text = (ROOT / name).read_text()
    assert update(name, text, fresh)[0] == text


class Written:
    """A step of a document: rows without numbers."""

    line, prompt, text = 1, "magenta$ ", ""

    def __init__(self, rows):
        self.rows = list(enumerate(rows))

    @property
    def expected(self):
        return [(number, row) for number, row in self.rows if not row.startswith("# ")]


@settings(max_examples=300)
@given(
    st.lists(st.sampled_from(["aa", "ab", "ba", "...", "# r", ""]), max_size=8),
    st.lists(st.sampled_from(["aa", "ab", "bb", "...", "# r", ""]), max_size=8),
)
def test_any_rows_become_what_is_printed(rows, printed):
    """Remarks all stay, in their order, and a `...` stays unless it would stand beside another."""
    printed = rows_of("".join(f"{row}\n" for row in printed))
    new = _rows(Written(rows), printed)
    assert [row for row in new if row.startswith("# ")] == [row for row in rows if row.startswith("# ")]
    assert (ANY in new) == (ANY in rows)
    assert says(Written(new), printed)


def test_the_changes_are_shown_and_the_file_keeps_its_mode(tmp_path):
    path = tmp_path / "d.md"
    (tmp_path / "link.md").symlink_to("d.md")
    path.write_text("prose\n```\nmagenta$ echo a\nb\n```\n")
    path.chmod(0o640)
    done = kshell("--update", "link.md", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        "--- link.md\n+++ link.md\n@@ -1,5 +1,5 @@\n prose\n ```\n magenta$ echo a\n-b\n+a\n ```\n"
        "link.md: 1 command, 1 written anew\n"
    )
    assert path.read_text() == "prose\n```\nmagenta$ echo a\na\n```\n" and path.stat().st_mode & 0o777 == 0o640
    assert (tmp_path / "link.md").is_symlink() and sorted(os.listdir(tmp_path)) == ["d.md", "link.md"]
    before = path.stat().st_mtime_ns
    assert kshell("--update", "d.md", cwd=tmp_path).stdout == "d.md: 1 command, all as it says\n"
    assert path.stat().st_mtime_ns == before


def test_what_cannot_be_written_is_told(tmp_path):
    path = tmp_path / "d.md"
    path.write_text("```\nmagenta$ echo a\n```\nmagenta$ lost\n")
    path.chmod(0o440)
    done = kshell("--update", "d.md", cwd=tmp_path)
    assert done.returncode == 1 and done.stderr == "kshell: cannot write d.md: it is read-only\n"
    path.chmod(0o640)
    done = kshell("--update", "d.md", cwd=tmp_path)
    assert done.returncode == 1 and "d.md:4: this looks like a command and did not run: magenta$ lost" in done.stdout
    done = kshell("--update", "-")
    assert (done.returncode, done.stderr) == (2, "kshell: --update writes into the document: give a file, not -\n")
    assert kshell("--update", "none.md", cwd=tmp_path).returncode == 2
