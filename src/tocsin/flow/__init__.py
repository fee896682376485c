"""The story's verbs: each step reads, decides, commits, and stops. The outbox and the clock do the rest.

A folder for each room of the story; what is used in all of them, and the engine, stand here.
"""
