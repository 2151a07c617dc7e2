"""Door of the export: its menu, the dialog, and the messages about written files.

Exports are imported when first used, which shortens the start.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QMenu, QWidget

from cadl_desktop.experiment import Value
from cadl_desktop.sentences import sentence_of, shown
from cadl_desktop.session.background import LatestOnly
from cadl_desktop.session.training.result import Result
from cadl_desktop.session.views.neuron_gains import NeuronGains
from cadl_desktop.session.views.time_machine import TimeMachine
from cadl_desktop.ui.controls.action import Action
from cadl_desktop.ui.controls.looks import wrapped
from cadl_desktop.ui.frame.door import Door, MenuEntry
from cadl_desktop.ui.frame.frame import Frame

if TYPE_CHECKING:
    from cadl_desktop.export.export_kind import Export


class Exports(QObject):
    """Exports the network as it is, or as it was at the moment that is looked at; films show the whole run.

    `looked_at` gives an export's options as the window shows them.
    """

    def __init__(
        self,
        frame: Frame,
        neuron_gains: NeuronGains,
        machine: TimeMachine,
        looked_at: Callable[[], Mapping[str, Value]],
    ) -> None:
        super().__init__(frame.window)
        self._window, self._session, self._say = frame.window, frame.session, frame.messages.say
        self._document = self._session.document
        self._neuron_gains = neuron_gains
        self._machine, self._looked_at = machine, looked_at
        self._newest = LatestOnly()
        self._session.device_changed.connect(self._load)
        # The dialog may be closed before an export ends.
        self._session.exporter.exported.connect(self._say_exported)
        self._session.exporter.cancelled.connect(self._say_cancelled)
        text = "Takes what was learned home as files (Ctrl+E)."
        export = Action("Export…", self.open, "Ctrl+E", text, "export", lambda: self.possible)
        self.door = Door(
            entries=(MenuEntry("export", export, "file", 3), MenuEntry("export_as", self.menu, "file", 3))
        )

    @property
    def possible(self) -> bool:
        """Whether there are weights to export."""
        return self._session.status.live or self._session.result.state is not None

    def menu(self, parent: QWidget) -> QMenu:
        """Menu of exports, filled whenever it opens."""
        menu = QMenu("Export as", parent)
        menu.aboutToShow.connect(lambda: self.fill(menu))
        return menu

    def fill(self, menu: QMenu) -> None:
        """Lists the exports of this experiment, rare ones under *More*; disabled without weights."""
        from cadl_desktop.export.exports import exports_for

        menu.clear()
        for more in menu.findChildren(QMenu):  # which clearing leaves behind
            more.deleteLater()
        found = exports_for(self._document.experiment)
        self._list(menu, [each for each in found if not each.rare])
        if rare := [each for each in found if each.rare]:
            self._list(menu.addMenu("More"), rare)

    def _list(self, menu: QMenu, exports: Sequence["Export"]) -> None:
        menu.setToolTipsVisible(True)
        for wanted in exports:
            action = menu.addAction(f"{wanted.title}…")
            text = "Train first: there is nothing to export yet."
            action.setToolTip(wrapped(wanted.help if self.possible else text))
            action.setEnabled(self.possible)
            action.triggered.connect(lambda _=False, name=wanted.name: self.open_at(name))

    @Slot()
    def open(self) -> None:
        """Opens the Export dialog."""
        self.open_at("")

    def open_at(self, first: str) -> None:
        """Opens the Export dialog at a named export, for the state now or at the moment that is looked at."""
        self._session.load_tensorflow()
        # May be requested twice before the weights arrive.
        show = self._newest.begin().only(self._show)
        self._session.with_state(lambda result: show(result, first))

    def _show(self, result: Result, first: str) -> None:
        from cadl_desktop.export.trained import Trained
        from cadl_desktop.ui.export.export_dialog import ExportDialog

        if result.state is None:
            self._say("warning", "Train first: there is nothing to export yet.")
            return
        experiment, moment = self._document.experiment, self._machine.moment
        run = Trained(
            experiment,
            result.state,
            result.history.copy(),
            result.snapshots.copy(),
            compute=self._session.compute,
            known_samples=self._session.samples_of(experiment),
        )
        earlier = run.until(moment) if moment else None
        others = [
            (
                f"Run {record.number}: {shown(record.name)}",
                Trained(
                    record.experiment,
                    record.state,
                    record.history(),
                    record.snapshots,
                    compute=self._session.compute,
                ),
            )
            for record in (each.at_its_newest for each in reversed(self._session.runs.others()))
            if record.state
        ]
        exporter = self._session.exporter
        looked_at, gains = self._looked_at(), self._neuron_gains.gains
        dialog = ExportDialog(run, exporter, first, self._window, looked_at, earlier, others, gains)
        dialog.open()

    @Slot()
    def _load(self) -> None:
        """Imports the exports in the background, so that the first menu opens at once."""

        def work() -> None:
            import cadl_desktop.export.exports  # noqa: F401

        self._session.background.do(work, lambda _: None, self._say_error)

    @Slot(object)
    def _say_exported(self, path: Path) -> None:
        self._say("info", f"Exported to {shown(path)}.")

    @Slot()
    def _say_cancelled(self) -> None:
        self._say("info", "Cancelled; nothing was written.")

    def _say_error(self, error: Exception) -> None:
        self._say("error", sentence_of(error))
