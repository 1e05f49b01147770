"""What is written is done again where it fails for a reason that passes."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_what_begins_a_transaction_to_write_is_retried() -> None:
    not_retried = [
        f"{path.name}: {function.name}"
        for path in sorted((ROOT / "storage").rglob("*.py"))
        for function in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(function, ast.FunctionDef)
        and "tore.write()" in ast.unparse(function)
        and "retried" not in {ast.unparse(one) for one in function.decorator_list}
    ]

    assert not_retried == []
