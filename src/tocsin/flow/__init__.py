"""The story's verbs: each step reads, decides, commits, and stops. The outbox and the clock do the rest."""
