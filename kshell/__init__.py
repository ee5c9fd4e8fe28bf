"""kshell: a debugger-style console over a faithful model of the Magenta kernel's memory objects."""

__version__ = "0.1.0"
