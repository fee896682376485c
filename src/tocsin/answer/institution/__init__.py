"""Institutions: told contact by contact, they answer, hand on, ask, speak in public, read back; and are knocked at again."""
