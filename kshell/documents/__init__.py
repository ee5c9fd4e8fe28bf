"""Documents that run: Markdown files that are a lesson, a demo and a test at once."""
