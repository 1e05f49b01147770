"""What a database's schema is, in words that can be compared: tables, columns, indexes."""

from typing import Any

from sqlalchemy import Engine, inspect, text

# What is no table of the models: triggers, virtual tables, functions, indexes over expressions.
_THE_REST = {
    "sqlite": "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'"
    " OR sql LIKE 'CREATE VIRTUAL%' OR (type = 'index' AND sql IS NOT NULL)",
    "postgresql": "SELECT tablename, indexname, replace(indexdef, current_schema() || '.', '')"
    " FROM pg_indexes WHERE schemaname = current_schema()"
    " UNION ALL SELECT c.relname, t.tgname,"
    " replace(pg_get_triggerdef(t.oid), current_schema() || '.', '')"
    " FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
    " WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace"
    " UNION ALL SELECT 'function', proname, prosrc FROM pg_proc"
    " WHERE pronamespace = current_schema()::regnamespace",
}


def described(engine: Engine) -> dict[str, Any]:
    """Everything that two equal schemas have in common; the order of columns says nothing."""
    found = inspect(engine)
    shape: dict[str, Any] = {
        name: {
            "columns": {column["name"]: _column(column) for column in found.get_columns(name)},
            "key": found.get_pk_constraint(name),
            "unique": _sorted(found.get_unique_constraints(name)),
            "references": _sorted(_references(found.get_foreign_keys(name), engine)),
            "checks": _sorted(found.get_check_constraints(name)),
            "indexes": _sorted(_indexes(found.get_indexes(name))),
        }
        for name in found.get_table_names()
    }
    with engine.connect() as connection:
        rest = connection.execute(text(_THE_REST[engine.dialect.name]))
        shape["rest"] = sorted([_flat(part) for part in row] for row in rest)
    return shape


def _column(column: Any) -> tuple[object, ...]:
    default = str(column["default"]).strip("()") if column["default"] else None
    kind = str(column["type"])
    return (kind, column["nullable"], default, column.get("identity"), column.get("computed"))


def _references(found: list[Any], engine: Engine) -> list[Any]:
    if engine.dialect.name != "sqlite":
        return found
    # There a column that is added later cannot bring the name of its constraint.
    return [{key: value for key, value in one.items() if key != "name"} for one in found]


def _indexes(found: list[Any]) -> list[Any]:
    """A condition says what it is by its text alone."""
    return [
        one | {"dialect_options": {k: str(v) for k, v in one.get("dialect_options", {}).items()}}
        for one in found
    ]


def _sorted(found: list[Any]) -> list[str]:
    return sorted(str(sorted((k, str(v)) for k, v in one.items() if v)) for one in found)


def _flat(value: object) -> str:
    """One line, blanks and quotes aside: they differ by who wrote the statement."""
    return " ".join(str(value).replace('"', "").replace("\n", " ").split()).replace("( ", "(")
