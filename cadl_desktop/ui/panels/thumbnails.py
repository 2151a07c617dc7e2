"""Small pictures for the gallery, decoded beside the event loop."""

import logging
from collections.abc import Iterable
from threading import Event, Thread

from PySide6.QtCore import QObject, Signal

from cadl_desktop.experiment import Part
from cadl_desktop.experiment.identity import is_many

LONGEST = 160


class Thumbnails(QObject):
    """Decodes pictures one after the other on a thread of their own.

    It has no parent: the thread may still hold it when the gallery is gone. `stop` ends the thread after
    the picture it is at.
    """

    ready = Signal(str, object)  # key, uint8 array (height, width, 3), or None where it can't be read

    def __init__(self) -> None:
        super().__init__()
        self._stopped = Event()

    def ask(self, wanted: Iterable[tuple[str, Part]]) -> None:
        """Emits `ready` for each of these picture datasets, by the key it is asked for."""
        self._stopped.set()
        self._stopped = Event()
        Thread(target=self._load, args=(list(wanted), self._stopped), name="thumbnails").start()

    def stop(self) -> None:
        self._stopped.set()

    def _load(self, wanted: list[tuple[str, Part]], stopped: Event) -> None:
        # Imported here: Pillow's formats take a while, and the window shall not wait for them.
        from cadl_desktop.data.pictures.many_pictures import preview
        from cadl_desktop.data.pictures.picture_files import PictureError
        from cadl_desktop.data.pictures.pictures import thumbnail

        for key, part in wanted:
            if stopped.is_set():
                return
            try:
                self.ready.emit(key, (preview if is_many(part) else thumbnail)(part, LONGEST))
            except PictureError as error:
                logging.getLogger(__name__).info("no thumbnail of %s: %s", key, error)
                self.ready.emit(key, None)
            except RuntimeError:  # Qt is gone: the program ended meanwhile
                return
