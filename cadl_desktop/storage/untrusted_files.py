"""Checks of untrusted zips and safetensors files that their libraries don't make.

A zip's member may claim a thousand bytes and unpack to gigabytes, members may share their packed bytes, and a
directory of a million members takes half a minute to read. A safetensors header of a million empty arrays
takes the library minutes.
"""

import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import IO

_MEMBER_SIGNATURE = b"PK\1\2"
"""Signature of a member's header in the central directory (APPNOTE.TXT 4.3.12)."""
_MOST_DIRECTORY_BYTES = 2**22
_METHODS = zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED
"""Methods that can be unpacked piece by piece."""


@contextmanager
def opened_archive(place: Path | IO[bytes], most_members: int) -> Iterator[zipfile.ZipFile]:
    """Opens a zip of at most so many members, none of which share their bytes.

    Raises OSError, and zipfile's errors for damaged zips: BadZipFile also for an impossible directory.
    """
    with place.open("rb") if isinstance(place, Path) else nullcontext(place) as file:
        checked = _CheckedFile(file, most_members)
        with zipfile.ZipFile(checked) as archive:
            checked.is_checking = False
            if sum(info.compress_size for info in archive.infolist()) > file.seek(0, os.SEEK_END):
                raise zipfile.BadZipFile("its members share what they have")
            yield archive


def unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """Unpacks a member, and no more of it than the size that it claims. Raises zipfile's errors."""
    if info.compress_type not in _METHODS:
        raise zipfile.BadZipFile("it is packed by a rare method")
    with archive.open(info) as member:
        # `archive.read` unpacks everything, and cuts it to that size afterwards.
        return member.read(info.file_size)


def is_encrypted(info: zipfile.ZipInfo) -> bool:
    """Whether a member of a zip needs a password (bit 0 of its flags, APPNOTE.TXT 4.4.4)."""
    return bool(info.flag_bits & 1)


def is_misnamed(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bool:
    """Whether the directory has another name for a member than its local header (APPNOTE.TXT 4.3.7)."""
    try:
        archive.open(info).close()
    except zipfile.BadZipFile:
        return True
    except RuntimeError:  # a password or a rare method; the names were compared before
        pass
    return False


class _CheckedFile:
    """File of a zip whose directory is checked while zipfile reads it: zipfile itself would parse all of
    it."""

    def __init__(self, file: IO[bytes], most_members: int) -> None:
        self._file, self._most_members = file, most_members
        self.is_checking = True
        self.seek, self.tell, self.seekable, self.close = file.seek, file.tell, file.seekable, file.close

    def read(self, size: int = -1) -> bytes:
        """Reads like a file. Raises BadZipFile for a directory that is too long."""
        if self.is_checking and size > _MOST_DIRECTORY_BYTES:
            raise zipfile.BadZipFile("its list of members is too long")
        found = self._file.read(size)
        if self.is_checking and found.count(_MEMBER_SIGNATURE) > self._most_members:
            raise zipfile.BadZipFile("it has too many members")
        return found


_LENGTH_BYTES = 8
"""Size of the number at the start of a safetensors file, the length of its header."""
_COLONS = 4
"""Colons in the header's JSON per array, not counting those in its name."""


def array_count_bound(content: bytes) -> int:
    """Upper bound of the number of arrays that a safetensors file claims to hold."""
    length = int.from_bytes(content[:_LENGTH_BYTES], "little")
    return content.count(b":", _LENGTH_BYTES, _LENGTH_BYTES + length) // _COLONS
