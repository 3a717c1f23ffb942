"""Find rows by a part of a name, whatever its brackets, width and case: ``name__says="消防（北京）"``.

Both sides are read the same way: NFKC, lower case, without spaces and punctuation. On PostgreSQL an index over the
pairs of characters (:func:`index`) answers for two characters, which trigrams cannot do for Chinese; it needs no
extension. SQLite reads the table.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django.db import migrations
from django.db.backends.signals import connection_created
from django.db.models import CharField, Lookup

PUNCTUATION = "()[]{}<>.,;:'\"!?_/\\·・«»《》〈〉【】〔〕「」“”‘’、。-"
_OUT = re.compile(rf"[\s{re.escape(PUNCTUATION)}]+")


def key_of(text: str) -> str:
    """``text`` as it is compared."""
    return _OUT.sub("", unicodedata.normalize("NFKC", text).lower())


def _sql_class() -> str:
    inner = "".join(f"\\{char}" if char in r"[]\^-" else char for char in PUNCTUATION).replace("'", "''")
    return f"[[:space:]{inner}]+"


FUNCTIONS = f"""
CREATE OR REPLACE FUNCTION huiji_search_key(value text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS
$$ SELECT regexp_replace(lower(normalize(value, NFKC)), '{_sql_class()}', '', 'g') $$;
CREATE OR REPLACE FUNCTION huiji_pairs(value text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS
$$ SELECT array_append(
    ARRAY(SELECT substr(value, n, 2) FROM generate_series(1, length(value) - 1) AS n), '^' || left(value, 1)) $$;
"""  # noqa: S608  nothing of it comes from outside


def index(table: str, column: str) -> migrations.RunPython:
    """The index for ``says`` on PostgreSQL; nothing elsewhere. Backwards it drops the index."""
    name = f"{table}_{column}_says"

    def forwards(_apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(FUNCTIONS, params=None)
            quote = schema_editor.quote_name
            schema_editor.execute(
                f"CREATE INDEX {quote(name)} ON {quote(table)} "
                f"USING gin (huiji_pairs(huiji_search_key({quote(column)}::text)))",
                params=None,
            )

    def backwards(_apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP INDEX IF EXISTS {schema_editor.quote_name(name)}", params=None)

    return migrations.RunPython(forwards, backwards)


@CharField.register_lookup
class Says(Lookup):  # type: ignore[type-arg]  # subscriptable in the stubs alone
    """A part of the text, both read by :func:`key_of`. An empty part is said by nothing; one character begins it."""

    lookup_name = "says"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """SQLite: the table is read."""
        left, params = self.process_lhs(compiler, connection)
        key = key_of(str(self.rhs))
        if not key:
            return "1 = 0", []
        pattern = f"{_escaped(key)}%" if len(key) == 1 else f"%{_escaped(key)}%"
        return f"huiji_search_key({left}) LIKE %s ESCAPE '\\'", [*params, pattern]

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        left, params = self.process_lhs(compiler, connection)
        key = key_of(str(self.rhs))
        if not key:
            return "false", []
        if len(key) == 1:
            return f"huiji_pairs(huiji_search_key({left}::text)) @> %s", [*params, [f"^{key}"]]
        pairs = [key[n : n + 2] for n in range(len(key) - 1)]
        ours = f"huiji_search_key({left}::text)"
        return f"(huiji_pairs({ours}) @> %s AND {ours} LIKE %s)", [*params, pairs, *params, f"%{_escaped(key)}%"]


def _escaped(text: str) -> str:
    return re.sub(r"([%_\\])", r"\\\1", text)


def _teach(connection: Any, **_rest: Any) -> None:
    if connection.vendor == "sqlite":
        connection.connection.create_function(
            "huiji_search_key", 1, lambda text: None if text is None else key_of(str(text)), deterministic=True
        )


connection_created.connect(_teach, dispatch_uid="huiji_search_key")
