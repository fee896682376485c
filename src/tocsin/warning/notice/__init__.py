"""The confidential notice: the duty to warn, to named recipients, by a tear-line and a documented decision."""
