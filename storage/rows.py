"""The type of a row of any question, for functions that are handed rows."""

from typing import Any

from sqlalchemy import Row

AnyRow = Row[*tuple[Any, ...]]
