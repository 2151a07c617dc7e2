"""What a person reads is a template with named values, everywhere: so that it can be found and translated."""

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parents[1] / "cadl_desktop"
TEMPLATES = {"said": 0, "problem": 1, "filled": 0, "filled_plainly": 0, "Sentence": 0}
"""Functions that take a template, and which of their arguments it is."""
TRANSLATIONS = {"tr", "_tr", "translate", "_translate"}
DRAWN = {"set_title", "set_xlabel", "set_ylabel", "supylabel", "set_text", "annotate"}
"""What writes a text into an exported plot: its first argument."""
_NUMBERED = re.compile(r"%[1-9]|\{[0-2]\}")
_PLACE = re.compile(r"\{(\w+)(?::[^{}]+)?\}")


PARSED = {
    path.relative_to(PROGRAM).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
    for path in sorted(PROGRAM.rglob("*.py"))
    if path.name != "sentences.py"
}
"""Every file of the program that says anything."""


def found(rule: Callable[[ast.Module], Iterable[tuple[ast.expr, str]]]) -> list[str]:
    return [
        f"{path}:{node.lineno} {why}: {ast.unparse(node)}"
        for path, tree in PARSED.items()
        for node, why in rule(tree)
    ]


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


def defined(tree: ast.Module) -> set[str]:
    """The classes of a file."""
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}


def templates(tree: ast.Module) -> Iterator[tuple[ast.Call, ast.expr]]:
    """Calls that say something to a person, each with its template."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = called(node)
        at = 0 if name in ERRORS else TEMPLATES.get(name)
        if at is not None and len(node.args) > at:
            yield node, node.args[at]
        elif name in TRANSLATIONS and node.args:
            yield node, node.args[-1]


def is_put_together(template: ast.expr) -> bool:
    """Whether English is finished before a translator could see it."""
    return any(
        isinstance(node, ast.JoinedStr)
        or (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod | ast.Add))
        or (isinstance(node, ast.Call) and called(node) in ("format", "replace"))
        for node in ast.walk(template)
    )


def literal(template: ast.expr) -> str | None:
    """A template as it is written, also inside `tr(...)`."""
    match template:
        case ast.Constant(value=str() as text):
            return text
        case ast.Call(args=[*_, ast.Constant(value=str() as text)]) if called(template) in TRANSLATIONS:
            return text
    return None


def wrong_templates(tree: ast.Module) -> Iterator[tuple[ast.expr, str]]:
    for call, template in templates(tree):
        text, values = literal(template), {word.arg for word in call.keywords}
        places = set(_PLACE.findall(text or ""))
        if is_put_together(template):
            yield template, "is put together before it is translated"
        elif called(call) == "said" and text is None:
            yield template, "is no literal"
        elif called(call) not in TRANSLATIONS and text and None not in values and places != values:
            yield call, "has other places than values"


def other_places(tree: ast.Module) -> Iterator[tuple[ast.expr, str]]:
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str() as text) if _NUMBERED.search(text):
                yield node, "has numbered places"
            case ast.Call(func=ast.Attribute(attr="format")):
                yield node, "is filled in another way"


def finished_texts(tree: ast.Module) -> Iterator[tuple[ast.expr, str]]:
    """English in a plot that nobody was asked to translate."""
    for call in ast.walk(tree):
        if isinstance(call, ast.Call):
            labels = [word.value for word in call.keywords if word.arg == "label"]
            for text in (*labels, *(call.args[:1] if called(call) in DRAWN else ())):
                if isinstance(text, ast.Constant | ast.JoinedStr):
                    yield text, "is drawn as it is"


def test_sentences_are_templates_with_named_values() -> None:
    said = [call for tree in PARSED.values() for call, _ in templates(tree) if called(call) == "said"]
    assert len(said) > 100
    assert found(wrong_templates) == []


def test_places_are_filled_in_one_way() -> None:
    ours = [line for line in found(other_places) if not line.startswith("export/script/")]  # code of its own
    assert ours == []


def test_plots_in_files_can_be_translated() -> None:
    drawn = [line for line in found(finished_texts) if line.startswith("export/plots/")]
    assert drawn == []


@pytest.mark.parametrize(
    ("code", "wrong"),
    [
        ("raise FileError(f'{name} is empty.')", True),
        ("raise FileError('%s is empty.' % name)", True),
        ("say(self.tr(f'{name} is empty.'))", True),
        ("said('{} is empty.'.format(name))", True),
        ("problem('data', '{name} is empty.' + more, name=name)", True),
        ("raise FileError('{name} is empty.', name=name)", False),
    ],
)
def test_the_rule_finds_what_is_put_together(code: str, wrong: bool) -> None:
    assert any(is_put_together(template) for _, template in templates(ast.parse(code))) == wrong
