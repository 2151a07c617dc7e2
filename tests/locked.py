"""Zips that need a password, which Python's own module can read and not write."""

from pathlib import Path
from zipfile import ZipFile


def lock(path: Path) -> None:
    """Marks every member of a zip as encrypted."""
    content = bytearray(path.read_bytes())
    with ZipFile(path) as archive:
        infos, central = archive.infolist(), archive.start_dir
    for info in infos:
        content[info.header_offset + 6] |= 1
        content[central + 8] |= 1
        central += 46 + sum(len(part) for part in (info.filename.encode(), info.extra, info.comment))
    path.write_bytes(content)
