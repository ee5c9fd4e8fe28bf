"""The system calls, under their own names."""
