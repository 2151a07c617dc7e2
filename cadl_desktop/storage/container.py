"""Container files: zips of a few named members, read with bounds and without trust in what they claim."""

import errno
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from cadl_desktop.sentences import Sentence, SentenceError, sentence_of, shortened
from cadl_desktop.storage.atomic import FileError, write_atomically
from cadl_desktop.storage.untrusted_files import is_encrypted, is_misnamed, opened_archive, unpacked

_TABLE = "a spreadsheet; save it as CSV in its own program, and open that."
_FOREIGN_KINDS: tuple[tuple[str, str], ...] = (
    ("xl/", _TABLE),
    ("word/", "a text document; what it shows has to be saved as a picture or a table first."),
    ("ppt/", "a presentation; save a page of it as a picture, and open that."),
    ("content.xml", "an office document; save it as CSV or as a picture, and open that."),
    ("model.weights.h5", "a Keras network; take it in by Import weights, or by --weights."),
)


def describe_foreign_archive(names: Iterable[str]) -> str:
    """Kind of a foreign zip, told by its member names, and what to do with it, as the rest of a sentence."""
    found = list(names)
    for beginning, kind in _FOREIGN_KINDS:
        if any(name.startswith(beginning) for name in found):
            return kind
    return "a zip archive that holds no project; unpack it, and open what is in it."


Content = bytes | list[memoryview]
"""Bytes of a member, whole or as consecutive pieces."""
MOST_MEMBERS = 6000
MOST_BYTES_TOGETHER = 2 * 2**30
PACKED_ROOM, MOST_PACKED = 16 * 2**20, 50
"""Limit of the unpacked bytes of all compressed members: PACKED_ROOM plus MOST_PACKED times their packed
size. The program's own data shrinks to a tenth; a zip bomb needs a ratio of about a thousand."""


class DamageError(SentenceError, ValueError):
    """Defect of a container or its content, worded as the rest of a sentence: 'it is damaged; ...'."""


def write_container(path: Path, members: Mapping[str, Content], *, keep_previous: bool = False) -> None:
    """Writes the members as a zip, atomically; equal members give equal bytes. Raises FileError."""
    write_atomically(path, lambda temporary: pack(temporary, members), keep_previous=keep_previous)


def pack(place: Path | IO[bytes], members: Mapping[str, Content]) -> None:
    """Writes the members as a zip directly to `place`. Raises OSError."""
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
"""Name of a member -> its largest permitted size in bytes; None for a name that is not permitted."""


class Container:
    """Open container. Everything is read from the same file, even if another version is saved meanwhile."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    def read(
        self, most_bytes: MostBytes, is_wanted: Callable[[str], bool] = lambda name: True
    ) -> dict[str, bytes]:
        """Reads the wanted members, by name. Raises the errors that `reading_errors_as` handles."""
        wanted = [info for info in self._archive.infolist() if is_wanted(info.filename)]
        return {info.filename: _read(self._archive, info, most_bytes(info.filename)) for info in wanted}


@contextmanager
def opened_container(place: Path | IO[bytes], *, sign: str | None = None) -> Iterator[Container]:
    """Opens and checks a container. With `sign`, a zip without a member of that name is refused as foreign.

    Raises the errors that `reading_errors_as` handles.
    """
    if isinstance(place, Path):
        refuse_special_file(place)
    with opened_archive(place, MOST_MEMBERS) as archive:
        infos = archive.infolist()
        if sign is not None and all(info.filename != sign for info in infos):
            _refuse_misnamed(archive, infos)
            kind = describe_foreign_archive(info.filename for info in infos)
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
    """Opens a container, reads the wanted members, and closes it."""
    with opened_container(place, sign=sign) as container:
        return container.read(most_bytes, is_wanted)


def _refuse_large(infos: list[zipfile.ZipInfo]) -> None:
    """Raises DamageError for a container that unpacks to too many bytes."""
    packed = [info for info in infos if info.compress_type != zipfile.ZIP_STORED]
    room = PACKED_ROOM + MOST_PACKED * sum(info.compress_size for info in packed)
    together = sum(info.file_size for info in infos)
    if together > MOST_BYTES_TOGETHER or sum(info.file_size for info in packed) > room:
        raise DamageError("it is damaged or too large; use another copy.")


def _refuse_misnamed(archive: zipfile.ZipFile, infos: list[zipfile.ZipInfo]) -> None:
    """Raises DamageError for a damaged name, so that it isn't taken for a member of a foreign zip."""
    if any(is_misnamed(archive, info) for info in infos):
        raise DamageError("it is damaged; use another copy.")


def refuse_special_file(path: Path) -> None:
    """Raises DamageError for folders, pipes and devices, whose reading might block or never end."""
    if path.exists() and not path.is_file():
        raise DamageError("it is not an ordinary file; choose another.")


@contextmanager
def reading_errors_as(path: Path, error_type: type[FileError]) -> Iterator[None]:
    """Turns any error of reading a container within the context into one sentence, as an `error_type`."""
    name = f"'{path.name}'"
    try:
        yield
    except DamageError as error:
        raise error_type(
            "{name} can't be opened: {reason}", name=name, reason=_shorten(sentence_of(error))
        ) from error
    except OSError as error:
        if error.errno == errno.EINVAL:  # zipfile has sought a position before the start of the file
            raise _damaged(name, error_type) from error
        reason = error.strerror.lower() if error.strerror else "it can't be read"
        raise error_type(
            "{name} can't be opened: {reason}; check the file and try again.", name=name, reason=reason
        ) from error
    # Errors of zipfile for damaged files; RuntimeError is for an unknown compression method.
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError, OverflowError) as error:
        raise _damaged(name, error_type) from error


def _shorten(sentence: Sentence, most: int = 200) -> Sentence:
    """The sentence, with shortened values if it has more than `most` characters."""
    if len(sentence) <= most:
        return sentence
    values = {
        name: _shorten(value, most // 2) if isinstance(value, Sentence) else shortened(value)
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
