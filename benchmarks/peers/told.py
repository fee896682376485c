"""What a peer tells one person, and how large it has been. It needs nothing but Python."""

from pathlib import Path

MARK = "ref="
"""Behind it stands the id of a message, in whatever words a peer sends it, and a semicolon."""


def words(number: int) -> str:
    """Return what one person is told, in no more words than Tocsin tells them."""
    link = f"https://town.example/a/{number:026d}"
    return (
        "Exercise. Keep away from the bridge. We have reports that the bridge may be attacked this evening. Go round by the "
        f"ford. Do not gather near the bridge. Answer here, please, so that we know that you are safe: {link} "
        f"It holds until tomorrow evening. The town. {MARK}{number:026d};"
    )


def peak_mib() -> float:
    """Return the most memory that this process has held."""
    held = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:"))
    return round(int(held.split()[1]) / 1024, 1)
