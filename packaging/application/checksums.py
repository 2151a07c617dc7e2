"""Writes SHA256SUMS of all files in a folder, in the form that `sha256sum --check` reads.

`python3 packaging/application/checksums.py [FOLDER]`, dist/ by default; folders in it are passed over.
"""

import hashlib
import sys
from pathlib import Path

from product import DIST

NAME = "SHA256SUMS"


def write_sums(folder: Path) -> Path:
    if not folder.is_dir():
        sys.exit(f"There is no folder {folder}.")
    lines = []
    for path in sorted(folder.iterdir()):
        if path.is_file() and path.name != NAME:
            with open(path, "rb") as file:
                lines.append(f"{hashlib.file_digest(file, 'sha256').hexdigest()}  {path.name}\n")
    sums = folder / NAME
    sums.write_text("".join(lines), encoding="utf-8", newline="\n")
    return sums


if __name__ == "__main__":
    print(write_sums(Path(sys.argv[1]) if len(sys.argv) > 1 else DIST))
