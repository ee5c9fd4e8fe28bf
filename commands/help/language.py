"""What a line can be made of."""

from __future__ import annotations

LANGUAGE: dict[str, str] = {
    "name = COMMAND, =, assignment, variable, variables": "keeps the result as $name and prints nothing; `n = 4k` "
    "keeps a number. A name has letters, digits and _. `vars` lists the names, $name alone prints one.",
    "$name, $, $name.field, field, fields": "the result's main value: a handle, an address, a number. $p.koid is a "
    "field of it; a wrong field gets a list of those there are.",
    "$?": "the exit value of the last command: 0 when it succeeded, 127 when there is no such command.",
    "$_": "the last result: `spawn demo` and then `stat $_`.",
    "$self": "the current process's handle to itself; $self.koid is its koid. Not set where it holds none.",
    "$vmar": "the current process's handle to its root VMAR: where vmar_map maps. Not set where it holds none.",
    "$job": "the current process's handle to its job. Not set where it holds none.",
    "! COMMAND, !, not": "succeeds when COMMAND fails, and fails when it succeeds. A line that is wrong in itself "
    "stays wrong.",
    "expect STATUS COMMAND, expect": "succeeds when COMMAND ends with exactly that status: `expect ERR_BAD_HANDLE "
    "handle_close 0`. Makes a script a test.",
    "as TASK COMMAND, as": "makes the syscalls of this one COMMAND those of the process TASK. `attach TASK` does so "
    "for all lines that follow.",
    ";, semicolon": "separates commands: the next one runs whatever this one did; only a script stops where one "
    "fails. Quote it: help ';'.",
    "&&, and": "runs the next command if the one before it succeeded. Quote it: help '&&'.",
    "||, or": "runs the next command if the one before it failed. To ask about it: help or.",
    "#, comment": "where a word could begin: a comment, up to the end of the line. To ask about it, quote it: "
    "help '#'.",
    "> FILE, >, >>, redirect, redirection": "the text goes to a file of the host: > replaces it, >> adds to it. To "
    "ask about it, quote it: help '>'.",
    "~, home": "at the beginning of a file's name: your home folder, as in `save ~/demo.kshell`. Quoted it is "
    "a plain character.",
    "\\, backslash, continuation": "at the end of a line: it goes on in the next row. Before a character: that "
    "character is meant as it stands. To ask about it, quote it: help '\\'.",
    "!!, !12, !ps, earlier lines": "in the console: the last line, line 12 of `history`, the last that begins with ps. "
    "`! COMMAND`, with a blank, is something else.",
    "| PROGRAM, |, pipe, pipes": "`ps | head -3`: the text goes to a program of the host, and what that "
    "prints is shown. To ask about it, quote it: help '|'.",
    "numbers, number, units, unit, sizes": "4096, 0x1000, 16k, 1.5M, 1T (units of 1024), $addr+4k, 2*4k: sums and "
    "products without blanks. -1 is 2^64 - 1.",
    "printed addresses, leading 0": "addresses can be typed as printed: ________01021000, 00004000000da000. Any "
    "other number with a leading 0 is refused, but for octal koids of tasks.",
    "kinds, kind, value, values": "handle, address, size, count, koid: a value goes only where its kind fits, digits "
    "go everywhere. $addr+4k is an address, other sums have no kind, handles make none.",
    "whose addresses, owner": "an address goes only with the process whose it is: `as TASK touch $m`. A handle of "
    "another process is ERR_BAD_HANDLE.",
    "--format": "an option of every command: its result as json, csv or a plain table, such as `ps --format csv`.",
    "--calls": "an option of every command: shows the syscalls it makes, in C, before what it prints. Page faults are "
    "none: `trace on` shows those.",
    "--": "what follows is not an option: `echo -- --calls` prints --calls. A quoted word is never an option either.",
    "quotes, quote, quoting": "\"...\" keeps blanks, '...' also keeps $names as they stand, and \\ does so for one "
    "character.",
}
