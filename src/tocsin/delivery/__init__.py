"""How a warning reaches everyone who should hear it: batches planned, sent, settled, and each person's state."""
