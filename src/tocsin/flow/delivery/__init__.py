"""Delivery: written down, sent, heard back about; by which channels, links and codes."""
