"""The way to witnesses: one POST of octets, and what came back."""

from tocsin.channels.witness.asking import ANSWER_LIMIT, Reply, WitnessSettings, WitnessWire

__all__ = ["ANSWER_LIMIT", "Reply", "WitnessSettings", "WitnessWire"]
