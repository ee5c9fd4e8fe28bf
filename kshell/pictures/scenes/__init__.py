"""Scenes made from the machine: what there is to see of pages, address spaces, clone families, memory and links."""
