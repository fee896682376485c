"""Fetching what others publish, politely and within limits."""

from tocsin.channels.fetch.asking import Answer, Fetcher, FetchSettings, Session

__all__ = ["Answer", "FetchSettings", "Fetcher", "Session"]
