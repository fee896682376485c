"""A case as a file of dated steps: its format and its reader, the player, and the summary of what came of it.

steps/ says what can happen, reading/ makes steps of a file's lines, doing/ gives the commands of flow that they stand for,
telling/ sums up; in each, one module for one kind of thing. read.py and play.py are the two ways in.
"""
