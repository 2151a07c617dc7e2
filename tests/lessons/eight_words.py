"""Whether a text repeats eight words in a row of the lecture, which is not in the repository: of each eight
words of it there is a hash in `eight_words.bin` beside this file, sorted numbers of four bytes.

    python -m tests.lessons.eight_words LECTURE.txt    makes the file anew
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
    """Every eight words in a row, in lower case, parted by single blanks; no mark counts as a word."""
    words = _WORD.findall(text.lower())
    for at in range(len(words) - LENGTH + 1):
        yield " ".join(words[at : at + LENGTH])


def hash_of(sequence: str) -> int:
    return int.from_bytes(blake2b(sequence.encode(), digest_size=4).digest(), "little")


def hashes_of(text: str) -> Hashes:
    """Sorted, each once."""
    return np.unique(np.array([hash_of(sequence) for sequence in sequences(text)], dtype="<u4"))


def repeated(text: str, known: Hashes) -> list[str]:
    """What of a text is among known sequences."""
    return [sequence for sequence in sequences(text) if hash_of(sequence) in known]


def of_the_lecture() -> Hashes:
    return np.fromfile(HASHES, dtype="<u4")


if __name__ == "__main__":
    hashes_of(Path(sys.argv[1]).read_text(encoding="utf-8")).tofile(HASHES)
