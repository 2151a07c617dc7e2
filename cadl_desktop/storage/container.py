"""A zip of a few named members that is read without trust: bounded, and nothing but what is expected."""

import errno
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from cadl_desktop.sentences import Sentence, SentenceError, sentence_of, shortened
from cadl_desktop.storage.archives import is_encrypted, is_misnamed, opened_archive, unpacked
from cadl_desktop.storage.atomic import FileError, write_atomically
from cadl_desktop.storage.foreign_archives import foreign_archive

Content = bytes | list[memoryview]
"""In one piece, or in several that come one after the other."""
MOST_MEMBERS = 2000
MOST_BYTES_TOGETHER = 2 * 2**30
PACKED_ROOM, MOST_PACKED = 16 * 2**20, 50
"""Bytes that packed members may have together: so many, and so often what they take in the file. What this
program packs takes a tenth; a thousandth is what a small file needs to become a large one."""


class DamageError(SentenceError, ValueError):
    """What is wrong with a container or its content, as the rest of a sentence: 'it is damaged; ...'."""


def write_container(path: Path, members: Mapping[str, Content], *, keep_previous: bool = False) -> None:
    """Writes the members as a zip, as `write_atomically` does; the same members give the same bytes. Raises
    FileError."""

    write_atomically(path, lambda neighbour: pack(neighbour, members), keep_previous=keep_previous)


def pack(place: Path | IO[bytes], members: Mapping[str, Content]) -> None:
    """Writes the members as a zip where they stand. Raises OSError."""
    with zipfile.ZipFile(place, "w") as archive:
        for name, content in members.items():
            # Numbers and pictures hardly shrink, and without a date equal members are equal files.
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED if name.endswith(".json") else zipfile.ZIP_STORED
            pieces = [memoryview(content)] if isinstance(content, bytes) else content
            info.file_size = sum(piece.nbytes for piece in pieces)
            with archive.open(info, "w") as member:
                for piece in pieces:
                    member.write(piece)


MostBytes = Callable[[str], int | None]
"""How large a member of this name may be; None that it may not be there."""


class Container:
    """One that is open: whatever is read of it is of the same file, whoever saves another one meanwhile."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    def read(
        self, most_bytes: MostBytes, is_wanted: Callable[[str], bool] = lambda name: True
    ) -> dict[str, bytes]:
        """The members that are wanted, by their names. Raises whatever `told_plainly` turns into one
        sentence."""
        wanted = [info for info in self._archive.infolist() if is_wanted(info.filename)]
        return {info.filename: _read(self._archive, info, most_bytes(info.filename)) for info in wanted}


@contextmanager
def opened_container(place: Path | IO[bytes], *, sign: str | None = None) -> Iterator[Container]:
    """The container there. Where there is a `sign`, a zip without a member of that name is none of ours.

    Raises whatever `told_plainly` turns into one sentence.
    """
    if isinstance(place, Path):
        refuse_odd(place)
    with opened_archive(place, MOST_MEMBERS) as archive:
        infos = archive.infolist()
        if sign is not None and all(info.filename != sign for info in infos):
            _refuse_misnamed(archive, infos)
            kind = foreign_archive(info.filename for info in infos)
            raise DamageError("it is {kind}", kind=kind)
        if len({info.filename for info in infos}) < len(infos):
            raise DamageError("it is damaged; use another copy.")
        _refuse_large(infos)
        if any(map(is_encrypted, infos)):
            raise DamageError("it is protected by a password; pack it again without one.")
        yield Container(archive)


def read_container(
    place: Path | IO[bytes],
    most_bytes: MostBytes,
    is_wanted: Callable[[str], bool] = lambda name: True,
    *,
    sign: str | None = None,
) -> dict[str, bytes]:
    """What is read of the container there once."""
    with opened_container(place, sign=sign) as container:
        return container.read(most_bytes, is_wanted)


def _refuse_large(infos: list[zipfile.ZipInfo]) -> None:
    packed = [info for info in infos if info.compress_type != zipfile.ZIP_STORED]
    room = PACKED_ROOM + MOST_PACKED * sum(info.compress_size for info in packed)
    together = sum(info.file_size for info in infos)
    if together > MOST_BYTES_TOGETHER or sum(info.file_size for info in packed) > room:
        raise DamageError("it is damaged or too large; use another copy.")


def _refuse_misnamed(archive: zipfile.ZipFile, infos: list[zipfile.ZipInfo]) -> None:
    """A name that says nothing here may be one of ours, of which a letter is another now."""
    if any(is_misnamed(archive, info) for info in infos):
        raise DamageError("it is damaged; use another copy.")


def refuse_odd(path: Path) -> None:
    """Raises DamageError for folders, pipes and devices, which may never end or not even begin."""
    if path.exists() and not path.is_file():
        raise DamageError("it is not an ordinary file; choose another.")


@contextmanager
def told_plainly(path: Path, error_type: type[FileError]) -> Iterator[None]:
    """Turns whatever goes wrong while a container is read into one sentence."""
    name = f"'{path.name}'"
    try:
        yield
    except DamageError as error:
        raise error_type(
            "{name} can't be opened: {reason}", name=name, reason=_within(sentence_of(error))
        ) from error
    except OSError as error:
        if error.errno == errno.EINVAL:  # zipfile looks for what it reads before the beginning
            raise _damaged(name, error_type) from error
        reason = error.strerror.lower() if error.strerror else "it can't be read"
        raise error_type(
            "{name} can't be opened: {reason}; check the file and try again.", name=name, reason=reason
        ) from error
    # What zipfile raises for damaged files; RuntimeError is one packed in ways that it doesn't know.
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError, OverflowError) as error:
        raise _damaged(name, error_type) from error


def _within(sentence: Sentence, most: int = 200) -> Sentence:
    """The same sentence with its values shortened where it is longer than `most`."""
    if len(sentence) <= most:
        return sentence
    values = {
        name: _within(value, most // 2) if isinstance(value, Sentence) else shortened(value)
        for name, value in sentence.values.items()
    }
    if values:
        return Sentence(sentence.template, **values)
    return Sentence("{words}", words=shortened(sentence, most))


def _damaged(name: str, error_type: type[FileError]) -> FileError:
    reason = "it is damaged or no project of this program; use another copy."
    return error_type("{name} can't be opened: {reason}", name=name, reason=reason)


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int | None) -> bytes:
    if most is None:
        _refuse_misnamed(archive, [info])
        raise DamageError("it holds more than a project of this version; a newer program may open it.")
    if info.file_size > most:
        raise DamageError("it is damaged or too large; use another copy.")
    return unpacked(archive, info)
