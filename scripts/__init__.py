"""Scripts and lessons for people. `kshell NAME` runs the one of that name."""
