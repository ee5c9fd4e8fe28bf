"""`kshell --export`: a script, a document or a journal as a page."""

import re

import pytest

from kshell.documents.export import parts, prose_html, title_of
from kshell.documents.reading import Step, read
from tests.pictures.page.playing import Elements, frames, reel_of
from tests.program import kshell

LESSON = """# Maps `and` pages

A *map* is <b>not</b> a page. ![no](http://example.org/x.png) [there](javascript:alert(1))

```
magenta$ m = map 64k
magenta$ touch $m 16k
...
```

- an item

  ```
  magenta$ foo
  ```

<!-- only for the teacher -->

```c
int main;
```

The end.
"""


def export(folder, name, text, *words):
    (folder / name).write_text(text)
    done = kshell(*words, "--export", str(folder / "page.html"), str(folder / name))
    page = folder / "page.html"
    return done, page.read_text() if page.exists() else ""


def commands(page):
    return re.findall(r"</span>(.*?)</a>", page)


def test_a_document_has_its_prose_between_its_lines(tmp_path):
    done, page = export(tmp_path, "lesson.md", LESSON)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert commands(page) == ["m = map 64k", "touch $m 16k", "foo"]
    elements = Elements(page)
    assert [text for _, text in elements.named("title")] == ["Maps and pages"]
    assert "int main;" in page and "The end." in page and "<li>" in page
    assert "only for the teacher" not in page
    assert "&lt;b&gt;not&lt;/b&gt; a page. no [there]" in page and "example.org" not in page
    assert not [name for name, _ in elements.found if name == "img"]
    assert len(list(frames(reel_of(page)))) == 4


def test_a_script_has_its_remarks_as_prose(tmp_path):
    done, page = export(tmp_path, "a.kshell", "#! kshell --memory 4G\n# One\n# idea.\n\n# Another.\nm = map $1\nps\n")
    assert done.returncode == 2 and "a.kshell:6: map: $1 is not set" in done.stderr
    done = kshell("--export", f"{tmp_path}/page.html", f"{tmp_path}/a.kshell", "--args", "64k")
    page = (tmp_path / "page.html").read_text()
    assert (done.returncode, done.stderr) == (0, "")
    assert "<p>One idea.</p>" in page and "<p>Another.</p>" in page
    assert commands(page) == ["m = map 64k", "ps"]
    assert " of 1048" in page, "the machine is the one that the first line asks for"


def test_a_script_stops_where_it_fails_and_the_page_says_how_far_it_came(tmp_path):
    done, page = export(tmp_path, "a.kshell", "ps\nfoo\nstat\n")
    assert done.returncode == 127 and "a.kshell:2: foo: no such command" in done.stderr
    assert commands(page) == ["ps", "foo"]
    done, page = export(tmp_path, "a.kshell", "ps\nfoo\nstat\n", "-k")
    assert done.returncode == 127 and commands(page) == ["ps", "foo", "stat"]


def test_a_journal_is_looked_at_and_stays_as_it_is(tmp_path):
    journal = tmp_path / "j"
    kshell("--journal", str(journal), "-c", "m = map 64k", "-c", "a = vmo_create 4k", "-c", "undo", "-c", "ps")
    before = journal.read_bytes()
    done = kshell("--export", f"{tmp_path}/page.html", str(journal))
    assert (done.returncode, done.stderr) == (0, "")
    assert commands((tmp_path / "page.html").read_text()) == ["m = map 64k", "ps"]
    assert journal.read_bytes() == before
    journal.write_bytes(before.replace(b"64k", b"65k"))
    assert kshell("--export", f"{tmp_path}/q.html", str(journal)).returncode == 2


def test_a_sandbox_keeps_its_lines_from_files_and_writes_the_page(tmp_path):
    done, page = export(tmp_path, "a.kshell", f"ps > {tmp_path}/out\n", "--sandbox")
    assert done.returncode == 1 and not (tmp_path / "out").exists()
    assert "this console runs in a sandbox" in page


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--export", "a.txt", "x"), "--export writes a page, FILE.html, and not a.txt"),
        (("--export", "a.html"), "--export needs one file to show: kshell --export a.html SCRIPT"),
        (("--export", "a.html", "x", "y"), "--export needs one file to show: kshell --export a.html SCRIPT"),
        (("--export", "a.html", "-"), "--export needs one file to show: kshell --export a.html SCRIPT"),
        (("--export", "a.html", "-c", "ps"), "-c does not go with --export; `kshell --help` shows what does"),
        (("--json", "--export", "a.html", "x"), "--json does not go with --export; `kshell --help` shows what does"),
        (("--check", "--export", "a.html", "x"), "--export does not go with --check; `kshell --help` shows what does"),
        (("--export", "a.html", "no-such-thing"), "there is no file no-such-thing, and no shipped script"),
        (("--export",), "--export needs a value; `kshell --help` shows how"),
    ],
)
def test_what_does_not_go_together_is_refused_in_a_line(words, said, tmp_path):
    done = kshell(*words, cwd=tmp_path)
    assert done.returncode == 2 and done.stderr.startswith(f"kshell: {said}") and done.stderr.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_a_page_that_cannot_be_written_is_said_in_a_line(tmp_path):
    (tmp_path / "a.kshell").write_text("ps\n")
    done = kshell("--export", f"{tmp_path}/none/a.html", f"{tmp_path}/a.kshell")
    assert done.returncode == 1 and "cannot save" in done.stderr and done.stderr.count("\n") == 1
    (tmp_path / "mine.html").write_text("mine")
    assert kshell("--export", f"{tmp_path}/mine.html", f"{tmp_path}/a.kshell").returncode == 1
    assert (tmp_path / "mine.html").read_text() == "mine"


def test_markdown_becomes_elements_that_load_and_run_nothing():
    page = prose_html("<script>x</script>\n\n| a | b |\n|:-:|--:|\n| 1 | 2 |\n\n![i](http://x/y) <img src=x>\n")
    assert {name for name, _ in Elements(page).found} <= {"p", "table", "thead", "tbody", "tr", "th", "td"}
    assert "style=" not in page and "&lt;script&gt;" in page


def test_the_parts_of_a_document_are_all_of_it_but_its_fences():
    found = list(parts(read(LESSON)))
    assert [part.text for part in found if isinstance(part, Step)] == ["m = map 64k", "touch $m 16k", "foo"]
    prose = "\n".join(part for part in found if isinstance(part, str))
    assert "```\n" not in prose.replace("```c\nint main;\n```\n", "")
    assert title_of("a/b.md", read("no heading")) == title_of("a/b.md") == "b.md"
