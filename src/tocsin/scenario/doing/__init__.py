"""Doing what the steps say: the cast enters, and each step becomes the commands of flow that a person would give."""
