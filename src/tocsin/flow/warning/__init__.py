"""Warnings: drafted, held against their case, let out, taken back, told again; and to whom they are addressed."""
