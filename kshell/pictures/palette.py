"""The colours of pictures that are not a terminal's, and what stands beside each for eyes that have none.

    own      full       blue, solid       the VMO has the page
    parent   hatched    orange, stripes   an ancestor has it
    zero     dotted     green, dots       nobody has one; the CPU reads zeros
    absent   empty      no colour         nobody has one

The darker a state is, the more memory it is, so a picture in grey says the same. What has changed has a thick frame.
The hues are Okabe and Ito's, which colour-blind people tell apart, and those of the terminal (`look.py`); each comes as
a pale ground for ink to stand on, a middle tone for how full something is, and a strong line.
"""

from __future__ import annotations

from kshell.accounting.sight import ABSENT, OWN, PARENT, ZERO

# The states of pages, which have a pattern.
PATTERNED = (OWN, PARENT, ZERO, ABSENT)
# The hue of each word of a legend, by the names of LIGHT. "mapped", "held", "kernel" and "free" are those of treemaps,
# "shared" and "alone" of links, "asked" is the VMO that was asked for.
HUES = {
    OWN: "blue", PARENT: "orange", ZERO: "green", ABSENT: "none",
    "mapped": "blue", "held": "orange", "kernel": "green", "free": "none",
    "shared": "sky", "alone": "none", "asked": "purple",
}  # fmt: skip
# The hues of other words, in their order in the legend.
ORDER = ("purple", "sky", "yellow", "red", "grey", "blue", "orange", "green")

# (ground, middle, line) on a light and on a dark page. Ink on ground and on middle has a contrast of 4.5 and more.
LIGHT = {
    "blue": ("#dcebf7", "#8fc1e6", "#0072b2"),
    "orange": ("#fbecd0", "#f2c46d", "#9a6700"),
    "green": ("#d8f0e6", "#7fcdb0", "#00795a"),
    "purple": ("#f6e3ed", "#e0a9c6", "#a64d7f"),
    "sky": ("#e3f3fc", "#9fd4f3", "#2f7fae"),
    "yellow": ("#fbf7cd", "#ebdf6a", "#7d7400"),
    "red": ("#fbe3d6", "#f0a27c", "#b84a00"),
    "grey": ("#eef1f4", "#c3cad1", "#6b747d"),
}
DARK = {
    "blue": ("#12283b", "#1f5580", "#56a9e8"),
    "orange": ("#33260c", "#6b4d0e", "#e6a532"),
    "green": ("#0f2e26", "#1b5f4b", "#3fbf96"),
    "purple": ("#35202c", "#6f4059", "#dd97bb"),
    "sky": ("#14303f", "#2b5e7a", "#7cc7f0"),
    "yellow": ("#2f2c0c", "#5f590f", "#d9cd49"),
    "red": ("#3a1f10", "#76390f", "#ee8d55"),
    "grey": ("#20262d", "#434c56", "#8d97a1"),
}
# Of a page: its ground, a panel on it, frames, text, lesser text, and what marks a change.
LIGHT_PAGE = {"ground": "#ffffff", "panel": "#f6f8fa", "frame": "#d0d7de", "ink": "#1f2328", "quiet": "#57606a",
              "mark": "#d55e00", "full": "#0072b2", "on-full": "#ffffff"}  # fmt: skip
DARK_PAGE = {"ground": "#0d1117", "panel": "#161b22", "frame": "#3a424c", "ink": "#e6edf3", "quiet": "#9aa4af",
             "mark": "#ff9d57", "full": "#56a9e8", "on-full": "#0d1117"}  # fmt: skip
