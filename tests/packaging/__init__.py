"""kshell as it is packed, installed and started."""
