"""Pictures of memory: a scene says what there is to see, and terminal, SVG and HTML draw the same scene."""
