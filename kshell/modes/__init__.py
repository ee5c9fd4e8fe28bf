"""All that kshell does besides the console and scripts: a file for each way, loaded when it is asked for.

    documents   --check, --update, --play         grade     --grade
    export      --export                          telling   --help, --version, --completion, --list-scripts

`kshell learn` is in `kshell/learn.py`.
"""

from __future__ import annotations

from kshell.options import DOCUMENT_MODES, GRADE, LEARN, Options


def run_mode(options: Options) -> int:
    """Does what the mode of the command line says; returns the exit value. Raises ShellError, OutputError."""
    mode = options.mode
    if mode in DOCUMENT_MODES:
        from kshell.modes.documents import run_documents

        return run_documents(options)
    if mode == "--export":
        from kshell.modes.export import export_page

        return export_page(options)
    if mode == GRADE:
        from kshell.modes.grade import grade_answers

        return grade_answers(options)
    if mode in (LEARN, "--list-lessons"):
        from kshell.learn import learn, list_lessons

        return learn(options) if options.files else list_lessons(options)
    from kshell.modes.telling import tell

    return tell(options)
