"""The commands: one small file per family. Each turns typed arguments into kernel calls and returns a result.

Adding a command is adding a function to a file here; the registry finds it by walking this package.
"""
