"""The column of settings as a dock, and what its panels ask of the intake and show of a training."""

from PySide6.QtCore import QObject, Slot

from cadl_desktop.ui.frame.door import Dock, Door, Entry, Place
from cadl_desktop.ui.frame.frame import Frame
from cadl_desktop.ui.intake.intake import Intake
from cadl_desktop.ui.panels.side_panel import SidePanel


class Settings(QObject):
    """Makes the panels, and connects them to the intake and the session."""

    def __init__(self, frame: Frame, intake: Intake) -> None:
        super().__init__(frame.window)
        self._session = frame.session
        self.side = SidePanel(frame.session.document, intake.pictures.crop)
        gallery = self.side.data.gallery
        gallery.picture_wanted.connect(intake.pictures.choose)
        gallery.pictures_wanted.connect(intake.picture_sets.offer)
        gallery.points_wanted.connect(intake.tables.choose)
        frame.session.samples_changed.connect(self._tell_of_samples)
        frame.session.updated.connect(self._show_place)
        self.door = Door(
            docks=(Dock("settings", "Experiment", lambda _: self.side, Place.LEFT, is_lazy=False),),
            entries=(Entry("new_seed", self.side.run.new_seed, "run", 1),),
        )

    @Slot()
    def _tell_of_samples(self) -> None:
        self.side.data.show_samples(self._session.samples)

    @Slot()
    def _show_place(self) -> None:
        result = self._session.result
        epoch, step = (result.progress.epoch, result.progress.step) if result.progress else (0, 0)
        self.side.training.schedule.drawing.show_place(epoch, result.history.share_done(step))
