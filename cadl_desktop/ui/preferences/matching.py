"""Finds what a person means by some of its letters."""

from collections.abc import Sequence


def has_words(typed: str, text: str) -> bool:
    """Whether every word that was typed is in a text somewhere, whole or as a part of another."""
    return all(word in text.lower() for word in typed.lower().split())


def score(typed: str, text: str) -> float | None:
    """How well a text fits what was typed, the larger the better; None where the letters aren't in it in this
    order. Words' beginnings count most, and letters in a row more than scattered ones."""
    words, text = typed.lower().split(), text.lower()
    scores = [_score_of_word(word, text) for word in words]
    return None if None in scores else sum(found for found in scores if found is not None)


def best_first(typed: str, texts: Sequence[str]) -> list[int]:
    """The places of the texts that fit, the best first; all in their order where nothing is typed."""
    found = [(score(typed, text), place) for place, text in enumerate(texts)]
    fitting = [(-points, place) for points, place in found if points is not None]
    return [place for _, place in sorted(fitting)]


def _score_of_word(word: str, text: str) -> float | None:
    at = text.find(word)
    if at >= 0:
        begins = at == 0 or not text[at - 1].isalnum()
        return 10.0 * len(word) + (20.0 if begins else 5.0) - at / 100
    return _score_of_letters(word, text)


def _score_of_letters(word: str, text: str) -> float | None:
    points, at = 0.0, -1
    for letter in word:
        after = text.find(letter, at + 1)
        if after < 0:
            return None
        begins = after == 0 or not text[after - 1].isalnum()
        points += 3.0 if after == at + 1 else 2.0 if begins else -0.1 * (after - at)
        at = after
    return points
