"""When a window ran out and nobody had decided: those that had run out before this was kept get it from the journal."""

import msgspec
import sqlalchemy as sa
from alembic import op

from tocsin.store.columns import Moment

revision = "0015"
down_revision = "0014"

RAN_OUT = {"alert_states": "AlertWindowRanOut", "notice_states": "NoticeWindowRanOut"}


def upgrade() -> None:
    """Fill it in."""
    line = op.get_bind()
    journal = sa.table("journal", sa.column("kind"), sa.column("subject"), sa.column("occurred_at", Moment()))
    for name, kind in RAN_OUT.items():
        states = sa.table(name, sa.column("id"), sa.column("window"))
        last = sa.select(journal.c.subject, sa.func.max(journal.c.occurred_at, type_=Moment()))
        found = line.execute(last.where(journal.c.kind == kind).group_by(journal.c.subject)).all()
        for warning, at in found:
            kept = line.execute(sa.select(states.c.window).where(states.c.id == warning)).scalar_one_or_none()
            window = msgspec.json.decode(kept) if kept else None
            if window is not None and window.get("ran_out_at") is None:
                filled = msgspec.json.encode(window | {"ran_out_at": at}).decode()
                line.execute(sa.update(states).where(states.c.id == warning).values(window=filled))
