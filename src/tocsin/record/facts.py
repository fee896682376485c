"""What can happen to the record itself: its keys, and the witnesses it asks. All of it is public."""

from tocsin.basis.fact import Fact


class RecordKeyAdded(Fact, frozen=True, kw_only=True):
    """A key signs the record from now on. vkey: the key in C2SP form."""

    vkey: str


class RecordKeyRetired(Fact, frozen=True, kw_only=True):
    """A key signs no more. What it signed stands."""

    vkey: str


class WitnessAdded(Fact, frozen=True, kw_only=True):
    """A witness is asked for its cosignature from now on."""

    name: str
    vkey: str


class WitnessRemoved(Fact, frozen=True, kw_only=True):
    """A witness is not asked any more."""

    vkey: str
