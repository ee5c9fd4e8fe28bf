"""Scripts for people, which `kshell NAME` runs; `dev` is for those who work on kshell, and is not shipped."""

# The folders of what ships.
SHIPPED = ("demos", "lessons")
