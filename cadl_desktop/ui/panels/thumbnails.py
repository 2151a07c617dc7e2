"""Small pictures, decoded beside the event loop."""

import logging
from collections.abc import Iterable
from threading import Event, Thread
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from cadl_desktop.experiment import Part
from cadl_desktop.experiment.model import has_many_pictures
from cadl_desktop.system.machine import lower_thread_priority

LONGEST = 160

W = TypeVar("W")


class Loader(QObject, Generic[W]):
    """Loads one thing after the other on a thread of its own; subclasses say how, and tell of it by signals.

    It has no parent: the thread may still hold it when the widget it loads for is gone. `stop` ends the
    thread after what it is at.
    """

    def __init__(self) -> None:
        super().__init__()
        self._stopped = Event()

    def ask(self, wanted: Iterable[W]) -> None:
        """Loads each of these, and nothing any more of what was asked for earlier."""
        self._stopped.set()
        self._stopped = Event()
        Thread(target=self._load_all, args=(list(wanted), self._stopped), name="thumbnails").start()

    def stop(self) -> None:
        self._stopped.set()

    def load(self, one: W) -> None:
        raise NotImplementedError

    def _load_all(self, wanted: list[W], stopped: Event) -> None:
        lower_thread_priority()
        for one in wanted:
            if stopped.is_set():
                return
            try:
                self.load(one)
            except RuntimeError:  # Qt is gone: the program ended meanwhile
                return


def small_picture(data: Part, longest: int) -> NDArray[np.uint8]:
    """What a picture dataset shows, as an array (height, width, 3). Raises PictureError."""
    # Imported here: Pillow's formats take a while, and the window shall not wait for them.
    from cadl_desktop.data.pictures.many_pictures import preview
    from cadl_desktop.data.pictures.picture_dataset import thumbnail

    return (preview if has_many_pictures(data) else thumbnail)(data, longest)


class Thumbnails(Loader[tuple[str, Part]]):
    """The gallery's: picture datasets, each by the key it is asked for."""

    ready = Signal(str, object)  # key, uint8 array (height, width, 3), or None where it can't be read

    def load(self, one: tuple[str, Part]) -> None:
        from cadl_desktop.data.pictures.picture_reading import PictureError

        key, data = one
        try:
            self.ready.emit(key, small_picture(data, LONGEST))
        except PictureError as error:
            logging.getLogger(__name__).info("no thumbnail of %s: %s", key, error)
            self.ready.emit(key, None)
