"""Pictures of recent projects, read beside the event loop: what each of them learns."""

import logging
from pathlib import Path

from PySide6.QtCore import Signal

from cadl_desktop.experiment import Part
from cadl_desktop.ui.panels.thumbnails import Loader, small_picture

LONGEST = 224


class RecentPictures(Loader[Path]):
    """Of the projects at these paths."""

    picture = Signal(str, object)  # the path, uint8 array (height, width, 3)
    curve = Signal(str, object, object)  # the path, points and truth as `small_curve` gives them

    def load(self, one: Path) -> None:
        from cadl_desktop.project import open_experiment

        try:
            self._tell(str(one), open_experiment(one).data)
        except RuntimeError:
            raise
        except Exception as error:  # a file may hold anything; its card shows an icon then
            logging.getLogger(__name__).info("no picture of %s: %s", one, error)

    def _tell(self, path: str, data: Part) -> None:
        from cadl_desktop.experiment.catalog import entry
        from cadl_desktop.ui.panels.tile_curve import small_curve

        if entry("dataset", data.kind).makes == "curve":
            self.curve.emit(path, *small_curve(data))
        else:
            self.picture.emit(path, small_picture(data, LONGEST))
