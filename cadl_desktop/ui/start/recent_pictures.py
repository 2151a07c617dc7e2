"""Pictures of recent projects, read beside the event loop: what each of them learns."""

import logging
from collections.abc import Iterable
from pathlib import Path
from threading import Event, Thread

from PySide6.QtCore import QObject, Signal

from cadl_desktop.experiment import Part
from cadl_desktop.experiment.identity import is_many

LONGEST = 224


class RecentPictures(QObject):
    """It has no parent: the thread may still hold it when the page is gone. `stop` ends the thread after the
    project that it is at."""

    picture = Signal(str, object)  # the path, uint8 array (height, width, 3)
    curve = Signal(str, object, object)  # the path, points and truth as `small_curve` gives them

    def __init__(self) -> None:
        super().__init__()
        self._stopped = Event()

    def ask(self, paths: Iterable[Path]) -> None:
        self._stopped.set()
        self._stopped = Event()
        Thread(target=self._load, args=(list(paths), self._stopped), name="recent pictures").start()

    def stop(self) -> None:
        self._stopped.set()

    def _load(self, paths: list[Path], stopped: Event) -> None:
        from cadl_desktop.project import open_experiment

        for path in paths:
            if stopped.is_set():
                return
            try:
                self._tell(str(path), open_experiment(path).data)
            except RuntimeError:  # Qt is gone: the program ended meanwhile
                return
            except Exception as error:  # a file may hold anything; its card shows an icon then
                logging.getLogger(__name__).info("no picture of %s: %s", path, error)

    def _tell(self, path: str, data: Part) -> None:
        from cadl_desktop.data.pictures.many_pictures import preview
        from cadl_desktop.data.pictures.pictures import thumbnail
        from cadl_desktop.experiment.catalog import entry
        from cadl_desktop.ui.panels.tile_curve import small_curve

        if entry("dataset", data.kind).makes == "curve":
            self.curve.emit(path, *small_curve(data))
        else:
            self.picture.emit(path, (preview if is_many(data) else thumbnail)(data, LONGEST))
