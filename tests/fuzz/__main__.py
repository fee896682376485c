"""Fuzz what reads foreign bytes, led by the lines that they reach: python -m tests.fuzz [--seconds N] [NAME...]

By hand, with `make fuzz`; atheris (libFuzzer) is installed for it. Whatever fails is written down under .venv/fuzz, and
`python -m tests.fuzz --again FILE NAME` tries it again.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

FAILED = Path(".venv/fuzz")
LIMITS = ("-timeout=5", "-rss_limit_mb=1024", "-max_len=16384")  # seconds and memory for one try; bytes


def main() -> None:
    """Fuzz each target in a process of its own, because libFuzzer ends the one it runs in."""
    asked = argparse.ArgumentParser()
    asked.add_argument("names", nargs="*", help="what to fuzz; without one, everything")
    asked.add_argument("--seconds", type=int, default=20, help="for each (default: 20)")
    asked.add_argument("--again", type=Path, help="a file that failed")
    asked.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.inside:
        fuzz(given.names[0], given.names[1:])
        return
    FAILED.mkdir(parents=True, exist_ok=True)
    from tests.fuzz.targets import TARGETS  # noqa: PLC0415  (not before atheris, in the inner process)

    failed = []
    for name in given.names or TARGETS:
        with tempfile.TemporaryDirectory() as seeds:
            for number, seed in enumerate(TARGETS[name][1]):
                (Path(seeds) / str(number)).write_bytes(seed)
            what = [str(given.again)] if given.again else [f"-max_total_time={given.seconds}", seeds]
            command = [sys.executable, "-m", "tests.fuzz", "--inside", "--", name, f"-artifact_prefix={FAILED}/{name}-"]
            done = subprocess.run([*command, *LIMITS, *what], capture_output=True, text=True, check=False)
        lines = done.stderr.splitlines()
        print(f"{name}: {lines[-1] if lines else ''}")
        if done.returncode:
            failed.append(name)
            print(done.stdout, "\n".join(lines[-40:]))
    if failed:
        sys.exit(f"These failed: {', '.join(failed)}.")


def fuzz(name: str, arguments: list[str]) -> None:
    """Fuzz one target in this process, which does not come back."""
    import atheris  # noqa: PLC0415  (it must be there before what it watches)

    with atheris.instrument_imports(
        include=["tocsin.cap", "tocsin.record", "tocsin.people", "tocsin.stix", "icalendar"]
    ):
        from tests.fuzz.targets import TARGETS  # noqa: PLC0415
    atheris.Setup([sys.argv[0], *arguments], TARGETS[name][0])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
