"""A command of a lesson: typed by the person, or anything else until it is.

the line, or one that does the same     the lesson goes on, on its own machine
a line that only looks, or fails        forgotten at once
a line that changes something else      a detour, which `back` ends
"""

from __future__ import annotations

from kshell.documents.asking import folded
from kshell.documents.attempts import FAILED, LOOKED, NAMELESS, OTHER, RIGHT, Attempt, same_words
from kshell.documents.checking import printed_by
from kshell.documents.conversation import WORDS, Conversation, code
from kshell.documents.course import Course
from kshell.documents.rendering import BOLD, GREEN, YELLOW
from kshell.documents.stops import LEAVE, NEXT, Task
from kshell.shell import registry
from kshell.shell.errors import EXIT_INTERRUPTED, UsageError
from kshell.shell.grammar import parse
from kshell.text import shown


def practise(course: Course, stop: Task) -> str:
    """Has a command typed."""
    talk = course.talk
    line = stop.step.text
    session = course.session
    course.pause_next = False
    moment = course.moments[course.place] = session.moment()
    # Made when it is wanted: a large machine takes its time to be copied.
    attempt: Attempt | None = None
    _ask_for(talk, line)
    away = False
    while True:
        typed = talk.line(session.state.prompt, session, line)
        word = typed.strip()
        said = WORDS.get(word, "")
        if not word:
            continue
        if said == "back" and away:
            session.return_to(moment)
            away = False
            talk.say("Back from the detour: the machine is as it was.")
            _ask_for(talk, line)
            continue
        if said == "hint":
            _help(talk, line)
            continue
        if said in ("quit", "back", "where", "check"):
            way = course.common(word)
            if way:
                session.return_to(moment)
                return way
            continue
        if said == "skip":
            typed = line
        if same_words(typed, line):
            if away:
                session.return_to(moment)
                talk.say("The detour is over: the machine is as it was, and the lesson goes on.")
            if away or said == "skip":
                talk.write([talk.renderer.paint(session.state.prompt, BOLD) + shown(line)])
            away = False
            typed = line
        elif attempt is None:
            attempt = Attempt(session, line)
        outcomes = list(session.run(typed))
        talk.show(outcomes)
        if any(outcome.exit == EXIT_INTERRUPTED for outcome in outcomes):
            continue
        if session.state.finished:
            session.return_to(moment)
            return LEAVE
        verdict = RIGHT if attempt is None or typed == line else attempt.judge(session.state, outcomes)
        if verdict in (RIGHT, NAMELESS):
            if typed != line:
                # From here on the machine is the document's own, koids, addresses and names included.
                session.return_to(moment)
                printed_by(session, line)
                name = attempt.name if attempt is not None and verdict == NAMELESS else ""
                told = f"Right, and the lesson calls it {code(f'${name}')}." if name else ""
                talk.say(told or f"Right: that does the same as {code(line)}.", GREEN)
            return NEXT
        away = _answer(talk, verdict, line, away)
        if not away:
            # What has been used up, koids and addresses, must not show in what the lesson prints.
            session.return_to(moment)


def _answer(talk: Conversation, verdict: str, line: str, away: bool) -> bool:
    """Says what a line was that is not the one that is waited for; returns whether the person is on a detour."""
    if verdict == OTHER and away:
        talk.say("You are on a detour: `back` ends it, Enter goes on with the lesson.")
        return True
    if verdict == OTHER:
        talk.say("That changed other things. Look around; `back` takes it back, Enter goes on with the lesson.")
        return True
    if verdict == FAILED:
        talk.say("Nothing has changed. `?` helps, Enter has the line typed.", YELLOW)
    elif verdict == LOOKED and not away:
        goes_on = "the line in grey" if talk.renderer.painted else code(line)
        talk.say(f"Look around as you like. The lesson goes on with {goes_on}.")
    return False


def _ask_for(talk: Conversation, line: str) -> None:
    """Shows what is to be typed; where there are colours, the prompt itself shows it in grey."""
    if not talk.renderer.painted:
        talk.write(folded(talk.renderer, code(line), "type "))


def _help(talk: Conversation, line: str) -> None:
    """What the command of a line is for, how it is written, and what to do."""
    try:
        word = parse(line)[0].words[0]
    except (UsageError, IndexError):
        word = ""
    found = registry.find(word) if word else None
    if found is not None:
        talk.write(folded(talk.renderer, code(found.usage()), "  ", ""))
        talk.write(folded(talk.renderer, f"{found.summary}. `help {word}` tells all.", "    ", ""))
    talk.say(f"Type {code(line)}, or press Enter. `back` goes back, `where` tells where you are, `quit` leaves.")
