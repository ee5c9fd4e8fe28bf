"""The interactive console. prompt_toolkit is loaded here and nowhere else."""
