"""The papers: what docstrings cite is there, links lead somewhere, and the English is plain."""

import re

import pytest

from tests.test_floors import ROOT

RULES = (ROOT / "docs" / "kernel-rules.md").read_text()
PAPERS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
SOURCES = sorted(
    path for folder in ("kshell", "commands", "scripts", "tests") for path in (ROOT / folder).rglob("*.py")
    if not any(part.startswith(".") for part in path.relative_to(ROOT).parts)
)  # fmt: skip
# `docs/kernel-rules.md 4.7`, `facts section 8 no. 12`, `facts sections 1.8, 2.6 and 4.8`, `facts sections 4.1 to 4.4`.
CITATION = re.compile(
    r"(?:kernel-rules(?:\.md)?|facts\s+sections?)\s+"
    r"(?P<numbers>\d+(?:\.\d+)?(?:(?:,\s+|\s+and\s+|,\s+and\s+|\s+to\s+)\d+(?:\.\d+)?)*)(?:\s+no\.\s+(?P<quirk>\d+))?"
)
# What a careful native reader would not let pass, each with what is meant instead.
FOREIGN = (
    (r"\b(?<!there )(?:is|are|was|were|been) no (?!longer\b|more\b)\w+", "is not a ..."),
    (r"\bbehind (?:it|its|them|the|a|an)\b", "after"),
    (r"\btold\b", "said, reported"),
    (r"\bas good as\b", "almost"),
    (r"\bso-called\b", "leave it out"),
)


def headings(text):
    return set(re.findall(r"^#{2,3} (\d+(?:\.\d+)?)\b", text, re.MULTILINE))


def quirks(text):
    section = text.split("\n## 8 ", 1)[1].split("\n## ", 1)[0]
    return [int(number) for number in re.findall(r"^(\d+)\. ", section, re.MULTILINE)]


def citations(text):
    """(section, quirk or None) of each citation; a range `4.1 to 4.4` cites all between its ends."""
    # A citation may be broken over two lines of a comment.
    text = re.sub(r"\n\s*#?\s*", " ", text)
    for found in CITATION.finditer(text):
        numbers = re.findall(r"\d+(?:\.\d+)?", found["numbers"])
        for low, high in re.findall(r"(\d+\.\d+)\s+to\s+(\d+\.\d+)", found["numbers"]):
            room, first = low.split(".")
            numbers += [f"{room}.{number}" for number in range(int(first), int(high.split(".")[1]) + 1)]
        for number in numbers:
            yield number, int(found["quirk"]) if found["quirk"] else None


def test_a_citation_is_read_in_all_its_forms():
    text = (
        "facts sections 1.8, 2.6 and 4.8; docs/kernel-rules.md 4.1 to 4.3\nkernel-rules 8 no. 12, facts\n # section 5"
    )
    found = [section if quirk is None else f"{section} no. {quirk}" for section, quirk in citations(text)]
    assert sorted(set(found)) == ["1.8", "2.6", "4.1", "4.2", "4.3", "4.8", "5", "8 no. 12"]


def test_what_docstrings_cite_is_in_the_paper():
    known, numbered = headings(RULES), set(quirks(RULES))
    sources = [path for path in SOURCES if path.name != "test_papers.py"]
    found = [(path, *cited) for path in sources for cited in citations(path.read_text())]
    # Were the form of the citations to change, nothing would be found, and nothing checked.
    assert len(found) > 50
    for path, section, quirk in found:
        assert section in known, f"{path.relative_to(ROOT)}: there is no section {section}"
        assert quirk is None or quirk in numbered, f"{path.relative_to(ROOT)}: section 8 has no number {quirk}"


def test_the_papers_sections_refer_to_sections_that_exist():
    known = headings(RULES)
    for number in re.findall(r"\bsections? (\d(?:\.\d+)?)|\((\d\.\d+)(?:, \d\.\d+)*\)", RULES):
        assert (number[0] or number[1]) in known, number


def test_the_quirks_are_numbered_without_a_gap():
    assert quirks(RULES) == list(range(1, 48))


def anchor(heading):
    """The anchor of a heading, as web views of Markdown make it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("path", PAPERS, ids=lambda path: path.name)
def test_links_lead_somewhere(path):
    text = re.sub(r"^```.*?^```", "", path.read_text(), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" in target:
            continue
        name, _, place = target.partition("#")
        file = path.parent / name if name else path
        assert file.exists(), f"{path.name}: {target}"
        if place:
            found = {anchor(heading) for heading in re.findall(r"^#+ (.*)$", file.read_text(), re.MULTILINE)}
            assert place in found, f"{path.name}: {target}"


@pytest.mark.parametrize("path", PAPERS, ids=lambda path: path.name)
def test_the_english_is_plain(path):
    # What the console prints is quoted as it prints it.
    text = re.sub(r"^```.*?^```|`[^`\n]*`", "", path.read_text(), flags=re.MULTILINE | re.DOTALL)
    for pattern, instead in FOREIGN:
        found = re.search(pattern, text, re.IGNORECASE)
        assert found is None, f"{path.name}: {found and found[0]!r}; {instead}"


def test_the_top_level_is_the_houses():
    """Tests that write where they are started leave files there, and a commit of everything takes them along."""
    import shutil
    import subprocess

    import pytest

    if not (ROOT / ".git").exists() or shutil.which("git") is None:
        pytest.skip("this is not a clone")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    top = {name.partition("/")[0] for name in listed.split("\0") if name}
    papers = {
        "README.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "LICENSE",
        "SECURITY.md",
        "MANIFEST.in",
        "pyproject.toml",
        "setup.py",
    }
    assert {name for name in top if name[0] != "."} == {*papers, *("docs", "kshell", "commands", "scripts", "tests")}
