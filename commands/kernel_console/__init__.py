"""The kernel's own console: `k` and what it runs."""
