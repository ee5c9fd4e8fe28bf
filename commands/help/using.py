"""What one may want to know about kshell itself: its keys, files, scripts, documents, and the options at its start."""

from __future__ import annotations

USING: dict[str, str] = {
    "F1, key, tab, editing, emacs, vi, vim": "F1 and `help keys` list the keys of the console. They are those of "
    "emacs; `set editing vi` makes them those of vi.",
    "settings, setting, config, configuration, startup, toolbar, suggest, suggestions": "`set` lists the settings and "
    "changes one. Those that last are in ~/.config/kshell/config; the lines of startup.kshell beside it run first. "
    "`help console` explains them.",
    "colours, colour, colors, color, NO_COLOR, FORCE_COLOR": "`set colour off` or NO_COLOR=1 takes "
    "colours and underlines away, `set colour on` forces them.",
    "pager, less": "shows what is taller than the terminal: $PAGER, or less. `set pager off` lets it scroll by.",
    "prompt, prompts": "`magenta$ `; `magenta[demo]$ ` while attached to the process demo. `detach` goes back.",
    "paste, pasting, transcript, transcripts": "a pasted transcript loses its prompts and what was printed. "
    "`save FILE.md` writes the session as one, with what each line prints.",
    "script": "a file of lines: `kshell FILE --args a b`, or `load FILE a b` in the console. The first failure "
    "stops it, but for -k. `help scripts` lists those that ship.",
    "$1, $#, $2, script arguments, arguments, args, --args": "the words that a script was given by `kshell FILE --args "
    "WORD...` or `load FILE WORD...`, and how many they are. To ask about $#, quote it: help '$#'.",
    "learn, lesson, --list-lessons, --again": "`kshell learn 2` teaches a lesson, and goes on where you were; --again "
    "begins it anew. `kshell learn` lists them, `kshell --list-lessons` their titles, and `help lessons` tells more.",
    "quiz, question": "a block ```quiz of a document: question, `run` lines, answer, choices. The machine computes the "
    "answer; `kshell --check` computes all.",
    "exercise, exercises, goal, goals": "a block ```exercise of a document: title, task, `given` lines, and goals, "
    "each with `run` and `assert` lines over the machine. `kshell --check` begins all.",
    "grade, grading, grader, --grade, --answers, answer, answers": "`kshell --grade EXERCISE.md --answers FILE...` "
    "runs each answer, a script, in a sandboxed process of its own, and says which goals are met.",
    "--report, report": "`kshell --grade ... --report KIND`: text, json, junit, gradescope or check50. `man kshell` "
    "lists the fields of json.",
    "--max-time, max-time, --max-memory, max-memory": "what an answer may use that `kshell --grade` runs: so many "
    "seconds, 10 without it, and so much memory of this computer, 512M without it.",
    "seed, --seed": "`kshell --seed N`: what `pick` and the questions of documents draw their numbers from, 1 without "
    "it. The same seed gives the same numbers everywhere.",
    "documents, document, markdown, md, check, --check": "Markdown files with console "
    "sessions in ``` blocks. `kshell --check FILE.md` shows where they differ; in them `...` is any number of lines, "
    "and one that begins with `# ` a remark.",
    "backslash, escape": "in a document, a printed line that begins with `# ` or a prompt, or is `...`, is written "
    "after a backslash, `\\# so`. At the end of a script's line it says that the next one belongs to it.",
    "update, --update": "`kshell --update FILE.md` shows what a document does not say as it is printed, and writes it "
    "there. Lines of `...` and remarks stay.",
    "play, --play": "`kshell --play FILE.md` shows a document to a class: Space shows the next step, b goes back, ? "
    "lists the keys.",
    "--from, --pace": "`kshell --play FILE.md --from HEADING` begins there, all before it has happened; --pace SECONDS "
    "shows the next step by itself.",
    "--record, recording": "`kshell --record FILE.cast` writes what is shown, with its times, as asciinema plays it; "
    "also with --play.",
    "--notes, notes": "`kshell --play FILE.md --notes FILE` writes the document's comments <!-- like this -->, which "
    "only the teacher sees, to a file or a pipe: `tail -f` or `cat` it in a second terminal.",
    "--export, html, web page, browser": "`kshell --export FILE.html SCRIPT` makes a page of a script, document or "
    "journal: its lines, and pictures of the memory after each. `export FILE.html` makes one of the session.",
    "options, option, command line, --help, -h": "`kshell --help` lists those that kshell is started with, `help "
    "COMMAND` those of a command, `help --json` explains one.",
    "-c": "`kshell -c LINE` runs a line; -c and files run in the order in which they are given.",
    "-i, --interactive, interactive": "`kshell -i FILE` runs the script and then opens the console on its machine.",
    "-k, --keep-going, keep-going": "`kshell -k FILE` goes on after a command that fails.",
    "--json, json": "`kshell --json` prints one JSON object for each command; `last` is true in the last one of a "
    "line, `number` is the line's. For one command: `ps --format json`.",
    "--json-strings, json-strings": "`kshell --json-strings` is as --json, with integers above 2^53 as strings: not "
    "every reader of JSON takes them exactly.",
    "--journal, journal": "`kshell --journal FILE` keeps every line before it is answered, and brings the session back "
    "when it is started again with the same FILE.",
    "--max-objects, max-objects": "`kshell --max-objects N`: so many VMOs, VMARs and mappings may exist, 4M "
    "without it. More are ERR_NO_MEMORY.",
    "--max-output, max-output": "`kshell --max-output N`: a command may print so many characters, 256M without it. "
    "The rest is cut.",
    "--sandbox, sandbox": "`kshell --sandbox` is for a typist who is not trusted: no files, no programs of the host, "
    "no environment.",
    "--paranoid, paranoid": "`kshell --paranoid` checks the whole machine against its laws after each line. Slow.",
    "--boot, boot, boot image, image": "`kshell --boot IMAGE` starts from another boot image: what programs run, and "
    "what each has mapped.",
    "--memory": "`kshell --memory 4G` is a machine with so much RAM.",
    "--handles": "`kshell --handles N` is a machine with a handle table of N places.",
    "--completion, completion, complete": "`source <(kshell --completion bash)` completes kshell's own options; also "
    "zsh and fish. In the console Tab completes.",
    "--list-scripts": "`kshell --list-scripts` prints the names of the scripts that ship; `kshell NAME` runs one.",
    "--version, version": "`kshell --version` prints kshell's. The machine's own is `system_get_version`.",
    "exit value, exit values, exit code": "$? after a command: 0 it succeeded, 1 it failed, 2 the line is wrong, 127 "
    "no such command, 130 interrupted.",
    "error, errors, failure, failures": "a status of the kernel, such as ERR_BAD_STATE (`help status`), or what is "
    "wrong with the line. `! COMMAND` and `expect STATUS COMMAND` count on one.",
    "syscalls, syscall, calls, call": "commands with the names of Magenta's, without mx_: vmo_create. `help "
    "vmo_create` lists rights and statuses, `map 4k --calls` shows what a command calls.",
    "plugins, plugin": "commands of other Python packages, by entry points of the group kshell.commands. One that is "
    "wrong is skipped, and named.",
    "host": "the computer that kshell runs on: `> FILE`, `| PROGRAM`, save, load and shell reach it. In a sandbox "
    "none does.",
    "gdb, lldb, drgn, debugger": "`print`, `p`, `p/x` and `p/d` are here, x is "
    "`process_read_memory $self ADDR LEN`, info proc mappings is `vmaps`.",
}
