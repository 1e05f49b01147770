"""What holds in every database, whatever happened to it, asked with SQL."""

from collections.abc import Mapping

from sqlalchemy import Engine, text

# Each counts the rows that break a rule.
_RULES: Mapping[str, str] = {
    "a document has one version that stands": (
        "SELECT count(*) FROM documents d WHERE (SELECT count(*) FROM versions v"
        " WHERE v.document_id = d.id AND v.seen_to IS NULL) <> 1"
    ),
    "a document says what its standing version says": (
        "SELECT count(*) FROM documents d JOIN versions v ON v.document_id = d.id"
        " AND v.seen_to IS NULL WHERE v.content_id <> d.content_id"
    ),
    "versions are numbered without gaps": (
        "SELECT count(*) FROM (SELECT document_id FROM versions GROUP BY document_id"
        " HAVING min(number) <> 1 OR max(number) <> count(*)) AS gaps"
    ),
    "who is followed leads": (
        "SELECT count(*) FROM documents d JOIN documents l ON l.id = d.lead_id"
        " WHERE l.lead_id IS NOT NULL OR l.site_id <> d.site_id"
    ),
    "a new article is told once": (
        "SELECT count(*) FROM documents d WHERE d.lead_id IS NULL AND (SELECT count(*)"
        " FROM events e WHERE e.document_id = d.id AND e.kind = 'new') <> 1"
    ),
    "a link leads to a document of its site": (
        "SELECT count(*) FROM sightings s JOIN documents d ON d.id = s.document_id"
        " WHERE s.site_id <> d.site_id"
    ),
    "an article link is stored, waits, or was refused": (
        "SELECT count(*) FROM sightings WHERE kind = 'article' AND document_id IS NULL"
        " AND next_try_at IS NULL AND refused_state IS NULL"
    ),
    "a document has the response that it was read from": (
        "SELECT count(*) FROM documents d WHERE NOT EXISTS"
        " (SELECT 1 FROM responses r WHERE r.document_id = d.id)"
    ),
    "a site has one crawl at most that has not ended": (
        "SELECT count(*) FROM (SELECT site_id FROM crawls WHERE outcome IS NULL"
        " GROUP BY site_id HAVING count(*) > 1) AS several"
    ),
}


def findings(engine: Engine) -> list[str]:
    """Return the rules that do not hold, each with how often; SQLite's own checks among them."""
    with engine.connect() as connection:
        found = [
            f"{rule}: {count} times not"
            for rule, question in _RULES.items()
            if (count := connection.scalar(text(question)))
        ]
        if engine.dialect.name == "sqlite":
            whole = connection.scalar(text("PRAGMA integrity_check"))
            found += [] if whole == "ok" else [f"integrity: {whole}"]
            found += [
                f"reference: {row}" for row in connection.execute(text("PRAGMA foreign_key_check"))
            ]
    return found
