"""The language of the console: one parse, typed arguments, a registry of commands, and the session they act on."""
