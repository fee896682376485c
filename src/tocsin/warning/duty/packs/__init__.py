"""The policy packs that come with Tocsin, a file each."""

from tocsin.basis.errors import Refused
from tocsin.warning.duty.pack import Pack
from tocsin.warning.duty.packs.everyone import EVERYONE
from tocsin.warning.duty.packs.icd_191 import ICD_191

DEFAULT = EVERYONE
PACKS: dict[str, Pack] = {one.name: one for one in (EVERYONE, ICD_191)}


def pack_of(name: str) -> Pack:
    """Return the pack of that name.

    Raises:
        Refused: there is none.
    """
    if name not in PACKS:
        raise Refused(f"There is no policy pack {name!r}. These are: {', '.join(PACKS)}.")
    return PACKS[name]
