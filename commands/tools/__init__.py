"""Magenta's own tools, byte for byte."""
