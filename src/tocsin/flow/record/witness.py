"""Asks witnesses to cosign a checkpoint of ours, and says what each of them said.

Nothing is read or kept here: the checkpoint, the tree and the way out are handed in, and whoever asked keeps the
cosignatures, rings for a fork, and shows who did not answer. Sending a warning never waits for this.
"""

import queue
import threading
import time
from collections.abc import Callable, Generator, Sequence
from typing import Protocol

import msgspec

from tocsin.basis.errors import TocsinError
from tocsin.record import (
    Behind,
    Cosigned,
    Declined,
    Fork,
    Nodes,
    Request,
    make_request,
    prove_consistency,
    read_answer,
    witness_key,
    write_request,
)

PATH = "/add-checkpoint"


class Answer(Protocol):
    """What a host answered, word for word."""

    @property
    def status(self) -> int:
        """Return the status of HTTP."""
        ...

    @property
    def content_type(self) -> str:
        """Return the type that the head names."""
        ...

    @property
    def body(self) -> bytes:
        """Return the body, of bounded length."""
        ...


Post = Callable[[str, bytes], Answer]
"""post(url, body): raises Refused or Unreachable. Called from several threads at once."""


class WitnessAddress(msgspec.Struct, frozen=True):
    """A witness, and where we stand with it.

    vkey: its verifier key. url: its submission prefix. old: the size that it cosigned last, as far as we know; else 0.
    """

    vkey: str
    url: str
    old: int = 0


class Ahead(msgspec.Struct, frozen=True):
    """The witness has cosigned a larger tree of ours than we have: we were restored from a copy, or forked.

    Nothing may be signed before a person has found the larger tree.
    """

    size: int


class Lost(msgspec.Struct, frozen=True):
    """No answer, in the time there was. It delays nothing, and is shown."""

    why: str


Outcome = Cosigned | Ahead | Fork | Declined | Lost

ALARMS = (Ahead, Fork)
"""For these a person is rung at once. The others are a flag on the desk."""


def ask_witness(post: Post, note: bytes, old: int, nodes: Nodes, witness_vkey: str, url: str) -> Outcome:
    """Ask one witness for its cosignature, and once more if it was at another size than we thought.

    note: the checkpoint, signed by the log. nodes: of a tree at least as large. url: the witness's submission prefix.

    Raises:
        Refused: note is no signed checkpoint, or witness_vkey no cosigner's key.
    """
    talk = _talk(note, old, nodes, witness_vkey)
    try:
        body = next(talk)
        while True:
            body = talk.send(_posted(post, url, body))
    except StopIteration as end:
        outcome: Outcome = end.value
        return outcome


def gather(
    post: Post, note: bytes, nodes: Nodes, witnesses: Sequence[WitnessAddress], deadline_s: float
) -> list[Outcome]:
    """Ask several witnesses at the same time, and return what each said, in their order.

    note: the largest checkpoint that was signed. While this is under way, ask for no other: a witness that is shown the
    later one first would truly call the earlier one old, and that would look like Ahead. nodes: called in this thread alone. deadline_s: seconds for all of it; whoever has not answered then is Lost. What is
    still under way is left to end by itself, within the time limit of post.

    Raises:
        Refused: note is no signed checkpoint, or one of the witnesses has no cosigner's key.
    """
    until = time.monotonic() + deadline_s
    outcomes: list[Outcome] = [Lost(f"The witness did not answer within {deadline_s:g} seconds.")] * len(witnesses)
    talks = [_talk(note, one.old, nodes, one.vkey) for one in witnesses]
    heard: queue.SimpleQueue[tuple[int, Answer | Lost]] = queue.SimpleQueue()

    def ask(place: int, body: bytes) -> None:
        url = witnesses[place].url
        threading.Thread(target=lambda: heard.put((place, _posted(post, url, body))), daemon=True).start()

    for place, body in enumerate([next(talk) for talk in talks]):
        ask(place, body)
    open_talks = len(talks)
    while open_talks:
        try:
            place, answer = heard.get(timeout=max(0.0, until - time.monotonic()))
        except queue.Empty:
            break
        try:
            ask(place, talks[place].send(answer))
        except StopIteration as end:
            outcomes[place] = end.value
            open_talks -= 1
    return outcomes


def _talk(note: bytes, old: int, nodes: Nodes, vkey: str) -> Generator[bytes, Answer | Lost, Outcome]:
    """Yield what to send, be sent what came back, and return the outcome."""
    witness_key(vkey)
    size = make_request(0, (), note).checkpoint.size
    if old > size:
        old = 0  # let it say for itself what it knows
    for _ in range(2):
        request = _request(note, old, size, nodes)
        answer = yield write_request(request)
        if isinstance(answer, Lost):
            return answer
        said = read_answer(answer.status, answer.content_type, answer.body, request, vkey)
        if not isinstance(said, Behind):
            return said
        if said.size > size:
            return Ahead(said.size)
        old = said.size
    return Declined("The witness named another size each time; something else of ours may be asking it.")


def _request(note: bytes, old: int, size: int, nodes: Nodes) -> Request:
    return make_request(old, prove_consistency(old, size, nodes) if old else (), note)


def _posted(post: Post, url: str, body: bytes) -> Answer | Lost:
    try:
        return post(url.rstrip("/") + PATH, body)
    except TocsinError as error:
        return Lost(str(error))
    except Exception as error:  # noqa: BLE001  one witness must not keep the others from being heard
        return Lost(f"Asking the witness failed: {type(error).__name__}.")
