"""The duty to warn: asked, decided, reviewed; what it asks of the clock; whom it is owed to, and who of them was told."""
