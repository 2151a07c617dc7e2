"""Why a file isn't decoded, as a sentence that comes from the process that decodes."""

from typing import Any

from cadl_desktop.sentences import Sentence, SentenceError
from cadl_desktop.system.channel import ChannelError

LONGEST_SENTENCE = 300
_MOST_NESTED = 3
THE_FILE = "the file"
"""What a file is called where its name isn't known."""


class RefusedError(SentenceError):
    """A file isn't decoded; the sentence calls it THE_FILE, which is its value '{name}'."""

    def naming(self, name: str) -> Sentence:
        sentence: Sentence = self.args[0]
        return Sentence(sentence.template, **{**sentence.values, "name": name})


def plain_refusal(refusal: SentenceError) -> dict[str, Any]:
    """A refusal's sentence as JSON values."""
    plain: dict[str, Any] = _plain(refusal.args[0])
    return plain


def refusal_of(plain: object) -> RefusedError:
    """Raises ChannelError."""
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
            held = {str(name): _value(value, nested - 1) for name, value in values.items()}
            return Sentence(template, **held)
    raise ChannelError("a sentence is damaged")


def _value(value: object, nested: int) -> object:
    return value if isinstance(value, int | float | str) else _sentence(value, nested)
