"""The page: one HTML file with the transcript, the reel and what plays it. Everything it needs is in it.

    +- transcript ------+- pictures ---------------+
    | magenta$ m = ...  |  VMOs | space | ...      |      page.html   the frame of the document
    | magenta$ touch .. |  [....####......]        |      page.css    how it looks: light, dark, on paper
    +-------------------+--------------------------+      page.js     what keys, pointer and slider do

The transcript is HTML, so it can be read where no script runs; the reel is JSON. Whatever comes from a session is
escaped, and the Content-Security-Policy names the hashes of the one script and the one style that may take effect: text
that would get through all the same is not run.
"""

from __future__ import annotations

import os
from html import escape

from kshell import __version__, shipped_text
from kshell.pictures.page.reel import Reel
from kshell.pictures.vector.palette import DARK, DARK_PAGE, LIGHT, LIGHT_PAGE
from kshell.pictures.vector.style import PATTERNS, STYLE, variables
from kshell.text import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# What may happen in the page: its own style and script, and nothing else.
POLICY = "default-src 'none'; style-src {style}; script-src {script}; base-uri 'none'; form-action 'none'"


class Step:
    """A line of the session.

    prose    HTML that stands before it, safe to show
    prompt   what it was typed after, and the `line` itself, raw
    output   what it printed; `ok` whether it succeeded
    change   what it changed, a short sentence
    """

    __slots__ = ("prose", "prompt", "line", "output", "ok", "change")

    def __init__(self, prompt: str, line: str, output: str, ok: bool, change: str, prose: str = "") -> None:
        self.prose = prose
        self.prompt = prompt
        self.line = line
        self.output = output
        self.ok = ok
        self.change = change


def page(title: str, steps: Iterable[Step], reel: Reel, ending: str = "") -> str:
    """The file's text. Frame 0 of the reel is what there was before the first step, frame n that after step n.

    `ending` is HTML after the last step.
    """
    folder = os.path.dirname(__file__)
    css = f"{STYLE}{themes()}{shipped_text(folder, 'page.css')}"
    script = shipped_text(folder, "page.js")
    rows = [step_html(number, step) for number, step in enumerate(steps, 1)]
    parts = {
        "POLICY": POLICY.format(style=digest(css), script=digest(script)),
        "TITLE": escape(shown(title)),
        "VERSION": escape(__version__),
        "STYLE": css,
        "PATTERNS": PATTERNS,
        "LAST": str(len(rows)),
        "TRANSCRIPT": "".join(rows) + (f'<div class="prose">{ending}</div>\n' if ending else ""),
        "DATA": data_text(reel.data()),
        "SCRIPT": script,
    }
    form = shipped_text(folder, "page.html")
    # Each part is put in once, so nothing in a part is taken for a place of another.
    text = "".join(parts.get(piece, piece) for piece in form.split("@@"))
    # Bytes that are not UTF-8 are no text.
    return text.encode("utf-8", "backslashreplace").decode()


def data_text(data: Mapping[str, object]) -> str:
    """The reel as JSON, a value a row so that two pages can be compared row by row. No text in it ends its element."""
    import json

    rows: list[str] = []
    for name, value in data.items():
        if isinstance(value, list):
            inner = ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in value)
            rows.append(f'"{name}": [\n{inner}\n]')
        else:
            rows.append(f'"{name}": {json.dumps(value)}')
    return ("{" + ",\n".join(rows) + "}").replace("<", "\\u003c")


def themes() -> str:
    """The colours of the pictures where a reader has chosen light or dark, and on paper."""
    light, dark = variables(LIGHT, LIGHT_PAGE), variables(DARK, DARK_PAGE)
    return (
        f":root[data-theme=light] .kshell {{ {light} }}\n:root[data-theme=dark] .kshell {{ {dark} }}\n"
        f"@media print {{ :root .kshell, :root[data-theme] .kshell {{ {light} }} }}\n"
    )


def digest(text: str) -> str:
    """A source of the policy: the hash of an inline script or style."""
    from base64 import b64encode
    from hashlib import sha256

    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def step_html(number: int, step: Step) -> str:
    """A step of the transcript."""
    prose = f'<div class="prose">{step.prose}</div>\n' if step.prose else ""
    kind = "step" if step.ok else "step failed"
    output = f'<pre class="output">{escape(shown(step.output))}</pre>\n' if step.output else ""
    change = f'<p class="change">{escape(shown(step.change))}</p>\n' if step.change else ""
    return (
        f'{prose}<div class="{kind}" id="line-{number}">\n'
        f'<a class="command" href="#line-{number}"><span class="prompt">{escape(shown(step.prompt))}</span>'
        f"{escape(shown(step.line))}</a>\n{output}{change}</div>\n"
    )
