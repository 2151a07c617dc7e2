"""Sentences of errors and problems are templates with named values, so that logs name no files."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parents[1] / "cadl_desktop"
TEMPLATES = {"problem": 1, "Sentence": 0}
"""Functions that take a template, and which of their arguments it is; so do the classes of errors."""
_CODE = "export/script/", "export/page/"
"""Modules that write code, which is filled in its own way."""
_NUMBERED = re.compile(r"%[1-9]|\{[0-2]\}")
_PLACE = re.compile(r"\{(\w+)(?::[^{}]+)?\}")

PARSED = {
    path.relative_to(PROGRAM).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
    for path in sorted(PROGRAM.rglob("*.py"))
    if path.name != "sentences.py"
}


def called(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def error_names() -> set[str]:
    """Every class of error that carries a sentence, by its bases."""
    classes = [node for tree in PARSED.values() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    known = {"SentenceError"}
    while grown := {node.name for node in classes if known & {*map(ast.unparse, node.bases)}} - known:
        known |= grown
    return known


ERRORS = error_names()


def wrong_templates(tree: ast.Module) -> Iterator[tuple[ast.expr, str]]:
    """Templates of errors and problems that are put together, or whose places aren't their values."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        at = 0 if called(node) in ERRORS else TEMPLATES.get(called(node))
        if at is None or len(node.args) <= at:
            continue
        template, values = node.args[at], {word.arg for word in node.keywords}
        if is_put_together(template):
            yield template, "is put together"
        elif isinstance(template, ast.Constant) and values not in (
            {*_PLACE.findall(str(template.value))},
            {None},
        ):
            yield node, "has other places than values"


def is_put_together(template: ast.expr) -> bool:
    """Whether values are in the words before template and values could be told apart."""
    return any(
        isinstance(node, ast.JoinedStr)
        or (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod | ast.Add))
        or (isinstance(node, ast.Call) and called(node) in ("format", "replace"))
        for node in ast.walk(template)
    )


def other_places(tree: ast.Module) -> Iterator[tuple[ast.expr, str]]:
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str() as text) if _NUMBERED.search(text):
                yield node, "has numbered places"
            case ast.Call(func=ast.Attribute(attr="format")):
                yield node, "is filled in another way"


def found(rule: str) -> list[str]:
    rules = {"templates": wrong_templates, "places": other_places}
    return [
        f"{path}:{node.lineno} {why}: {ast.unparse(node)}"
        for path, tree in PARSED.items()
        for node, why in rules[rule](tree)
    ]


def test_errors_and_problems_keep_templates_and_values_apart() -> None:
    assert len(ERRORS) > 20
    assert found("templates") == []


def test_places_are_filled_in_one_way() -> None:
    ours = [line for line in found("places") if not line.startswith(_CODE)]
    assert ours == []


@pytest.mark.parametrize(
    ("code", "wrong"),
    [
        ("raise FileError(f'{name} is empty.')", True),
        ("raise FileError('%s is empty.' % name)", True),
        ("Sentence('{} is empty.'.format(name))", True),
        ("problem('data', '{name} is empty.' + more, name=name)", True),
        ("raise FileError('{name} is empty.', path=name)", True),
        ("raise FileError('{name} is empty.', name=name)", False),
    ],
)
def test_the_rule_finds_what_is_put_together(code: str, wrong: bool) -> None:
    assert any(wrong_templates(ast.parse(code))) == wrong
