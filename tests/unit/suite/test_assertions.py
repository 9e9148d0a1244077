"""No test passes whatever happens: each asserts something, or lets a function of its file do it."""

import ast
from collections.abc import Iterator

import pytest

from tests.order import TESTS

REFUSALS = ("pytest.raises", "pytest.warns")


def asserts(node: ast.AST) -> bool:
    return any(
        isinstance(one, ast.Assert)
        or (isinstance(one, ast.withitem) and ast.unparse(one.context_expr).startswith(REFUSALS))
        for one in ast.walk(node)
    )


def called_in(node: ast.AST) -> set[str]:
    """The last words of the names of what is called."""
    return {ast.unparse(one.func).rpartition(".")[2] for one in ast.walk(node) if isinstance(one, ast.Call)}


def without_an_assertion(source: str) -> Iterator[str]:
    functions = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)]
    asserting = {one.name for one in functions if asserts(one)}
    for one in functions:
        if one.name.startswith("test_") and one.name not in asserting and not called_in(one) & asserting:
            yield one.name


def test_each_test_of_the_suite_asserts_something() -> None:
    found = {path.name: [*without_an_assertion(path.read_text())] for path in TESTS.rglob("test_*.py")}
    assert {file: names for file, names in found.items() if names} == {}


@pytest.mark.parametrize(
    ("body", "is_seen"),
    [
        ("assert one", False),
        ("with pytest.raises(OSError): one()", False),
        ("self.holds(one)", False),
        ("one()", True),
        ("pytest.approx(one)", True),
    ],
)
def test_one_that_does_not_is_seen(body: str, is_seen: bool) -> None:
    helper = "def holds(one):\n    assert one\n"
    assert [*without_an_assertion(f"{helper}def test_x():\n    {body}\n")] == ["test_x"] * is_seen
