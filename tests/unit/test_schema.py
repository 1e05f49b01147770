"""What the tables promise beside what the migrations make of them."""

from sqlalchemy import UniqueConstraint

from storage.schema import Base


def test_what_names_a_row_of_an_article_is_found_by_an_index() -> None:
    going = {"documents", "versions", "contents"}
    unfound = []
    for table in Base.metadata.sorted_tables:
        unique = [one for one in table.constraints if isinstance(one, UniqueConstraint)]
        lead = {
            next(iter(one.columns)).name for one in (table.primary_key, *table.indexes, *unique)
        }
        named = [key.parent.name for key in table.foreign_keys if key.column.table.name in going]
        unfound += [f"{table.name}.{name}" for name in named if name not in lead]

    assert unfound == []
