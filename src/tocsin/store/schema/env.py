"""Alembic's door: it is handed a connection and runs the migrations on it, all in one transaction."""

from alembic import context

from tocsin.store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
