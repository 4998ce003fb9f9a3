"""The first tables: models, conversations, settings.

Revision ID: 0001
Revises:
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from jupyter_llmops.core.i18n import msg
from jupyter_llmops.storage.problems import UnsuitableDatabase
from jupyter_llmops.storage.types import JSON, Blob, Identifier, LongText, ShortText, UTCDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def short_grams(row: str) -> str:
    """Return SQL for the grams of `search_terms.word_grams`, joined by spaces.

    Triggers know no recursion, hence the table of numbers. The text is cut into blocks of 1000 first, because
    substr() counts characters from the start each time. `seen` is a character between its neighbours.
    """
    other = "[^' || char(1) || '-' || char(127) || ']"  # no ASCII; GLOB is quicker than comparing parts
    return f"""
    SELECT group_concat(
        substr(seen, 2, 1) || CASE
            WHEN seen GLOB '?{other}{other}' OR seen GLOB '?[a-z0-9][a-z0-9]'
            THEN ' ' || substr(seen, 2) ELSE ''
        END, ' ')
    FROM (
        SELECT substr(block, n + 1, 3) AS seen
        FROM (
            SELECT substr(' ' || lower({row}.content), start.n * 1000 + 1, 1002) AS block
            FROM chat_search_numbers AS start WHERE start.n * 1000 < length({row}.content) LIMIT 1000
        ) CROSS JOIN chat_search_numbers WHERE n < length(block) - 1 LIMIT -1
    )
    WHERE seen GLOB '?{other}*' OR seen GLOB '[^a-z0-9][a-z0-9]*'"""


def index_row(row: str, command: str = "") -> str:
    """Return statements that put a row into both indexes, or with the command 'delete' take it out."""
    first = {"text": f"{row}.content", "short": f"({short_grams(row)})"}
    statements = ""
    for name, value in first.items():
        table = f"chat_search_{name}"
        columns = f"{table}, rowid, grams" if command else "rowid, grams"
        values = f"'{command}', " if command else ""
        statements += f"""
        INSERT INTO {table}({columns}) SELECT {values}(id << 40) | {row}.id, {value}
        FROM chat_search_owners WHERE owner = {row}.owner AND {row}.status <> 'streaming';"""
    return statements


# Only finished messages are in the index: a live one is written every second. The indexes keep no text
# of their own (content='') and no positions (detail=none): the message itself decides.
SQLITE_SEARCH = [
    "CREATE TABLE chat_search_owners (id INTEGER PRIMARY KEY, owner VARCHAR(255) NOT NULL UNIQUE)",
    "CREATE TABLE chat_search_numbers (n INTEGER PRIMARY KEY)",
    "INSERT INTO chat_search_numbers WITH RECURSIVE count(n) AS "
    "(SELECT 0 UNION ALL SELECT n + 1 FROM count WHERE n < 999) SELECT n FROM count",
    "CREATE VIRTUAL TABLE chat_search_text USING fts5("
    "grams, content='', columnsize=0, detail=none, tokenize='trigram')",
    "CREATE VIRTUAL TABLE chat_search_short USING fts5("
    "grams, content='', columnsize=0, detail=none, tokenize='ascii')",
    f"""CREATE TRIGGER chat_search_insert AFTER INSERT ON chat_messages
    BEGIN
        INSERT OR IGNORE INTO chat_search_owners(owner) VALUES (NEW.owner);
        {index_row("NEW")}
    END""",
    f"""CREATE TRIGGER chat_search_delete AFTER DELETE ON chat_messages WHEN OLD.status <> 'streaming'
    BEGIN
        {index_row("OLD", "delete")}
    END""",
    f"""CREATE TRIGGER chat_search_update AFTER UPDATE OF content, status ON chat_messages
    WHEN (OLD.status = 'streaming') <> (NEW.status = 'streaming')
        OR (NEW.status <> 'streaming' AND OLD.content <> NEW.content)
    BEGIN
        {index_row("OLD", "delete")}
        {index_row("NEW")}
    END""",
]

ASCII = r"[\u0001-\u007f]"
SEARCH_TABLES = ("chat_search_text", "chat_search_short", "chat_search_owners", "chat_search_numbers")
POSTGRESQL_SEARCH = [
    # show_trgm gives the trigrams of ASCII words, their beginnings padded with spaces; of other scripts every
    # character and every two neighbours are taken: pairs from the first character on, pairs from the second.
    rf"""CREATE FUNCTION chat_search_grams(owner text, content text) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ARRAY['@' || owner]
    || show_trgm(regexp_replace(lower(content), '[^\u0001-\u007f]+', ' ', 'g'))
    || string_to_array(regexp_replace(lower(content), '{ASCII}+', '', 'g'), NULL)
    || array_remove(string_to_array(
        regexp_replace(
            regexp_replace(lower(content), '{ASCII}+', ' ', 'g'),
            '([^ ]{{2}})', '\1 ', 'g')
        || ' ' ||
        regexp_replace(
            regexp_replace(lower(content), '(^|{ASCII}+)[^\u0001-\u007f]?', ' ', 'g'),
            '([^ ]{{2}})', '\1 ', 'g'),
        ' '), '')""",
    """CREATE INDEX chat_search_index ON chat_messages
    USING gin ((chat_search_grams(owner, content) COLLATE "C"))
    WITH (gin_pending_list_limit = 512) WHERE status <> 'streaming'""",
]


def require_trigrams(connection: sa.Connection) -> None:
    """Make sure of the extension pg_trgm; only some roles may create one."""
    if connection.scalar(sa.text("SELECT count(*) FROM pg_extension WHERE extname = 'pg_trgm'")):
        return
    try:
        with connection.begin_nested():
            connection.execute(sa.text("CREATE EXTENSION pg_trgm"))
    except sa.exc.DBAPIError as error:
        raise UnsuitableDatabase(
            msg("Search needs PostgreSQL's extension pg_trgm, which this database does not have."),
            remedy=msg("Ask its administrator to run “CREATE EXTENSION pg_trgm” in it, then start again."),
        ) from error


def upgrade() -> None:
    """Make all tables."""
    op.create_table(
        "app_settings",
        sa.Column("owner", ShortText(255), nullable=False),
        sa.Column("key", ShortText(100), nullable=False),
        sa.Column("value", JSON(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("owner", "key", name=op.f("pk_app_settings")),
    )
    op.create_table(
        "manual_models",
        sa.Column("id", Identifier, autoincrement=True, nullable=False),
        sa.Column("owner", ShortText(255), nullable=False),
        sa.Column("provider_id", ShortText(64), nullable=False),
        sa.Column("model", ShortText(500), nullable=False),
        sa.Column("name", ShortText(500), nullable=False),
        sa.Column("capabilities", JSON(), nullable=False),
        sa.Column("context_length", sa.Integer(), nullable=True),
        sa.Column("parameter_size", ShortText(32), nullable=False),
        sa.Column("quantization", ShortText(32), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_manual_models")),
        sa.UniqueConstraint(
            "owner", "provider_id", "model", name=op.f("uq_manual_models_owner_provider_id_model")
        ),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "model_configs",
        sa.Column("id", Identifier, autoincrement=True, nullable=False),
        sa.Column("owner", ShortText(255), nullable=False),
        sa.Column("name", ShortText(255), nullable=False),
        sa.Column("notes", LongText(), nullable=False),
        sa.Column("provider_id", ShortText(64), nullable=False),
        sa.Column("endpoint", ShortText(2000), nullable=False),
        sa.Column("model", ShortText(500), nullable=False),
        sa.Column("api_key_encrypted", Blob, nullable=True),
        sa.Column("api_key_hint", ShortText(16), nullable=False),
        sa.Column("parameters", JSON(), nullable=False),
        sa.Column("system_prompt", LongText(), nullable=False),
        sa.Column("is_default", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("groups", JSON(), nullable=False),
        sa.Column("demo", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("last_test", JSON(), nullable=True),
        sa.Column("deleted_at", UTCDateTime(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model_configs")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_model_configs_owner_deleted_at_name_id"),
        "model_configs",
        ["owner", "deleted_at", "name", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_model_configs_owner_deleted_at_updated_at_id"),
        "model_configs",
        ["owner", "deleted_at", "updated_at", "id"],
        unique=False,
    )
    op.create_table(
        "provider_settings",
        sa.Column("owner", ShortText(255), nullable=False),
        sa.Column("provider_id", ShortText(64), nullable=False),
        sa.Column("enabled", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("endpoint", ShortText(2000), nullable=False),
        sa.Column("api_key_encrypted", Blob, nullable=True),
        sa.Column("api_key_hint", ShortText(16), nullable=False),
        sa.Column("options", JSON(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("owner", "provider_id", name=op.f("pk_provider_settings")),
    )
    op.create_table(
        "user_settings",
        sa.Column("owner", ShortText(255), nullable=False),
        sa.Column("data", JSON(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("owner", name=op.f("pk_user_settings")),
    )
    op.create_table(
        "chat_sessions",
        sa.Column("id", Identifier, autoincrement=True, nullable=False),
        sa.Column("owner", ShortText(255), nullable=False),
        sa.Column("title", ShortText(500), nullable=False),
        sa.Column("title_source", ShortText(8), nullable=False),
        sa.Column("model_config_id", Identifier, nullable=True),
        sa.Column("model", ShortText(500), nullable=False),
        sa.Column("provider_id", ShortText(64), nullable=False),
        sa.Column("prompt_ids", JSON(), nullable=False),
        sa.Column("system_prompt", LongText(), nullable=False),
        sa.Column("parameters", JSON(), nullable=False),
        sa.Column("pinned", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("archived", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("message_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("current_message_id", Identifier, nullable=True),
        sa.Column("deleted_at", UTCDateTime(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["model_config_id"],
            ["model_configs.id"],
            name=op.f("fk_chat_sessions_model_config_id_model_configs"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_sessions")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_chat_sessions_deleted_at"), "chat_sessions", ["deleted_at"], unique=False)
    op.create_index(
        op.f("ix_chat_sessions_owner_deleted_at"), "chat_sessions", ["owner", "deleted_at"], unique=False
    )
    op.create_index(
        "ix_chat_sessions_list",
        "chat_sessions",
        ["owner", "archived", "pinned", "updated_at", "id", "title"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        op.f("ix_chat_sessions_model_config_id"), "chat_sessions", ["model_config_id"], unique=False
    )
    op.create_index(
        op.f("ix_chat_sessions_owner_model_config_id"),
        "chat_sessions",
        ["owner", "model_config_id"],
        unique=False,
    )
    op.create_table(
        "model_config_versions",
        sa.Column("id", Identifier, autoincrement=True, nullable=False),
        sa.Column("owner", ShortText(255), nullable=False),
        sa.Column("config_id", Identifier, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("data", JSON(), nullable=False),
        sa.Column("api_key_encrypted", Blob, nullable=True),
        sa.Column("api_key_hint", ShortText(16), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["config_id"],
            ["model_configs.id"],
            name=op.f("fk_model_config_versions_config_id_model_configs"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model_config_versions")),
        sa.UniqueConstraint("config_id", "version", name=op.f("uq_model_config_versions_config_id_version")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_model_config_versions_owner"), "model_config_versions", ["owner"], unique=False)
    op.create_table(
        "chat_messages",
        sa.Column("id", Identifier, autoincrement=True, nullable=False),
        sa.Column("owner", ShortText(255), nullable=False),
        sa.Column("session_id", Identifier, nullable=False),
        sa.Column("parent_id", Identifier, nullable=True),
        sa.Column("role", ShortText(16), nullable=False),
        sa.Column("thinking_ms", sa.Integer(), nullable=True),
        sa.Column("status", ShortText(16), nullable=False),
        sa.Column("model", ShortText(500), nullable=False),
        sa.Column("provider_id", ShortText(64), nullable=False),
        sa.Column("model_config_id", Identifier, nullable=True),
        sa.Column("parameters", JSON(), nullable=False),
        sa.Column("usage", JSON(), nullable=True),
        sa.Column("cost", sa.Float(), nullable=True),
        sa.Column("ttft_ms", sa.Integer(), nullable=True),
        sa.Column("total_ms", sa.Integer(), nullable=True),
        sa.Column("finish_reason", ShortText(64), nullable=True),
        sa.Column("error", JSON(), nullable=True),
        sa.Column("notices", JSON(), nullable=False),
        sa.Column("rating", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.Column("content", LongText(), nullable=False),
        sa.Column("thinking", LongText(), nullable=False),
        sa.ForeignKeyConstraint(
            ["parent_id"],
            ["chat_messages.id"],
            name=op.f("fk_chat_messages_parent_id_chat_messages"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["chat_sessions.id"],
            name=op.f("fk_chat_messages_session_id_chat_sessions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_messages")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_chat_messages_owner_id"), "chat_messages", ["owner", "id"], unique=False)
    op.create_index(op.f("ix_chat_messages_parent_id"), "chat_messages", ["parent_id"], unique=False)
    op.create_index(
        op.f("ix_chat_messages_session_id_id"), "chat_messages", ["session_id", "id"], unique=False
    )
    op.create_index(
        "ix_chat_messages_streaming",
        "chat_messages",
        ["status"],
        unique=False,
        sqlite_where=sa.text("status = 'streaming'"),
        postgresql_where=sa.text("status = 'streaming'"),
    )
    op.create_table(
        "chat_images",
        sa.Column("id", Identifier, autoincrement=True, nullable=False),
        sa.Column("owner", ShortText(255), nullable=False),
        sa.Column("session_id", Identifier, nullable=False),
        sa.Column("message_id", Identifier, nullable=False),
        sa.Column("media_type", ShortText(64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("sha256", ShortText(64), nullable=False),
        sa.Column("data", Blob, nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["chat_messages.id"],
            name=op.f("fk_chat_images_message_id_chat_messages"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["chat_sessions.id"],
            name=op.f("fk_chat_images_session_id_chat_sessions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_images")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_chat_images_message_id"), "chat_images", ["message_id"], unique=False)
    op.create_index(op.f("ix_chat_images_session_id"), "chat_images", ["session_id"], unique=False)
    if op.get_bind().dialect.name == "sqlite":
        for statement in SQLITE_SEARCH:
            op.get_bind().exec_driver_sql(statement)
    else:
        require_trigrams(op.get_bind())
        for statement in POSTGRESQL_SEARCH:
            op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    """Drop them, those that refer to others first."""
    op.drop_table("chat_images")
    op.drop_table("chat_messages")
    op.drop_table("model_config_versions")
    op.drop_table("chat_sessions")
    op.drop_table("user_settings")
    op.drop_table("provider_settings")
    op.drop_table("model_configs")
    op.drop_table("manual_models")
    op.drop_table("app_settings")
    for table in SEARCH_TABLES:
        op.execute(f"DROP TABLE IF EXISTS {table}")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION chat_search_grams")
