"""What is said of graded answers, for people and for programs.

    text         for people, 80 columns                             junit        one XML document, a case for each goal
    json         one object with everything                         gradescope   results.json of one answer
                                                                    check50      the JSON of one answer

A report depends on nothing but the answers: it has no times in it. Of a hidden goal students learn that it is there
and whether it is met; `json` is for teachers and has it whole, and `gradescope` shows it when grades are published.
"""

from __future__ import annotations

from kshell.documents.graded import Graded
from kshell.shell.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

REPORTS = ("text", "json", "junit", "gradescope", "check50")
# Those whose form has room for one answer only.
OF_ONE = ("gradescope", "check50")


def require_report(kind: str, answers: int) -> None:
    """Raises UsageError for a report that there is not, or that has no room for so many answers."""
    if kind not in REPORTS:
        raise UsageError(f"--report takes one of {', '.join(REPORTS)}, not {kind!r}")
    if kind in OF_ONE and answers > 1:
        raise UsageError(f"a {kind} report is about one answer, and {answers} are given: grade them one by one")


def report(kind: str, graded: Graded) -> str:
    """The report of that kind."""
    return _writer(kind)(graded)


def _writer(kind: str) -> Callable[[Graded], str]:
    if kind == "text":
        from kshell.documents import report_text

        return report_text.write
    if kind == "json":
        from kshell.documents import report_json

        return report_json.write
    if kind == "junit":
        from kshell.documents import report_junit

        return report_junit.write
    if kind == "gradescope":
        from kshell.documents import report_gradescope

        return report_gradescope.write
    from kshell.documents import report_check50

    return report_check50.write
