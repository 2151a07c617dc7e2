"""Widgets in the designer's header: size of the network, the switch that keeps weights, notes on layers and
gains."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QToolButton, QWidget

from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.catalog import entry
from cadl_desktop.experiment.effort import (
    Memory,
    curve_points,
    format_bytes,
    memory_needed,
    multiplications_per_step,
    sample_count,
    single_picture_numbers,
)
from cadl_desktop.experiment.shapes import parameter_count, trainable_count
from cadl_desktop.session.session import Session
from cadl_desktop.session.views.neuron_gains import NeuronGains
from cadl_desktop.ui.controls.action import Action, bind_button
from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.controls.follower import FollowedSettings
from cadl_desktop.ui.controls.layouts import at, in_row
from cadl_desktop.ui.controls.looks import FittingLabel, set_tip
from cadl_desktop.ui.controls.number_text import figure, grouped
from cadl_desktop.ui.settings.settings_table import KEEP_LEARNED
from cadl_desktop.ui.theme.icons import set_icon

_BITS, _COLOUR_BITS = 32, 8
"""Bits of a parameter as it is trained, and of a picture's number."""
_MANY = 50_000
_BILLION = 1_000_000_000
PATH = "layers"


class EffortLabel(FittingLabel):
    """Size of the network, such as '13,117 parameters, 10 % of the picture', as far as there is room. The
    tooltip explains it, and says what its training costs."""

    def show_experiment(self, experiment: Experiment, *, sound: bool) -> None:
        """Shows an experiment; only the parameters unless it is `sound`, and nothing where they cannot be
        counted."""
        try:
            count = parameter_count(experiment)
        except (KeyError, ValueError):  # an unknown part; `check` says so beside it
            self._show(("",) * 3, [], "")
            return
        sizes, words, tip = ("1 parameter" if count == 1 else f"{grouped(count)} parameters",) * 3, [], ""
        if sound:
            numbers, memory = single_picture_numbers(experiment), memory_needed(experiment)
            words = [format_bytes(memory.total), self._products(experiment)]
            tip = self._explanation(memory, count - trainable_count(experiment))
            if points := curve_points(experiment):
                against = f"{sizes[0]} for {'1 point' if points == 1 else f'{grouped(points)} points'}"
                sizes = against, against, sizes[0]
            if numbers is not None:
                is_local = entry("encoding", experiment.encoding.kind).looks_up
                sizes = _shares(sizes[0], count / numbers, numbers)
                bits = _bits(count, numbers, sample_count(experiment), is_local=is_local)
                tip = f"{sizes[0]}. {bits} {tip}"
        self._show(sizes, words, tip)

    def _show(self, sizes: tuple[str, ...], words: list[str], tip: str) -> None:
        """Shows the shorter two of the size's three texts; the longest and the words are spoken."""
        long, *shown = sizes
        self.setAccessibleName(" · ".join([long, *words]))
        self.show_texts(shown)
        set_tip(self, tip)

    def _products(self, experiment: Experiment) -> str:
        count = multiplications_per_step(experiment)
        if count < _MANY:
            return f"{grouped(count)} products a step"
        large = count >= 0.9995 * _BILLION
        share = count / (_BILLION if large else 1_000_000)
        words = f"{share:.1f}" if share < 99.95 else grouped(round(share))
        return f"{words} billion products a step" if large else f"{words} million products a step"

    def _explanation(self, memory: Memory, still: int) -> str:
        frozen = f"{grouped(still)} of the parameters {'is' if still == 1 else 'are'} frozen."
        sentences = [frozen] if still else []
        parts = (
            ("weights and optimizer", memory.weights),
            ("a batch", memory.batch),
            ("samples", memory.samples),
            ("measuring the cost", memory.measuring),
        )
        listed = ", ".join(f"{what} {format_bytes(size)}" for what, size in parts)
        sentences.append(f"Training takes about so much memory beside the program's own: {listed}.")
        sentences.append("A step multiplies and adds that often, with a whole batch, forward and back.")
        return " ".join(sentences)


def _shares(parameters: str, share: float, numbers: int) -> tuple[str, str, str]:
    """Returns three texts of the parameters and their share of the picture's numbers, the longest first. From
    100 % on there is room for a copy, whatever the network has learned."""
    short = f"{parameters}, {figure(100 * share, 2)} %"
    middle = f"{short} of the picture"
    long = f"{middle}'s {grouped(numbers)} numbers"
    if round(100 * share) < 100:
        return long, middle, short
    return f"{long}: room to copy", f"{middle}: room to copy", f"{short}: room to copy"


def _bits(parameters: int, numbers: int, pixels: int, *, is_local: bool) -> str:
    bits = f"{figure(_BITS * parameters / pixels)} bits for each pixel, where the picture has"
    words = f"At {_BITS} bits a parameter that is {bits} {_COLOUR_BITS * numbers // pixels}."
    local = " A grid's numbers are local, each about one place; a layer's are shared by all pixels."
    return words + local if is_local else words


class KeepSwitch(QToolButton):
    """Switch that decides whether edits of the network keep what was learned; its position is remembered."""

    def __init__(self, session: Session | None = None) -> None:
        super().__init__()
        self.setText("Keep learned")
        self.setCheckable(True)
        self.setProperty("toggle", True)
        text = (
            "On: edits of the network keep what was learned. A wider layer or a new one starts as the same "
            "function, a narrower one loses only its own weights, and another activation goes on with the "
            "same weights; whatever can't be kept starts over. Off: every edit of the network starts over."
        )
        describe(self, "Keep what was learned", text)
        self.setChecked(KEEP_LEARNED.get())
        self.toggled.connect(KEEP_LEARNED.set)
        self._session = session
        self._apply(self.isChecked())
        self.toggled.connect(self._apply)

    @Slot(bool)
    def _apply(self, on: bool) -> None:
        if self._session is not None:
            self._session.keep_learned = on


class FollowingLayers(QWidget):
    """Says whether the hidden layers follow the picture, or offers to let them follow again; hidden where no
    method sets the layers."""

    return_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = FittingLabel()
        self.words.show_texts(("automatic layers", "auto"))
        self.button = QToolButton()
        set_icon(self.button, "follow", "muted")
        self.button.clicked.connect(self.return_wanted)
        in_row(self.words, self.button, on=self, apart=0)

    def show_following(self, following: FollowedSettings) -> None:
        state = following.state(PATH)
        self.setVisible(bool(state))
        self.words.setVisible(state == "follows")
        self.button.setVisible(state == "typed")
        what = "points" if following.points else "picture"
        set_tip(self.words, f"The hidden layers suit the {what}, until you change one.")
        again = f"Make the layers automatic again, to suit the {what}"
        describe(self.button, again, f"{again}.")

    def allow(self, width: int) -> None:
        """Allows the words this width, or their least."""
        self.words.setMaximumWidth(max(width, self.words.shortest()))


class GainsBar(QWidget):
    """Says how many neurons are muted or scaled, and offers to keep or reset that; hidden while none is."""

    def __init__(self, neuron_gains: NeuronGains, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._neuron_gains = neuron_gains
        self.text = FittingLabel()
        name = "Keep muted and scaled neurons"
        self.keep = _button(keep_gains(neuron_gains), name, "Keep")
        name = "Reset muted and scaled neurons"
        self.reset = _button(reset_gains(neuron_gains), name, "Reset all")
        middle = Qt.AlignmentFlag.AlignVCenter
        in_row(self.text, at(middle, self.keep), at(middle, self.reset), on=self)
        neuron_gains.changed.connect(self._show)
        self._show()

    @Slot()
    def _show(self) -> None:
        count = self._neuron_gains.count
        text = "1 neuron muted or scaled" if count == 1 else f"{count} neurons muted or scaled"
        if text != self.accessibleName():
            self.text.show_texts((text, f"{count} changed"))
            self.setAccessibleName(text)
        self.setVisible(count > 0)


def _button(action: Action, name: str, text: str) -> QToolButton:
    """Button no higher than its line of text."""
    button = QToolButton()
    button.setText(text)
    button.setProperty("toggle", True)
    bind_button(button, action, name)
    return button


def keep_gains(gains: NeuronGains) -> Action:
    text = "Puts what is muted and scaled into the weights, as one step that can be undone (Ctrl+K)."
    title = "Keep muted and scaled"
    return Action(title, gains.keep, "Ctrl+K", text, possible=lambda: gains.count > 0)


def reset_gains(gains: NeuronGains) -> Action:
    text = "Leaves every neuron alone again (Ctrl+Shift+K)."
    title = "Reset muted and scaled"
    return Action(title, gains.reset, "Ctrl+Shift+K", text, possible=lambda: gains.count > 0)
