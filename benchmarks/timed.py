"""How long a thing takes: the first time, and then; by the clock, and of the processor."""

from collections.abc import Callable
from statistics import median
from time import perf_counter, process_time

RUNS = 9


def say(what: str, do: Callable[[int], object], runs: int = RUNS) -> None:
    """Do something once and then so many times more, each with its number, and print what it took in milliseconds."""
    took, used = [], []
    for n in range(runs + 1):
        began, began_used = perf_counter(), process_time()
        do(n)
        took.append((perf_counter() - began) * 1_000)
        used.append((process_time() - began_used) * 1_000)
    again = f"then {median(took[1:]):.1f} ms, at best {min(took[1:]):.1f}, at worst {max(took[1:]):.1f}"
    print(f"{what}: first {took[0]:.0f} ms, {again}; of the processor {used[0]:.0f} ms, then {median(used[1:]):.1f}")
