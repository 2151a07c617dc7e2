"""Refusals: sentences from the worker process that say why a file wasn't decoded."""

from typing import Any

from cadl_desktop.sentences import Sentence, SentenceError
from cadl_desktop.system.channel import ChannelError

LONGEST_SENTENCE = 300
_MOST_NESTED = 3
THE_FILE = "the file"
"""Placeholder for the name of the file, which decoders don't know."""


class RefusedError(SentenceError):
    """A file wasn't decoded. The sentence has THE_FILE as its value '{name}'."""

    def naming(self, name: str) -> Sentence:
        """The sentence with the name of the file."""
        sentence: Sentence = self.args[0]
        return Sentence(sentence.template, **{**sentence.values, "name": name})


def refusal_as_json(refusal: SentenceError) -> dict[str, Any]:
    """Converts the sentence of a refusal to JSON values."""
    plain: dict[str, Any] = _plain(refusal.args[0])
    return plain


def refusal_from_json(plain: object) -> RefusedError:
    """Rebuilds a refusal from JSON values, which are validated. Raises ChannelError."""
    sentence = _sentence(plain, _MOST_NESTED)
    if len(sentence) > LONGEST_SENTENCE:
        raise ChannelError("a sentence is too long")
    return RefusedError(sentence)


def _plain(value: object) -> Any:
    if isinstance(value, Sentence):
        return {
            "template": value.template,
            "values": {name: _plain(each) for name, each in value.values.items()},
        }
    return value if isinstance(value, int | float | str) else str(value)


def _sentence(plain: object, nested: int) -> Sentence:
    match plain:
        case {"template": str(template), "values": dict(values)} if nested:
            checked = {str(name): _value(value, nested - 1) for name, value in values.items()}
            return Sentence(template, **checked)
    raise ChannelError("a sentence is damaged")


def _value(value: object, nested: int) -> object:
    return value if isinstance(value, int | float | str) else _sentence(value, nested)
