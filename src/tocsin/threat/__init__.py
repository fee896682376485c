"""What may happen: who, what, where, when; how likely that is, and how good our grounds are."""
