"""Finds the rows whose positions lie in a shape: whole blocks of the grid where it can, point by point at the edge."""

import numpy as np

from tocsin.places import grid
from tocsin.places.shape import EDGE, IN, Shape
from tocsin.places.sorted import Numbers, Sorted, ranges

_FEW = 64
"""So many people in a block are looked at one by one rather than the block quartered once more."""


def rows_in(shape: Shape, rows: Sorted) -> Numbers:
    """Return the numbers of the rows that lie in a shape or on its edge."""
    inside, unsure = _walk(shape, rows)
    held = shape.holds(grid.degrees(rows["lat"][unsure]), grid.degrees(rows["lon"][unsure]))
    return np.concatenate([inside, unsure[held]])


def _walk(shape: Shape, rows: Sorted) -> tuple[Numbers, Numbers]:
    """Return the rows that lie in blocks wholly inside, and those that lie in blocks at the edge.

    The world is quartered, and each quarter that the edge runs through once more, as long as many live there.
    """
    inside: list[tuple[Numbers, Numbers]] = []
    unsure: list[tuple[Numbers, Numbers]] = []
    blocks = np.zeros(1, dtype=np.uint32)
    for level in range(grid.LEVELS + 1):
        first, after = rows.between(*grid.ends(blocks, level))
        lived_in = after > first
        blocks, first, after = blocks[lived_in], first[lived_in], after[lived_in]
        if not len(blocks):
            break
        sides = shape.sides(*grid.boxes(blocks, level))
        inside.append((first[sides == IN], after[sides == IN]))
        last = (sides == EDGE) & ((after - first <= _FEW) | (level == grid.LEVELS))
        unsure.append((first[last], after[last]))
        blocks = grid.quarters(blocks[(sides == EDGE) & ~last])
    return _numbers(inside), _numbers(unsure)


def _numbers(spans: list[tuple[Numbers, Numbers]]) -> Numbers:
    if not spans:
        return np.zeros(0, dtype=np.int64)
    first, after = (np.concatenate(ends) for ends in zip(*spans, strict=True))
    order = np.argsort(first)
    return ranges(first[order], after[order])
