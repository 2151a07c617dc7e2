"""Formulas as people write them, rewritten in Python's notation: '2x' as '2*x', 'sin 2x' as 'sin(2*x)'.

Nothing is computed here; `expressions.py` reads what comes out as it reads any formula. The rules:

- A product may lack its sign: `2x`, `x sin x`, `(x+1)(x-1)`. After a division that is refused, as `1/2x` may
  be two things.
- A function without brackets takes the product after it, up to the next function: `sin 2x cos x` is
  sin(2*x)*cos(x). `√` takes one factor.
- `^` and raised digits are powers: `-x^2` is -(x**2), `e^-x` is e**(-x), `sin^2 x` is sin(x)**2.
- Between digits a comma is a decimal one, unless there is a function of several numbers.
"""

import re
import unicodedata
from collections.abc import Collection

MOST_DEPTH = 30
_RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-", strict=True))
_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?P<name>[A-Za-z]+\d*)|(?P<power>\*\*|\^)"
    rf"|(?P<raised>[{''.join(_RAISED)}]+)|(?P<compared><=|>=|==|!=|[<>])|(?P<sign>[-+*/(),|√]))"
)
_LEFT_SIDE = re.compile(r"\s*(?:y|f\s*\(\s*x\s*\))\s*=(?!=)")
_OTHER_NAMES = {"ln": "log", "arcsin": "asin", "arccos": "acos", "arctan": "atan"}
_WORDS = ("if", "else", "and", "or", "not")


class NotationError(ValueError):
    """A formula that can't be rewritten; the message is a plain sentence, or empty without a reason that a
    person would want to know."""


def in_python(text: str, functions: Collection[str], several: Collection[str], names: Collection[str]) -> str:
    """Formula in Python's notation. `functions` take one number, those in `several` more, and `names` are
    numbers. Raises NotationError."""
    folded = "".join(each if each in _RAISED else unicodedata.normalize("NFKC", each) for each in text)
    folded = _LEFT_SIDE.sub("", folded, count=1)
    if not re.search(rf"\b(?:{'|'.join(several)})\b", folded):
        folded = re.sub(r"(?<=\d),(?=\d)", ".", folded)
    return _Rewriter(folded, functions, several, names).rewritten()


class _Rewriter:
    """Recursive descent over the tokens of a formula; each method returns Python's text for what it read."""

    def __init__(
        self, text: str, functions: Collection[str], several: Collection[str], names: Collection[str]
    ) -> None:
        self._functions, self._several, self._names = functions, several, names
        self._tokens = self._split(text)
        self._at = self._depth = self._bars = 0

    def rewritten(self) -> str:
        found = self._clauses()
        if self._at < len(self._tokens):
            raise NotationError
        return found

    def _split(self, text: str) -> list[tuple[str, str]]:
        """Tokens as kind and text; words that stand together, as in 'xsinx', are told apart."""
        if not text.isprintable():
            raise NotationError
        tokens: list[tuple[str, str]] = []
        place, text = 0, text.rstrip()
        while place < len(text):
            found = _TOKEN.match(text, place)
            if found is None or found.lastgroup is None:
                raise NotationError
            place, kind, piece = found.end(), found.lastgroup, found[found.lastgroup]
            if kind == "number" and tokens and tokens[-1][0] == "name" and not found[0][0].isspace():
                raise NotationError(f"'{tokens[-1][1]}{piece}' may be a product or a power; write which.")
            tokens += self._told_apart(piece) if kind == "name" else [(kind, piece)]
        return tokens

    def _told_apart(self, word: str) -> list[tuple[str, str]]:
        if word in _WORDS:
            return [("word", word)]
        words = [*self._functions, *self._several, *self._names, *_OTHER_NAMES]
        known, found = sorted(words, key=len, reverse=True), []
        rest = word
        while rest:
            name = next((each for each in known if rest.lower().startswith(each)), None)
            if name is None or (name == "e" and word.lower() != "e"):  # 'sine' is no product
                raise NotationError
            is_number = name in self._names
            found.append(("name" if is_number else "function", _OTHER_NAMES.get(name, name)))
            rest = rest[len(name) :]
        return found

    @property
    def _next(self) -> tuple[str, str]:
        return self._tokens[self._at] if self._at < len(self._tokens) else ("end", "")

    def _take(self, *pieces: str) -> str:
        """Takes the next token if it is one of these; empty otherwise."""
        piece = self._next[1]
        if piece not in pieces or not piece:
            return ""
        self._at += 1
        return piece

    def _clauses(self) -> str:
        """Sums with comparisons and words between them."""
        parts = []
        while True:
            while self._take("not"):
                parts.append("not")
            parts.append(self._sum())
            if self._next[0] not in ("compared", "word") or self._next[1] == "not":
                return " ".join(parts)
            parts.append(self._next[1])
            self._at += 1

    def _sum(self) -> str:
        text = self._product()
        while sign := self._take("+", "-"):
            text += f" {sign} {self._product()}"
        return text

    def _product(self) -> str:
        text, divides = self._signed(), False
        while True:
            if sign := self._take("*", "/"):
                text, divides = f"{text}{sign}{self._signed()}", sign == "/"
            elif self._begins_factor():
                if self._next[0] == "number" and self._tokens[self._at - 1][0] == "number":
                    raise NotationError
                if divides:
                    raise NotationError("A product without * after / may be two things; write its brackets.")
                text += f"*{self._power()}"
            else:
                return text

    def _signed(self) -> str:
        sign = self._take("+", "-")
        return f"{sign}{self._signed()}" if sign else self._power()

    def _begins_factor(self) -> bool:
        kind, piece = self._next
        opens = piece in ("(", "√") or (piece == "|" and not self._bars)
        return kind in ("number", "name", "function") or opens

    def _power(self) -> str:
        return self._raised(self._factor())

    def _raised(self, base: str) -> str:
        exponent = self._exponent()
        return f"{base}**{exponent}" if exponent else base

    def _exponent(self) -> str:
        kind, piece = self._next
        if kind == "raised":
            self._at += 1
            raised = "".join(_RAISED[each] for each in piece)
            return f"({raised})" if "-" in raised else raised
        if kind != "power":
            return ""
        self._at += 1
        sign = self._take("+", "-")
        return f"({sign}{self._power()})" if sign else self._power()

    def _factor(self) -> str:
        kind, piece = self._next
        self._at += 1
        self._depth += 1
        if self._depth > MOST_DEPTH:
            raise NotationError
        match kind, piece:
            case (("number" | "name"), _):
                found = piece
            case "function", _:
                found = self._called(piece)
            case _, "√":
                found = f"sqrt({self._power()})"
            case _, "(":
                found = f"({self._inside(')')})"
            case _, "|":
                self._bars += 1
                found = f"abs({self._inside('|')})"
                self._bars -= 1
            case _:
                raise NotationError
        self._depth -= 1
        return found

    def _inside(self, end: str) -> str:
        bars, self._bars = self._bars, int(end == "|")
        found = self._clauses()
        if not self._take(end):
            raise NotationError
        self._bars = bars
        return found

    def _called(self, name: str) -> str:
        exponent = self._exponent()
        if exponent.startswith("(-"):
            raise NotationError(
                f"'{name}' with a negative power may be two things; write 1/{name}(x) or a{name}(x)."
            )
        if self._take("("):
            arguments = [self._clauses()]
            while self._take(","):
                arguments.append(self._clauses())
            if not self._take(")"):
                raise NotationError
            argument = ", ".join(arguments)
        elif name in self._several:
            raise NotationError
        else:
            argument = self._bare_argument()
        return f"{name}({argument})" + (f"**{exponent}" if exponent else "")

    def _bare_argument(self) -> str:
        """Product after a function without brackets, up to the next function."""
        sign = self._take("-", "+")
        text = sign + self._power()
        while self._begins_factor() and self._next[0] != "function":
            text += f"*{self._power()}"
        return text
