"""Make the base map that ships with Tocsin from the two public data sets named in src/tocsin/places/SOURCES.md.

    python tools/basemap.py COUNTRIES_50M_JSON CITIES15000_JSON COUNTRIES_JSON

It writes src/tocsin/places/world.json.gz, towns.tsv.gz, names.tsv.gz and borders.json.gz, the same bytes for the same input.
"""

import gzip
import itertools
import json
import sys
from pathlib import Path
from typing import Any

from tocsin.places.named import folded

HERE = Path(__file__).resolve().parent.parent / "src" / "tocsin" / "places"
Line = list[tuple[int, int]]  # (latitude, longitude) in thousandths of a degree

# Lines that two sides claim differently, by ISO 3166 numeric codes; a box (south, west, north, east) narrows a long
# border to its disputed stretch. Borders of places without a code in Natural Earth are disputed as they stand.
DISPUTED: dict[frozenset[str], tuple[float, float, float, float] | None] = {
    frozenset({"643", "804"}): (45.0, 32.0, 46.4, 36.0),  # Crimea
    frozenset({"356", "586"}): (32.5, 73.0, 36.0, 79.0),  # Kashmir, line of control
    frozenset({"356", "156"}): None,
    frozenset({"586", "156"}): (35.0, 75.0, 37.0, 78.0),
    frozenset({"376", "275"}): None,
    frozenset({"376", "760"}): None,  # Golan
    frozenset({"504", "732"}): None,
    frozenset({"408", "410"}): None,
    frozenset({"729", "728"}): (9.0, 26.5, 10.5, 29.5),  # Abyei
    frozenset({"818", "729"}): (21.5, 33.0, 23.5, 37.5),  # Halaib, Bir Tawil
}

# Whose a piece of land without a code of its own is, by each side that claims it; and who else claims what Natural
# Earth gives to one: whoever asks for a country's people gets those in its disputed parts as well. Not a border line.
CLAIMED: dict[str, tuple[str, ...]] = {
    "Somaliland": ("SO",),
    "Kosovo": ("XK", "RS"),
    "N. Cyprus": ("CY",),
    "Indian Ocean Ter.": ("AU",),
    "Siachen Glacier": ("IN", "PK"),
    "W. Sahara": ("EH", "MA"),
}

# Pieces of land that Natural Earth gives to another, and whose they are (also), by boxes (south, west, north, east)
# which hold them whole: overseas parts with a code of their own, and Crimea.
ALSO: dict[str, tuple[tuple[float, float, float, float], ...]] = {
    "BQ": ((12.0, -68.5, 12.4, -68.1), (17.4, -63.3, 17.7, -62.9)),
    "CC": ((-12.3, 96.7, -11.8, 97.0),),
    "CX": ((-10.7, 105.4, -10.3, 105.8),),
    "GF": ((2.0, -55.0, 6.0, -51.0),),
    "GP": ((15.8, -62.0, 16.6, -60.9),),
    "MQ": ((14.3, -61.3, 14.9, -60.7),),
    "RE": ((-21.5, 55.1, -20.8, 55.9),),
    "SJ": ((74.0, 9.0, 81.0, 34.5), (70.7, -9.2, 71.3, -7.8)),
    "UA": ((44.2, 32.3, 46.3, 36.8),),
    "YT": ((-13.1, 45.0, -12.6, 45.4),),
}


def decoded(topology: dict[str, Any]) -> list[Line]:
    """Return the arcs of a quantised topology in thousandths of a degree."""
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        line = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            line.append((round((y * sy + ty) * 1000), round((x * sx + tx) * 1000)))
        arcs.append(line)
    return arcs


def polygons(geometry: dict[str, Any]) -> list[list[list[int]]]:
    """Return the polygons of a geometry as rings of arc numbers."""
    if geometry["type"] == "Polygon":
        return [geometry["arcs"]]
    return list(geometry["arcs"]) if geometry["type"] == "MultiPolygon" else []


def ring(arc_numbers: list[int], arcs: list[Line]) -> Line:
    """Join arcs; a number below zero means the arc backwards."""
    points: Line = []
    for number in arc_numbers:
        line = arcs[number] if number >= 0 else arcs[~number][::-1]
        points += line[1:] if points else line
    return points


def owners(topology: dict[str, Any]) -> dict[int, list[str]]:
    """Say which countries share each arc; one without a code goes by its name."""
    found: dict[int, list[str]] = {}
    for country in topology["objects"]["countries"]["geometries"]:
        code = country.get("id") or country["properties"]["name"]
        for number in {n if n >= 0 else ~n for polygon in polygons(country) for part in polygon for n in part}:
            found.setdefault(number, []).append(code)
    return found


def is_disputed(codes: list[str], line: Line) -> bool:
    """Say whether a border is claimed differently by its sides."""
    if any(not code.isdigit() for code in codes):
        return True
    pair = frozenset(codes)
    if pair not in DISPUTED:
        return False
    box = DISPUTED[pair]
    lat, lon = line[len(line) // 2]
    return box is None or (box[0] <= lat / 1000 <= box[2] and box[1] <= lon / 1000 <= box[3])


def packed(line: Line) -> list[int]:
    """Return first point and differences, flat: it packs to half the size."""
    flat = list(line[0])
    for before, after in itertools.pairwise(line):
        flat += [after[0] - before[0], after[1] - before[1]]
    return flat


def shapes(topology: dict[str, Any], arcs: list[Line], codes: dict[str, str]) -> dict[str, list[list[list[int]]]]:
    """Return each country's polygons, a line and its holes, by ISO 3166-1 alpha-2.

    codes: alpha-2 by numeric code without leading noughts.
    """
    found: dict[str, list[list[list[int]]]] = {}
    for country in topology["objects"]["countries"]["geometries"]:
        name = country["properties"]["name"]
        owned = CLAIMED.get(name) or (codes[country["id"].lstrip("0")],)
        # A flat map cuts Antarctica open along the pole. On the earth that edge is a point, and none of its borders.
        drawn = [
            [packed(line) for line in (ring(part, arcs) for part in polygon) if max(line)[0] > -89_900]
            for polygon in polygons(country)
        ]
        for code in owned:
            found.setdefault(code, []).extend(drawn)
        for code, boxes in ALSO.items():
            if code not in owned:
                within = [shape for shape in drawn if any(lies_in(shape[0], box) for box in boxes)]
                found.setdefault(code, []).extend(within)
    return {code: drawn for code, drawn in sorted(found.items()) if drawn}


def lies_in(line: list[int], box: tuple[float, float, float, float]) -> bool:
    """Say whether a packed line lies in a box of degrees, all of it."""
    lats, lons = list(itertools.accumulate(line[::2])), list(itertools.accumulate(line[1::2]))
    south, west, north, east = (1000 * degrees for degrees in box)
    return south <= min(lats) and max(lats) <= north and west <= min(lons) and max(lons) <= east


def write(name: str, text: str) -> None:
    """Write a file packed, without a date in it."""
    path = HERE / name
    path.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    print(f"{name}: {path.stat().st_size:,} bytes")


def row(town: dict[str, Any]) -> tuple[float, float, int, str, str]:
    """Return what is kept of a town."""
    lat, lon = round(town["latitude"], 4), round(town["longitude"], 4)
    return lat, lon, town["population"], town["countrycode"], town["name"]


def called(towns: list[tuple[str, list[str]]]) -> str:
    """Return by which names each town goes: a name, and the numbers of the towns that have it, in the order of the bytes.

    A name in small ASCII letters alone is how a machine has spelt one of another script, and one in capitals is a code.
    """
    found: dict[str, list[int]] = {}
    for number, (name, others) in enumerate(towns):
        names = (name, *(one for one in others if not (one.isascii() and one in (one.lower(), one.upper()))))
        for key in dict.fromkeys(map(folded, names)):
            if key:
                found.setdefault(key, []).append(number)
    lines = ("\t".join((key, *map(str, numbers))) + "\n" for key, numbers in found.items())
    return "".join(sorted(lines, key=str.encode))


def main(countries: str, cities: str, names: str) -> None:
    """Make the files."""
    topology = json.loads(Path(countries).read_text())
    arcs = decoded(topology)
    land = [
        packed(ring(part, arcs))
        for geometry in topology["objects"]["land"]["geometries"]
        for polygon in polygons(geometry)
        for part in polygon
    ]
    shared = {number: codes for number, codes in owners(topology).items() if len(codes) > 1}
    lines: dict[bool, list[list[int]]] = {False: [], True: []}
    for number, codes in sorted(shared.items()):
        lines[is_disputed(codes, arcs[number])].append(packed(arcs[number]))
    world = {"land": land, "borders": lines[False], "disputed": lines[True]}
    write("world.json.gz", json.dumps(world, separators=(",", ":")))

    alpha2 = {str(one["isonumeric"]): one["iso"] for one in json.loads(Path(names).read_text()).values()}
    write("borders.json.gz", json.dumps(shapes(topology, arcs, alpha2), separators=(",", ":")))

    towns = sorted((row(town), town["alternatenames"]) for town in json.loads(Path(cities).read_text()).values())
    write("towns.tsv.gz", "".join("\t".join(map(str, town)) + "\n" for town, _ in towns))
    write("names.tsv.gz", called([(str(town[-1]), others) for town, others in towns]))


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
