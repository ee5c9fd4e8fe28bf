"""Plays a reel, as the page's script does: what there is to be seen after each line."""

import json
import re
from html.parser import HTMLParser


class Elements(HTMLParser):
    """Every element of a page: (name, attributes), and the text inside each script and style."""

    def __init__(self, page):
        super().__init__()
        self.found = []
        self.texts = []
        self._open = False
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        self.texts.append([tag, dict(attrs), ""])
        self._open = True

    def handle_endtag(self, tag):
        self._open = False

    def handle_data(self, data):
        if self._open:
            self.texts[-1][2] += data

    def named(self, name):
        """The elements of that name, each with its attributes and the text that begins in it."""
        return [(attrs, text) for tag, attrs, text in self.texts if tag == name]


def reel_of(page):
    """The reel in a page's text."""
    return json.loads(re.search(r'<script type="application/json" id="reel">(.*?)</script>', page, re.DOTALL)[1])


def texts_of(reel):
    """Every text, whole."""
    texts = reel["texts"]
    return [text if isinstance(text, str) else "\n".join(texts[row] for row in text) for text in texts]


def frames(reel):
    """(pictures, answers, now) after each line, from whole frames and what the others say differs."""
    pictures, answers, now = {}, {}, 0
    for row in reel["frames"]:
        if "whole" in row:
            whole = row["whole"]
            pictures = {tab: list(pieces) for tab, pieces in whole["pictures"].items()}
            answers, now = dict(whole["answers"]), whole["now"]
        for tab, splices in row.get("pictures", {}).items():
            list_ = pictures.setdefault(tab, [])
            for at, gone, *come in splices:
                list_[at : at + gone] = come
        for key, text in row.get("answers", {}).items():
            if text < 0:
                del answers[key]
            else:
                answers[key] = text
        now = row.get("now", now)
        texts = texts_of(reel)
        yield (
            {tab: list(pieces) for tab, pieces in pictures.items() if pieces},
            {key: texts[text] for key, text in answers.items()},
            texts[now],
        )


def drawn(reel, pieces):
    """The views of a tab: (title, marks), a mark as (key, kind, x, y, w, h, class, text, title)."""
    texts, views, top = texts_of(reel), [], 0
    for number in pieces:
        piece = reel["pieces"][number]
        if len(piece) == 3:
            views.append((texts[piece[0]], []))
            top = 0
            continue
        shape, x, down, key = piece
        top += down
        for mark in reel["shapes"][shape]:
            kind, dx, dy, w, h, cls, text, title = [*mark, 0, 0][:8]
            mark = (texts[key], kind, x + dx, top + dy, w, h, texts[cls], texts[text], texts[title])
            views[-1][1].append(mark)
    return views
