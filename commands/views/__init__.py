"""kshell's own commands: to do things in one go, and to look."""
