"""Zips from anywhere: what one says of itself is held against what it has before it is believed.

A member may say that it has a thousand bytes and unpack to gigabytes, members may share what they unpack, and
a list of a million of them takes half a minute to read.
"""

import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import IO

_LISTED = b"PK\1\2"
"""How each member's line in the list begins (APPNOTE.TXT 4.3.12)."""
_MOST_LIST_BYTES = 2**22
_METHODS = zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED
"""Others can't be unpacked piece by piece."""


@contextmanager
def opened_archive(place: Path | IO[bytes], most_members: int) -> Iterator[zipfile.ZipFile]:
    """The zip there, where it has at most so many members and each its own bytes. Raises OSError, and
    whatever zipfile does for damaged ones: BadZipFile also where a list says what can't be."""
    with place.open("rb") if isinstance(place, Path) else nullcontext(place) as file:
        listing = _Listing(file, most_members)
        with zipfile.ZipFile(listing) as archive:
            listing.goes_on = False
            if sum(info.compress_size for info in archive.infolist()) > file.seek(0, os.SEEK_END):
                raise zipfile.BadZipFile("its members share what they have")
            yield archive


def unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """A member, of which no more is unpacked than it says that it has. Raises what zipfile does."""
    if info.compress_type not in _METHODS:
        raise zipfile.BadZipFile("it is packed by a rare method")
    with archive.open(info) as member:
        # `archive.read` unpacks all that there is, and cuts it to that size afterwards.
        return member.read(info.file_size)


def is_encrypted(info: zipfile.ZipInfo) -> bool:
    """Whether a member of a zip needs a password (bit 0 of its flags, APPNOTE.TXT 4.4.4)."""
    return bool(info.flag_bits & 1)


def is_misnamed(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bool:
    """Whether the list has another name for a member than stands before what it holds (APPNOTE.TXT 4.3.7)."""
    try:
        archive.open(info).close()
    except zipfile.BadZipFile:
        return True
    except RuntimeError:  # its password, or how it is packed: its name was looked at before
        pass
    return False


class _Listing:
    """A zip's file, of which the list of members is looked at as it is read: zipfile takes in all of it."""

    def __init__(self, file: IO[bytes], most_members: int) -> None:
        self._file, self._most_members = file, most_members
        self.goes_on = True
        self.seek, self.tell, self.seekable, self.close = file.seek, file.tell, file.seekable, file.close

    def read(self, size: int = -1) -> bytes:
        """Raises BadZipFile."""
        if self.goes_on and size > _MOST_LIST_BYTES:
            raise zipfile.BadZipFile("its list of members is too long")
        found = self._file.read(size)
        if self.goes_on and found.count(_LISTED) > self._most_members:
            raise zipfile.BadZipFile("it has too many members")
        return found
