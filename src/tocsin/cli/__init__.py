"""The commands. Each prints for a person or, with --json, one value for a program, and nothing else."""
