"""What a sweep's folder says by now, read piece by piece off the event loop."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cadl_desktop.data.samples import Samples, samples_of
from cadl_desktop.experiment.shapes import is_painting
from cadl_desktop.sentences import SentenceError
from cadl_desktop.sweeps.plan.sweep import Sweep
from cadl_desktop.sweeps.records.folder import SweepFolder
from cadl_desktop.sweeps.records.log import Begun, Ended, LogReader, Measured, Record
from cadl_desktop.sweeps.records.previews import Preview
from cadl_desktop.sweeps.records.standing import Standing


class FolderGoneError(SentenceError):
    """Nothing can be read of a sweep any more."""


@dataclass(frozen=True)
class Look:
    """A sweep as it was found: how it stands, whether an owner has it, and what its trials make that have
    told anything since the look before."""

    standing: Standing
    is_owned: bool
    previews: Mapping[int, Preview] = field(default_factory=dict)


class Following:
    """Reads one folder; each look goes on from the one before. Never used by two threads at once."""

    def __init__(self, folder: SweepFolder) -> None:
        self.folder = folder
        self._log = LogReader(folder.log)
        self._standing = Standing()
        self._told: set[int] = set()

    @classmethod
    def of(cls, path: Path) -> "Opened":
        """A folder's sweep and the first look at it. Raises ProjectError, FolderGoneError and DataError."""
        following = cls(SweepFolder(path))
        sweep = following.folder.sweep()
        samples = None if is_painting(sweep.base) else samples_of(sweep.base.data)
        return Opened(following, sweep, samples, following.look())

    def look(self) -> Look:
        """Raises FolderGoneError."""
        folder = self.folder
        # Before the log: what an owner wrote before it left is then read.
        is_owned = folder.has_owner
        if not folder.sweep_file.exists():
            raise FolderGoneError(
                "The sweep's folder '{folder}' is gone; open it from where it is now.", folder=folder.path
            )
        try:
            news = list(self._log.news())
        except OSError as error:
            raise FolderGoneError(
                "The sweep's folder '{folder}' can't be read: {reason}.",
                folder=folder.path,
                reason=error.strerror or error,
            ) from error
        if news:
            self._standing = self._standing.with_news(news)
        return Look(self._standing, is_owned, self._previews(_numbers(news)))

    def _previews(self, told: set[int]) -> dict[int, Preview]:
        """Of the trials that tell something now, and once more of those that did the last time: the owner
        writes what a trial makes beside its log, not at the same moment."""
        looked_at, self._told = told | self._told, told
        found = {number: self.folder.preview(number) for number in looked_at}
        return {number: preview for number, preview in found.items() if preview is not None}


@dataclass(frozen=True)
class Opened:
    """A sweep with what its trials learn, where that is a curve's points, as it is first seen."""

    following: Following
    sweep: Sweep
    samples: Samples | None
    look: Look


def _numbers(news: list[Record]) -> set[int]:
    return {record.number for record in news if isinstance(record, (Begun, Measured, Ended))}
