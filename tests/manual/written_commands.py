"""Commands and code that the manual and the README show, as a reader finds them."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cadl_desktop.cli.commands import WITHOUT_WINDOW
from cadl_desktop.resources import resource

README = Path(__file__).parents[2] / "README.md"
PAGES = [README, *sorted(resource("manual").glob("*.md"))]
PROGRAM = re.compile(r"(cadl-desktop|python3 packaging/run\.py)(\s+|$)")
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_INDENTED = re.compile(r"^ {4}(?=\S)", re.MULTILINE)
_SUBSTITUTED = re.compile(r'eval "\$\((.*)\)"')


@dataclass(frozen=True)
class Command:
    """Simple command of a page. `fed_by` is the command whose output a pipe hands to it."""

    page: str
    line: str
    fed_by: str = ""

    @property
    def words(self) -> list[str] | None:
        """Arguments of the program; None for another program's command."""
        begin = PROGRAM.match(self.line)
        return shlex.split(self.line[begin.end() :]) if begin else None


def commands() -> list[Command]:
    """Commands of all pages, each once."""
    found = {each.line: each for page in PAGES for each in _commands_of(page)}
    return list(found.values())


def python_blocks(page: Path) -> list[str]:
    return [code for language, code in _FENCE.findall(page.read_text("utf-8")) if language == "python"]


def _commands_of(page: Path) -> Iterator[Command]:
    text = page.read_text("utf-8")
    blocks = [code for language, code in _FENCE.findall(text) if language == "sh"]
    prose = _FENCE.sub("", text)
    if page == README:
        blocks.append("\n".join(line[4:] for line in prose.splitlines() if _INDENTED.match(line)))
    for block in blocks:
        for line in block.replace("\\\n", " ").splitlines():
            yield from _simple_commands(page.name, line)
    for code in re.findall(r"`([^`]+)`", prose):
        line = " ".join(code.split())
        if _is_command(line):
            yield from _simple_commands(page.name, line)


def _is_command(code: str) -> bool:
    """Whether code in a sentence is a command, and not the name of one."""
    begin = PROGRAM.match(code)
    return begin is not None and code[begin.end() :] not in {"", *WITHOUT_WINDOW}


def _simple_commands(page: str, line: str) -> Iterator[Command]:
    """Splits a line at pipes and &&."""
    if substituted := _SUBSTITUTED.fullmatch(line):
        line = substituted[1]
    parts: list[list[str]] = [[]]
    before = ""
    for word in [*_words(line), ";"]:
        if word not in ("|", "&&", ";"):
            parts[-1].append(word)
            continue
        if parts[-1]:
            simple = shlex.join(parts[-1])
            yield Command(page, simple, before)
            before = simple if word == "|" else ""
        parts.append([])


def _words(line: str) -> list[str]:
    lexer = shlex.shlex(line, posix=True, punctuation_chars="|&;")
    lexer.whitespace_split = True
    return list(lexer)
