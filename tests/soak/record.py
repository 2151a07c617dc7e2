"""A soak's attempts on disk, one line each, so that a call goes on where the last one ended."""

import json
from dataclasses import asdict
from pathlib import Path

from tests.soak.soak import Attempt


def read(file: Path) -> list[Attempt]:
    """The attempts in their order; a last line that was cut off by a kill counts as not made."""
    lines = file.read_text(encoding="utf-8").split("\n")[:-1] if file.exists() else []
    return [Attempt(**json.loads(line)) for line in lines]


def append(file: Path, attempt: Attempt) -> None:
    """Adds an attempt, in place of a line that was cut off."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a+b") as record:
        record.truncate(_end_of_whole_lines(file))
        record.write(json.dumps(asdict(attempt)).encode() + b"\n")


def _end_of_whole_lines(file: Path) -> int:
    return file.read_bytes().rfind(b"\n") + 1
