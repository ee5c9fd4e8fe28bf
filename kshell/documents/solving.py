"""An exercise of a lesson: done on a machine of its own, which the lines of another day bring back."""

from __future__ import annotations

from kshell.documents.conversation import SPARE, WORDS, code
from kshell.documents.course import Course
from kshell.documents.keyed import BlockError
from kshell.documents.rendering import BOLD, GREEN, YELLOW
from kshell.documents.stops import LEAVE, NEXT, Exercise
from kshell.documents.trying import Try
from kshell.text import plural


def solve(course: Course, stop: Exercise) -> str:
    """Has an exercise done on a machine of its own, which the lines of another day bring back."""
    talk = course.talk
    number = stop.number
    course.pause_next = False
    try:
        trying = Try(stop.block, number, course.session, talk.renderer, course.progress.tries.get(number, []))
    except BlockError as error:
        talk.say(f"There is a mistake in this exercise, {error}", YELLOW)
        return NEXT
    rows = trying.rows()
    way = course.make_room(len(rows) + SPARE)
    if way != NEXT:
        return way
    talk.apart()
    talk.write(rows)
    done = trying.lines
    ready = f"What you typed before has run again, {plural(len(done), 'line')}; `history` shows it."
    talk.say(
        f"{ready if done else 'A fresh machine is ready for it.'} "
        "`check` looks at the goals, `?` gives a hint, `back` takes a line back, `skip` goes on."
    )
    while True:
        typed = talk.line(trying.session.state.prompt, trying.session)
        word = typed.strip()
        said = WORDS.get(word, "")
        if said == "check":
            rows, got, of = trying.check()
            talk.write(rows)
            course.progress.points[number] = (got, of)
            if got == of:
                talk.say(f"All goals are met: {got} of {plural(of, 'point')}.", BOLD + GREEN)
                course.pause_next = True
                return NEXT
            talk.say(f"{got} of {plural(of, 'point')}. Go on, and `check` again; `skip` leaves it.", YELLOW)
        elif said == "hint":
            talk.say(trying.hint())
        elif said == "back" and (taken := trying.back()):
            talk.say(f"Taken back: {code(taken)}.")
        elif said == "skip":
            grade = code(f"kshell --grade {course.source} --answers FILE")
            talk.say(f"For later: with your lines in a file, {grade} looks at the goals.")
            talk.write([""])
            return NEXT
        elif said:
            way = course.common(word)
            if way:
                return way
        elif not word:
            talk.say("Type a line, `check`, or `skip`.")
        else:
            talk.show(trying.run(typed))
            if trying.session.state.finished:
                return LEAVE
        if trying.lines or number in course.progress.tries:
            course.progress.tries[number] = trying.lines
            course.keep()
