"""Import of weights from a file into the open network."""

from pathlib import Path

from PySide6.QtCore import Slot

from cadl_desktop.sentences import shown
from cadl_desktop.session.weight_edits import import_weights
from cadl_desktop.ui.intake.file_names import patterns
from cadl_desktop.ui.intake.reader import Reader
from cadl_desktop.ui.settings.recent_paths import remember_folder
from cadl_desktop.weights_in.array_files import ENDINGS


class WeightsReader(Reader):
    """Reads weights."""

    @Slot()
    def choose(self) -> None:
        """Shows a file dialog for weights."""
        kinds = f"Weights ({patterns(ENDINGS)})"
        if path := self._ask_for_file("Import weights", kinds):
            self.read(path)

    def read(self, path: Path) -> None:
        def done() -> None:
            remember_folder(path)
            self.message.emit("info", f"Weights taken from {shown(path.name)}.")

        import_weights(self._session, path, done, self._say_error)
