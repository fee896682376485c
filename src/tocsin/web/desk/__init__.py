"""The desk: where a watch is kept."""
