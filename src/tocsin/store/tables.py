"""The tables: the journal and what hangs on it, the bulk logs, and one table for each kind of state."""

import re
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from tocsin.answer.institution.state import HandingWish, Question
from tocsin.answer.state import Watch
from tocsin.basis.fact import State
from tocsin.people.state import Contact, Person
from tocsin.report.foreign import ForeignObject
from tocsin.report.state import Incident, Report
from tocsin.store.columns import Moment, fields
from tocsin.store.kinds import STATES
from tocsin.threat.state import Threat
from tocsin.warning.advisory.state import Advisory
from tocsin.warning.alert.state import Alert
from tocsin.warning.notice.state import Notice
from tocsin.warning.statement.state import Statement

metadata = sa.MetaData()


def _table(name: str, *parts: sa.schema.SchemaItem, rowid: bool = True, counts: bool = False) -> sa.Table:
    return sa.Table(name, metadata, *parts, sqlite_autoincrement=counts, sqlite_with_rowid=rowid)


# ---- the journal, and what commit keeps beside it

journal = _table(
    "journal",
    sa.Column("seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("id", sa.Text, nullable=False, unique=True),
    sa.Column("v", sa.Integer, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False, index=True),
    sa.Column("occurred_at", Moment, nullable=False),
    sa.Column("recorded_at", Moment, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("command", sa.Text, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
)

versions = _table(
    "versions",
    sa.Column("subject", sa.Text, primary_key=True),
    sa.Column("version", sa.BigInteger, nullable=False),
    rowid=False,
)

commands = _table(
    "commands",
    sa.Column("command", sa.Text, primary_key=True),
    sa.Column("first_seq", sa.BigInteger, nullable=False),
    sa.Column("last_seq", sa.BigInteger, nullable=False),
    rowid=False,
)

outbox = _table(
    "outbox",
    sa.Column("seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("due", Moment, nullable=False, index=True),
    sa.Column("errand", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    counts=True,  # rows are struck out, and commands are named for their numbers: none may come twice
)

house = _table(
    "house",
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
    rowid=False,
)

# ---- the record: plain entries, commitments that wait for the next seal, and what was sealed

entries = _table(
    "entries",
    sa.Column("number", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("entry", sa.LargeBinary, nullable=False),
    sa.Column("leaf", sa.LargeBinary, nullable=False),
    sa.Column("fact_seq", sa.BigInteger),
)
# A fact leaves one entry at most; seals, which are most of them, stand for none and need no place in an index.
_stands_for = entries.c.fact_seq.is_not(None)
sa.Index("entries_fact_seq", entries.c.fact_seq, unique=True, sqlite_where=_stands_for, postgresql_where=_stands_for)

# salt: nothing where it follows from a person's own key; then owner says whose. entry, place: where it was sealed first.
# held: the latest sealed entry that holds it. opening: the entry that says it was opened.
commitments = _table(
    "commitments",
    sa.Column("fact_seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("salt", sa.LargeBinary),
    sa.Column("owner", sa.Text),
    sa.Column("commitment", sa.LargeBinary, nullable=False),
    sa.Column("entry", sa.BigInteger, index=True),
    sa.Column("place", sa.Integer),
    sa.Column("held", sa.BigInteger, index=True),
    sa.Column("opening", sa.BigInteger),
)

seals = _table(
    "seals",
    sa.Column("entry", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("at", Moment, nullable=False, unique=True),
    sa.Column("open_by", Moment, nullable=False, index=True),
    sa.Column("dummies", sa.LargeBinary, nullable=False),
    sa.Column("kept_dummies", sa.LargeBinary, nullable=False),
)

keeps = _table(
    "keeps",
    sa.Column("entry", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("fact_seq", sa.BigInteger, nullable=False, index=True),
    rowid=False,
)

tree = _table(
    "tree",
    sa.Column("one", sa.Integer, primary_key=True),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("frontier", sa.LargeBinary, nullable=False),
    sa.Column("next_seal", Moment, nullable=False),
    sa.Column("settled", Moment, nullable=False),
)

# What was signed, and who has seen it. A size is signed once, and never a smaller one after a larger.
checkpoints = _table(
    "checkpoints",
    sa.Column("size", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("root", sa.LargeBinary, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("note", sa.LargeBinary, nullable=False),
    sa.Column("witnessed", sa.Boolean, nullable=False),
    sa.Column("published", sa.Boolean, nullable=False),
)

# Each person's receipt or answer under one root: what stands at which place, and the dummies beside it.
receipt_trees = _table(
    "receipt_trees",
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("filled", sa.LargeBinary, nullable=False),
    sa.Column("dummies", sa.LargeBinary, nullable=False),
    rowid=False,
)

# ---- bulk: who is in a batch, who has it in hand, what came of each; and the log of answers

# leases.set_at: when its due was set. cut_off: whoever had the batch in hand stopped without a word. What was in flight then may have arrived.
recipients = _table(
    "recipients",
    sa.Column("row", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("batch", sa.Text, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("warning", sa.Text, nullable=False, index=True),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("contact", sa.Text, nullable=False),
    sa.UniqueConstraint("batch", "position", name="recipients_batch_position"),
)

leases = _table(
    "leases",
    sa.Column("batch", sa.Text, primary_key=True),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("lane", sa.Integer, nullable=False),
    sa.Column("due", Moment),
    sa.Column("set_at", Moment),
    sa.Column("owner", sa.Text),
    sa.Column("cut_off", sa.Boolean, nullable=False, server_default=sa.false()),
    rowid=False,
)
# Most batches are settled and never due again; only the others are looked through.
_is_due = leases.c.due.is_not(None)
sa.Index("leases_due", leases.c.channel, leases.c.lane, leases.c.due, sqlite_where=_is_due, postgresql_where=_is_due)

# What an account with a provider may still send now: a token bucket, so that a restart does not fill it.
allowances = _table(
    "allowances",
    sa.Column("account", sa.Text, primary_key=True),
    sa.Column("tokens", sa.Float, nullable=False),
    sa.Column("at", Moment, nullable=False),
    rowid=False,
)

# The result log. A note says what came of one try at some places of a batch that went alike, which are most of them.
# positions: a JSON array, in the order in which they were handed in; each place stands in it once.
notes = _table(
    "notes",
    sa.Column("seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("batch", sa.Text, nullable=False, index=True),
    sa.Column("positions", sa.Text, nullable=False),
    sa.Column("stands", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("again", Moment),
    sa.Column("echo", sa.Boolean, nullable=False, server_default=sa.false()),
)
# Few notes are echoes: what was heard back. They are summed up by themselves.
_is_echo = notes.c.echo == sa.true()
sa.Index("notes_echoes", notes.c.at, sqlite_where=sa.text("echo = 1"), postgresql_where=_is_echo)

# The same log with a row for each place: a view, for whoever need not be fast. Several rows have the seq of one note.
results = sa.table(
    "results",
    sa.column("seq", sa.Integer),
    sa.column("batch", sa.Text),
    sa.column("position", sa.Integer),
    sa.column("stands", sa.Text),
    sa.column("at", Moment),
    sa.column("attempt", sa.Integer),
    sa.column("detail", sa.Text),
    sa.column("again", Moment),
    sa.column("echo", sa.Boolean),
)

# What came back about messages that went out, until it is known which deliveries these are. A row taken in is struck out.
echoes = _table(
    "echoes",
    sa.Column("seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("message", sa.Text, nullable=False),
    sa.Column("said", sa.Text, nullable=False),
    sa.Column("for_good", sa.Boolean, nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("due", Moment, nullable=False, index=True),
    counts=True,
)

answer_log = _table(
    "answer_log",
    sa.Column("seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("recipient_row", sa.BigInteger, nullable=False),
    sa.Column("answer", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("heard", sa.Text, nullable=False, server_default="link"),
)

answers_by_link = _table(
    "answers_by_link",
    sa.Column("log_seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("warning", sa.Text, nullable=False, index=True),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("answer", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
)

sa.Index("answers_by_link_person", answers_by_link.c.person, answers_by_link.c.warning)

# What was counted, up to a place in a log. It is no truth, and may be removed at any time: see shelf.py.
laid_by = _table(
    "laid_by",
    sa.Column("name", sa.Text, primary_key=True, nullable=False),
    sa.Column("upto", sa.BigInteger, primary_key=True, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("mark", sa.LargeBinary, nullable=False),
)

# The messages that have been taken in as replies, by a hash of their provider's id for each: said again, they change nothing.
replies_seen = _table(
    "replies_seen",
    sa.Column("message", sa.Text, primary_key=True),
    sa.Column("at", Moment, nullable=False, index=True),
    rowid=False,
)

# CAP messages that others sent us, as they came, each with the verdict at its receipt: which rules it breaks, and whether a key
# that was pinned then had signed it. The same bytes are kept once; what shares an identity but not the bytes stands side by side.
received = _table(
    "received",
    sa.Column("number", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("sha256", sa.LargeBinary, nullable=False, unique=True),
    sa.Column("sender", sa.Text, nullable=False),
    sa.Column("identifier", sa.Text, nullable=False),
    sa.Column("sent", Moment, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("received_at", Moment, nullable=False),
    sa.Column("ok", sa.Boolean, nullable=False),
    sa.Column("problems", sa.Text, nullable=False),
    sa.Column("signature", sa.Text, nullable=False),
    sa.Column("signed_by", sa.Text),
    sa.Column("raw", sa.LargeBinary, nullable=False),
)
sa.Index("received_identity", received.c.sender, received.c.identifier, received.c.sent)

# What those messages are to one another: how each stands by itself, and which others it replaces or ends (store/chains.py).
received_chain = _table(
    "received_chain",
    sa.Column("number", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("sender", sa.Text, nullable=False),
    sa.Column("identifier", sa.Text, nullable=False),
    sa.Column("sent", Moment, nullable=False),
    sa.Column("msg_type", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("scope", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("received_at", Moment, nullable=False),
    sa.Column("signature", sa.Text, nullable=False),
    sa.Column("warns", sa.Boolean, nullable=False),
    sa.Column("begins", Moment, nullable=False),
    sa.Column("ends", Moment, nullable=False),
    sa.Column("again", sa.BigInteger),
    sa.Column("reissue_of", sa.BigInteger),
    sa.Column("words", sa.LargeBinary, nullable=False),
    sa.Column("odd", sa.Text, nullable=False),
)
sa.Index("received_chain_identity", received_chain.c.sender, received_chain.c.identifier, received_chain.c.sent)
_WARNS = sa.text("warns")
# What was in force at a past moment began before it and ended after it: both stand here, so the many that began later cost nothing.
sa.Index(
    "received_chain_ends",
    received_chain.c.ends,
    received_chain.c.begins,
    received_chain.c.number,
    sqlite_where=_WARNS,
    postgresql_where=_WARNS,
)
sa.Index("received_chain_words", received_chain.c.words)

received_over = _table(
    "received_over",
    sa.Column("sender", sa.Text, primary_key=True),
    sa.Column("identifier", sa.Text, primary_key=True),
    sa.Column("sent", Moment, primary_key=True),
    sa.Column("by_number", sa.BigInteger, primary_key=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("received_at", Moment, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("signed", sa.Boolean, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
)
sa.Index("received_over_by", received_over.c.by_number)

# By which inlets a message came: the same bytes are kept once, and may come by several.
received_ways = _table(
    "received_ways",
    sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("inlet", sa.Text, primary_key=True),
    sa.Column("at", Moment, nullable=False),
    rowid=False,
)
sa.Index("received_ways_inlet", received_ways.c.inlet, received_ways.c.number)

# What a list shows of a message, so that none has to be read again for it: see store/gist.py.
received_gists = _table(
    "received_gists",
    sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("name", sa.Text, nullable=False, unique=True),
    sa.Column("gist", sa.Text, nullable=False),
)

# How it goes with an inlet, and when its feed is next asked. These change with every asking and are no facts.
inlet_stands = _table(
    "inlet_stands",
    sa.Column("inlet", sa.Text, primary_key=True),
    sa.Column("due", Moment, index=True),
    sa.Column("tag", sa.Text, nullable=False, server_default=""),
    sa.Column("modified", sa.Text, nullable=False, server_default=""),
    sa.Column("digest", sa.LargeBinary, nullable=False, server_default=sa.text("x''")),
    sa.Column("round", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("asked_at", Moment),
    sa.Column("heard_at", Moment),
    sa.Column("failures", sa.Integer, nullable=False, server_default="0"),
    sa.Column("quiet", sa.Integer, nullable=False, server_default="0"),
    sa.Column("trouble", sa.Text, nullable=False, server_default=""),
    sa.Column("newest_sent", Moment),
    sa.Column("kept", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("refused", sa.BigInteger, nullable=False, server_default="0"),
    rowid=False,
)

# What a feed lists: an address that it links to, or a message that stands in it. due: when it is fetched; nothing once that is
# done or given up. number: the message. round: of the last asking that found it listed; gone_at: when one did not.
inlet_items = _table(
    "inlet_items",
    sa.Column("inlet", sa.Text, primary_key=True),
    sa.Column("item", sa.Text, primary_key=True),
    sa.Column("stamp", sa.Text, nullable=False),
    sa.Column("round", sa.BigInteger, nullable=False),
    sa.Column("due", Moment),
    sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
    sa.Column("number", sa.BigInteger),
    sa.Column("why", sa.Text, nullable=False, server_default=""),
    sa.Column("gone_at", Moment),
    rowid=False,
)
_wanted = inlet_items.c.due.is_not(None)
sa.Index("inlet_items_due", inlet_items.c.inlet, inlet_items.c.due, sqlite_where=_wanted, postgresql_where=_wanted)
sa.Index("inlet_items_number", inlet_items.c.number)
sa.Index("inlet_items_round", inlet_items.c.inlet, inlet_items.c.round)

# What was not kept, and why. Its words are not: a stranger could fill the disc with them.
inlet_refusals = _table(
    "inlet_refusals",
    sa.Column("seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("inlet", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("sha256", sa.LargeBinary, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    counts=True,
)
sa.Index("inlet_refusals_inlet", inlet_refusals.c.inlet, inlet_refusals.c.seq)

# Nothing in these is ever changed or removed; the migrations add triggers that refuse it.
APPEND_ONLY = (journal, entries, notes, answer_log, recipients, seals, keeps, receipt_trees)


# ---- states

_NAMES = re.compile(r"(?<!^)(?=[A-Z])")


def _name(kind: type[State]) -> str:
    return _NAMES.sub("_", kind.__name__).lower() + "_states"


def _state_table(kind: type[State]) -> sa.Table:
    columns = [field.column for field in fields(kind)]
    for column in columns:
        if column.name == "id":
            column.primary_key = True
            column.nullable = False
        if column.name in ("due", "threat", "warning", "person", "group", "post", "organisation"):
            column.index = True
    return _table(_name(kind), *columns)


_STATE_TABLES: dict[type[State], sa.Table] = {kind: _state_table(kind) for kind in STATES}

# Few people ask to be left alone, and each warning that is no danger to life asks who.
_people = _STATE_TABLES[Person]
_paused = _people.c.paused_at.is_not(None)
sa.Index("person_states_paused", _people.c.id, sqlite_where=_paused, postgresql_where=_paused)

# Few addresses are wrong, and the desk asks which.
_contacts = _STATE_TABLES[Contact]
_failed = _contacts.c.failed_at.is_not(None)
sa.Index("contact_states_failed", _contacts.c.failed_at, sqlite_where=_failed, postgresql_where=_failed)

# A case that is opened is held against what happened in the weeks before.
_incidents = _STATE_TABLES[Incident]
sa.Index("incident_states_happened_at", _incidents.c.happened_at)

# The desk lists cases a page at a time: those that nobody has ended, then the others, the latest opened first.
_threats = _STATE_TABLES[Threat]
_goes_on, _is_ended = _threats.c.ended.is_(None), _threats.c.ended.is_not(None)
_opened = (_threats.c.opened_at, _threats.c.id)
sa.Index("threat_states_open", *_opened, sqlite_where=_goes_on, postgresql_where=_goes_on)
sa.Index("threat_states_ended", *_opened, sqlite_where=_is_ended, postgresql_where=_is_ended)

# A page that names sources to choose from asks of each whether its reader may read anything of theirs.
_reports = _STATE_TABLES[Report]
sa.Index("report_states_source", _reports.c.source, _reports.c.mark)
sa.Index("report_states_received_at", _reports.c.received_at, _reports.c.id)

# The desk lists what was told a page at a time, by when it went out, or, before that, was begun: see told_at of the read door.
_alerts, _notices = _STATE_TABLES[Alert], _STATE_TABLES[Notice]
TOLD_AT: Mapping[type[State], sa.ColumnElement[Any]] = {
    Alert: sa.func.coalesce(_alerts.c.issued_at, _alerts.c.drafted_at),
    Notice: sa.func.coalesce(_notices.c.sent_at, _notices.c.decided_at),
    Advisory: _STATE_TABLES[Advisory].c.issued_at,
    Statement: _STATE_TABLES[Statement].c.published_at,
}
for _kind, _at in TOLD_AT.items():
    sa.Index(f"{_STATE_TABLES[_kind].name}_told_at", _at, _STATE_TABLES[_kind].c.id)

# The board asks what institutions wait for: nearly everything they ever asked has been decided.
_wishes, _questions = _STATE_TABLES[HandingWish], _STATE_TABLES[Question]
_undecided, _unanswered = _wishes.c.decided_at.is_(None), _questions.c.answered_at.is_(None)
sa.Index("handing_wish_states_open", _wishes.c.asked_at, sqlite_where=_undecided, postgresql_where=_undecided)
sa.Index("question_states_open", _questions.c.asked_at, sqlite_where=_unanswered, postgresql_where=_unanswered)

# Each answer asks whether somebody is being rung about it, and one warning may have a watch for each of its people.
_watches = _STATE_TABLES[Watch]
_rings = sa.and_(_watches.c.settled_at.is_(None), _watches.c.accepted_at.is_(None))
sa.Index(
    "watch_states_open", _watches.c.warning, _watches.c.why, _watches.c.of, sqlite_where=_rings, postgresql_where=_rings
)

# What came in as somebody's object is found again by what it is called there, by what it became here, and by its voice.
_foreign = _STATE_TABLES[ForeignObject]
sa.Index("foreign_object_states_foreign", _foreign.c.foreign_id)
sa.Index("foreign_object_states_report", _foreign.c.report)
_voiced = _foreign.c.origin != ""
sa.Index("foreign_object_states_origin", _foreign.c.origin, sqlite_where=_voiced, postgresql_where=_voiced)


def state_table(kind: type[State]) -> sa.Table:
    """Return the table in which states of this kind are kept."""
    return _STATE_TABLES[kind]
