"""What a real Magenta answered, and the replay of it on the model."""
