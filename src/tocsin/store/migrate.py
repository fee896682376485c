"""Bringing the tables up to this Tocsin's version, forward only. Alembic is loaded only when there is something to do."""

from pathlib import Path

import sqlalchemy as sa

from tocsin.basis.errors import Refused
from tocsin.store.database import FILE

HEAD = "0036"


def upgrade(engine: sa.Engine) -> None:
    """Run the migrations that are missing.

    Raises:
        Refused: the tables are those of a later Tocsin.
    """
    if _version(engine) == HEAD:
        return
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "schema"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise Refused(f"{FILE} was written by another Tocsin ({error}). Open it with that one.") from error


def _version(engine: sa.Engine) -> str | None:
    with engine.begin() as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
