"""The one stylesheet of all pictures, made of the palette: light, and dark where the reader's system is."""

from __future__ import annotations

from kshell.pictures.palette import DARK, DARK_PAGE, LIGHT, LIGHT_PAGE

FONT = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace"


def variables(hues: dict[str, tuple[str, str, str]], page: dict[str, str]) -> str:
    """The colours of a palette, as variables of CSS."""
    colours = [f"--{name}: {colour}" for name, colour in page.items()]
    for name, tones in hues.items():
        colours += [f"--{name}-{tone}: {colour}" for tone, colour in zip(("pale", "mid", "line"), tones, strict=True)]
    return "; ".join(colours)


# Variables come first, so a page that has a switch of its own can set them again.
VARIABLES = f""".kshell {{ {variables(LIGHT, LIGHT_PAGE)} }}
@media (prefers-color-scheme: dark) {{ .kshell {{ {variables(DARK, DARK_PAGE)} }} }}
"""

_HUES = "".join(
    f".kshell .hue-{name} {{ fill: var(--{name}-pale); stroke: var(--{name}-line) }}\n"
    f".kshell .hue-{name}.fill {{ fill: var(--{name}-mid) }}\n"
    for name in LIGHT
)

RULES = f""".kshell .page {{ fill: var(--ground) }}
.kshell text {{ font: 13px {FONT}; fill: var(--ink) }}
.kshell text.title {{ font-size: 16px; font-weight: 600 }}
.kshell text.small {{ font-size: 11px }}
.kshell text.quiet {{ fill: var(--quiet) }}
.kshell text.strong {{ font-weight: 600 }}
.kshell text.halo {{ paint-order: stroke; stroke: var(--ground); stroke-width: 4px; stroke-linejoin: round }}
.kshell rect.box {{ stroke-width: 1; rx: 3px }}
.kshell rect.hue-none {{ fill: var(--ground); stroke: var(--frame) }}
.kshell rect.plain {{ fill: var(--panel); stroke: var(--frame) }}
.kshell rect.cell {{ stroke-width: 1; stroke: var(--frame) }}
.kshell .own {{ fill: var(--full); stroke: var(--full) }}
.kshell .own.some {{ fill: var(--blue-mid) }}
.kshell .parent {{ fill: url(#kshell-stripes); stroke: var(--orange-line) }}
.kshell .zero {{ fill: url(#kshell-dots); stroke: var(--green-line) }}
.kshell .absent {{ fill: var(--ground); stroke: var(--frame) }}
{_HUES}.kshell rect.holder {{ fill: var(--panel) }}
.kshell rect.fill {{ stroke: none; rx: 2px; pointer-events: none }}
.kshell rect.gap, .kshell rect.more {{ fill: none; stroke: var(--frame); stroke-dasharray: 3 3 }}
.kshell rect.changed {{ stroke: var(--mark); stroke-width: 2.5 }}
.kshell rect.mark {{ fill: none; stroke: var(--mark); stroke-width: 2.5; rx: 2px; pointer-events: none }}
.kshell line {{ stroke: var(--frame); stroke-width: 1 }}
.kshell line.branch {{ stroke: var(--quiet) }}
.kshell line.link {{ stroke: var(--quiet); stroke-width: 1.2; marker-end: url(#kshell-arrow) }}
.kshell line.both {{ marker-start: url(#kshell-arrow) }}
.kshell line.link-begin {{ stroke: var(--quiet); stroke-width: 1.2 }}
.kshell line.mapping {{ stroke-dasharray: 5 3 }}
.kshell line.clone {{ stroke: var(--orange-line) }}
.kshell line.changed {{ stroke: var(--mark); stroke-width: 2.5 }}
.kshell rect:focus-visible {{ outline: none; stroke: var(--ink); stroke-width: 3 }}
.kshell .stripes-ground {{ fill: var(--orange-pale); stroke: none }}
.kshell .stripes-line {{ stroke: var(--orange-line); stroke-width: 2.4 }}
.kshell .dots-ground {{ fill: var(--green-pale); stroke: none }}
.kshell .dots-dot {{ fill: var(--green-line) }}
.kshell .arrow {{ fill: var(--quiet) }}
"""
STYLE = VARIABLES + RULES
# What the rules refer to: once in a document.
PATTERNS = (
    '<defs><pattern id="kshell-stripes" width="6" height="6" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><rect class="stripes-ground" width="6" height="6"/>'
    '<line class="stripes-line" x1="1" y1="0" x2="1" y2="6"/></pattern>'
    '<pattern id="kshell-dots" width="6" height="6" patternUnits="userSpaceOnUse">'
    '<rect class="dots-ground" width="6" height="6"/><circle class="dots-dot" cx="3" cy="3" r="1.1"/></pattern>'
    '<marker id="kshell-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" '
    'markerUnits="userSpaceOnUse" orient="auto-start-reverse"><path class="arrow" d="M0 0L8 4L0 8z"/></marker></defs>'
)
