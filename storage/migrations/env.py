"""Alembic's environment: run migrations on the engine that dafu opened."""

from typing import Literal

from alembic import context

from storage.models import Base, Instant


def render(kind: str, value: object, _context: object) -> str | Literal[False]:
    """Migrations name no class of ours: the models move on, migrations don't."""
    return "sa.DateTime()" if kind == "type" and isinstance(value, Instant) else False


engine = context.config.attributes["engine"]
with engine.execution_options(write=True).connect() as connection:
    context.configure(connection, target_metadata=Base.metadata, render_as_batch=True, render_item=render)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
