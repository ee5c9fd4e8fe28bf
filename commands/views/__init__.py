"""kshell's own commands: doing things in one go, and looking."""
