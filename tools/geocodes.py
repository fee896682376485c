"""Bakes the lists of geocodes into one small file: python tools/geocodes.py FOLDER, where the five .tar.gz lie.

From: KDE/foss-public-alert-server, alertHandler/data (CC0-1.0); see src/tocsin/places/SOURCES.md. A link in an archive is a code
that stands for the same area as another. What is drawn covers the area whole, with 60 corners at most.
"""

import gzip
import io
import json
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import shapely
from shapely.geometry import shape

from tocsin.places.covering import rings_over

LISTS = ("EMMA_ID", "UGC", "SAME", "NUTS3", "FIPS")
MOST_CORNERS, FIRST_DEGREES = 60, 0.01
TARGET = Path(__file__).parent.parent / "src/tocsin/places/geocodes.tsv.gz"


def main(folder: Path) -> None:
    """Write the packed file."""
    lines: dict[tuple[str, str], str] = {}
    links: dict[tuple[str, str], tuple[str, str]] = {}
    for name in LISTS:
        for code, feature, target in _members(folder / f"{name}.tar.gz"):
            if target:
                links[name, code] = target
            elif drawn := _packed(feature):
                lines[name, code] = f"{_named(feature)}\t{drawn}"
    for key, target in links.items():
        if target in lines:
            lines[key] = f"\t={target[0]}:{target[1]}"
    text = "".join(f"{name}\t{code}\t{rest}\n" for (name, code), rest in sorted(lines.items()))
    with TARGET.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as packed:
        packed.write(text.encode())
    print(len(lines), TARGET.stat().st_size)


def _members(archive: Path) -> Iterator[tuple[str, Any, tuple[str, str] | None]]:
    with tarfile.open(archive) as tar:
        for member in tar:
            path = PurePosixPath(member.name)
            if path.suffix != ".geojson":
                continue
            if member.issym():
                to = PurePosixPath(member.linkname)
                yield path.stem, None, (to.parent.name, to.stem)
            elif member.isfile():
                found = tar.extractfile(member)
                yield path.stem, json.load(io.TextIOWrapper(found, "utf-8")) if found else None, None


def _named(feature: Any) -> str:
    said = feature.get("properties") or {}
    name = " ".join(str(said.get("name") or said.get("NAME") or "").split())
    state = str(said.get("STATE") or said.get("country") or "")
    return f"{name}, {state}" if name and state and state not in name else name


def _packed(feature: Any) -> str:
    """Return rings as steps in thousandths of a degree, latitude first; nothing where there is no area."""
    area = shapely.make_valid(shape(feature["geometry"]))
    if area.is_empty or area.area == 0:
        return ""
    rings = rings_over(area, MOST_CORNERS, FIRST_DEGREES)
    return ";".join(_steps(ring) for ring in rings)


def _steps(ring: tuple[tuple[float, float], ...]) -> str:
    said, before = [], (0, 0)
    for lat, lon in ring[:-1]:
        here = (round(lat * 1000), round(lon * 1000))
        if here != before:
            said += [here[0] - before[0], here[1] - before[1]]
        before = here
    return ",".join(map(str, said))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
