"""By which of the shipped experiments the data are learned."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from cadl_desktop.experiment import Experiment, preset
from cadl_desktop.experiment.edits import preset_of, presets_for
from cadl_desktop.ui.controls.fields import Chooser, describe
from cadl_desktop.ui.controls.layouts import in_column
from cadl_desktop.ui.controls.looks import label
from cadl_desktop.ui.theme.theme import GRID


class MethodField(QWidget):
    """Shows nothing chosen where the network is a design of one's own. Its own title stands above: those of
    the examples are long."""

    chosen = Signal(str)  # the preset's name

    def __init__(self) -> None:
        super().__init__()
        title = label("Method", "heading")
        self.chooser = Chooser()
        title.setBuddy(self.chooser)
        text = "By which example it is learned: network and training become the example's."
        describe(self.chooser, title.text(), text)
        self.chooser.setPlaceholderText("Your own design")
        self.chooser.chosen.connect(self.chosen)
        self._names: list[str] = []
        in_column(title, self.chooser, on=self, apart=GRID // 2)

    def show_experiment(self, experiment: Experiment) -> None:
        names = presets_for(experiment.data)
        if names != self._names:
            self._names = names
            shipped = [(name, preset(name)) for name in names]
            self.chooser.set_choices((name, each.name, each.note) for name, each in shipped)
        self.chooser.set_name(preset_of(experiment))
        self.setVisible(bool(names))
