"""Invalid and encrypted zips, written byte by byte (APPNOTE.TXT 4.3), as no library would write them."""

import bz2
import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

STORED, DEFLATED, BZIPPED = 0, 8, 12
_LOCAL, _CENTRAL = struct.Struct("<4sHHHHHIIIHH"), struct.Struct("<4sHHHHHHIIIHHHHHII")
_END, _END64, _LOCATOR = struct.Struct("<4sHHHHIIH"), struct.Struct("<4sQHHIIQQQQ"), struct.Struct("<4sIQI")
_MEGABYTE = 2**20


@dataclass(frozen=True)
class Entry:
    """Member as the central directory describes it; `packed` are its bytes in the file."""

    name: str
    packed: bytes
    size: int
    method: int = DEFLATED
    crc: int = 0
    packed_size: int | None = None
    """Size that it claims to have in the file."""


def entry(name: str, content: bytes) -> Entry:
    """Valid member."""
    return Entry(name, _deflated([content]), len(content), crc=zlib.crc32(content))


def liar(name: str, megabytes: int) -> Entry:
    """Member that claims a thousand bytes and unpacks to so many megabytes."""
    return Entry(name, _deflated([bytes(_MEGABYTE)] * megabytes), 1000)


def bzipped(name: str, megabytes: int) -> Entry:
    """Member that claims a thousand bytes, packed by a method that can't unpack a part."""
    return Entry(name, bz2.compress(bytes(megabytes * _MEGABYTE)), 1000, BZIPPED)


def zipped(*entries: Entry) -> bytes:
    """Zip of the members."""
    body, listed = b"", b""
    for each in entries:
        name = each.name.encode()
        packed_size = len(each.packed) if each.packed_size is None else each.packed_size
        sizes = each.crc, packed_size, each.size, len(name), 0
        listed += (
            _CENTRAL.pack(b"PK\1\2", 20, 20, 0, each.method, 0, 33, *sizes, 0, 0, 0, 0, len(body)) + name
        )
        body += _LOCAL.pack(b"PK\3\4", 20, 0, each.method, 0, 33, *sizes) + name + each.packed
    return body + listed + _END.pack(b"PK\5\6", 0, 0, len(entries), len(entries), len(listed), len(body), 0)


def listing(first: str, count: int) -> bytes:
    """Central directory of so many empty members, the first with this name, and nothing else."""
    names = [first.encode(), *(b"%d" % number for number in range(1, count))]
    listed = b"".join(
        _CENTRAL.pack(b"PK\1\2", 20, 20, 0, STORED, 0, 33, 0, 0, 0, len(name), 0, 0, 0, 0, 0, 0) + name
        for name in names
    )
    return (
        listed
        + _END64.pack(b"PK\6\6", 44, 45, 45, 0, 0, count, count, len(listed), 0)
        + _LOCATOR.pack(b"PK\6\7", 0, len(listed), 1)
        + _END.pack(b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    )


def _deflated(pieces: Iterable[bytes]) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return b"".join(packer.compress(piece) for piece in pieces) + packer.flush()


def encrypt(path: Path) -> None:
    """Marks every member of a zip as encrypted."""
    content = bytearray(path.read_bytes())
    with ZipFile(path) as archive:
        infos, central = archive.infolist(), archive.start_dir
    for info in infos:
        content[info.header_offset + 6] |= 1
        content[central + 8] |= 1
        central += 46 + sum(len(part) for part in (info.filename.encode(), info.extra, info.comment))
    path.write_bytes(content)
