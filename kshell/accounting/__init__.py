"""What the memory is for: who has it, who pays for it, what keeps it. Reads the machine and changes nothing in it."""
