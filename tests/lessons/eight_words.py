"""Search for eight consecutive words of the lecture, whose text is not in the repository.

`eight_words.bin` beside this file has sorted four-byte hashes of all such sequences of it.

    python -m tests.lessons.eight_words LECTURE.txt    makes the file again
"""

import re
import sys
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

HASHES = Path(__file__).with_name("eight_words.bin")
LENGTH = 8
Hashes = NDArray[np.uint32]
_WORD = re.compile(r"[^\W_]+")


def sequences(text: str) -> Iterator[str]:
    """Yields all sequences of eight words, in lower case and separated by blanks; punctuation is ignored."""
    words = _WORD.findall(text.lower())
    for at in range(len(words) - LENGTH + 1):
        yield " ".join(words[at : at + LENGTH])


def hash_of(sequence: str) -> int:
    return int.from_bytes(blake2b(sequence.encode(), digest_size=4).digest(), "little")


def hashes_of(text: str) -> Hashes:
    """Sorted hashes of all sequences, without duplicates."""
    return np.unique(np.array([hash_of(sequence) for sequence in sequences(text)], dtype="<u4"))


def repeated(text: str, known: Hashes) -> list[str]:
    """Sequences of a text whose hashes are in `known`."""
    return [sequence for sequence in sequences(text) if hash_of(sequence) in known]


def of_the_lecture() -> Hashes:
    return np.fromfile(HASHES, dtype="<u4")


if __name__ == "__main__":
    hashes_of(Path(sys.argv[1]).read_text(encoding="utf-8")).tofile(HASHES)
