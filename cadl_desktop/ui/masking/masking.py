"""Connects the mask's overlay and strip with the experiment that they edit."""

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from cadl_desktop.data.pictures.masks import Mask, drawn_pixels, mask_of_file, mask_to_png
from cadl_desktop.experiment import Experiment, Part
from cadl_desktop.sentences import sentence_of, shown
from cadl_desktop.session.views.copied_pixels import CopiedPixels
from cadl_desktop.ui.controls import file_dialogs
from cadl_desktop.ui.controls.action import Action
from cadl_desktop.ui.controls.fields import messages_by_field, problems_of_part
from cadl_desktop.ui.frame.door import Door, Hideable
from cadl_desktop.ui.frame.frame import Frame
from cadl_desktop.ui.intake.file_names import patterns
from cadl_desktop.ui.intake.picture_reader import PICTURES
from cadl_desktop.ui.masking.fill_in_offer import FillInOffer
from cadl_desktop.ui.masking.mask_strip import MaskStrip
from cadl_desktop.ui.masking.overlay import MaskOverlay
from cadl_desktop.ui.masking.tool import BY_CHANCE, Tool
from cadl_desktop.ui.plots.output_view import OutputView
from cadl_desktop.ui.settings.recent_paths import last_folder, remember_folder

if TYPE_CHECKING:
    from cadl_desktop.ui.painting.pane import Pane

_ALL = 100
"""Per cent of the pixels that are kept where none is hidden by chance."""


class Masking(QObject):
    """Mask editing in the window; every stroke and every button is one undoable edit of the document."""

    def __init__(self, frame: Frame, output: OutputView) -> None:
        window, session = frame.window, frame.session
        super().__init__(window)
        self._window, self._session, self._output = window, session, output
        self._say = frame.messages.say
        self.tool = Tool(self)
        self._offer = FillInOffer(frame)
        tools = Hideable("mask", self._tools, self._hides_pixels, lambda: self.strip is not None)
        # The scores say what is guessed.
        scores = Hideable("scores", list, self._hides_pixels)
        self.door = Door(hideables=(tools, scores), news=(self.tool.changed, session.samples_changed))
        self._offer.accepted.connect(output.painting.show_main_painting)
        copied = CopiedPixels(session)
        copied.found.connect(output.painting.show_sources)
        for guessed in (copied.guessed, self._offer.guessed):
            guessed.connect(output.painting.show_guesses)
        self.strip: MaskStrip | None = None
        self.overlay: MaskOverlay | None = None
        self._main_before: Pane | None = None
        self._drawn_on: Part | None = None
        session.samples_changed.connect(self._show)
        session.document.changed.connect(self._follow)
        session.document.problems_changed.connect(self._show_problems)
        self.tool.changed.connect(self._show_target)
        window.installEventFilter(self)
        self._show()

    def _actions(self) -> tuple[tuple[Action, ...], ...]:
        text = "Takes a picture file as the mask: what is light or transparent in it is hidden."
        load = Action("Load mask", self._load, tip=text)
        text = "Hides what is shown and shows the rest."
        invert = Action("Invert mask", self._invert, tip=text)
        text = "Shows all that was drawn over."
        clear = Action("Clear mask", self._clear, tip=text, possible=self._is_drawn)
        return self._offer.actions(), (load, invert, clear)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Drops the tool on Escape wherever the focus is, unless the focused widget handles the key."""
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        if event.key() != Qt.Key.Key_Escape or not self.tool.kind:
            return False
        self.tool.take("")
        return True

    @Slot()
    def take_brush(self) -> None:
        """Selects the brush, as a click on it does."""
        self.tool.take("brush")

    @Slot()
    def _load(self) -> None:
        """Asks for a picture file to use as the mask."""
        pictures = f"Pictures ({patterns(PICTURES)})"
        name = file_dialogs.file_to_open(self._window, "Mask", last_folder(), pictures)
        if name:
            self.take_file(Path(name))

    def take_file(self, path: Path) -> None:
        """Uses a picture file as the mask."""
        before = self._session.document.experiment.data

        def done(png: bytes) -> None:
            remember_folder(path)
            if self._session.document.experiment.data == before:
                self._edit(f"Mask {shown(path.name)}", png)
            else:
                why = "the data changed while it was read. Load it again."
                self._say("warning", f"“{shown(path.name)}” hides nothing: {why}")

        self._session.background.do(
            lambda: mask_of_file(path), done, lambda error: self._say("error", sentence_of(error))
        )

    @Slot()
    def _invert(self) -> None:
        mask = self._drawn()
        if mask is not None:
            self._edit_mask("Invert mask", ~mask)

    @Slot()
    def _clear(self) -> None:
        self._edit("Clear mask", b"")

    def _tools(self) -> list[QWidget]:
        return [] if self.strip is None else [self._output.painting.tools]

    def _hides_pixels(self) -> bool:
        """Whether pixels are hidden, or somebody is about to hide some."""
        kept = self._session.document.experiment.data.as_dict().get("keep", _ALL)
        return self._is_drawn() or bool(self.tool.kind) or kept != _ALL

    def _is_drawn(self) -> bool:
        return bool(self._session.document.experiment.data.as_dict().get("mask"))

    def _drawn(self) -> Mask | None:
        """Drawn mask, without what is hidden at random; None if there is no picture to draw on."""
        samples, data = self._session.samples, self._session.document.experiment.data
        if data.kind != "picture" or samples is None or samples.picture_shape is None:
            return None
        self._drawn_on = data
        return drawn_pixels(data, *samples.picture_shape)

    def _edit_mask(self, label: str, mask: Mask) -> None:
        self._edit(label, mask_to_png(mask))

    def _edit(self, label: str, png: bytes) -> None:
        experiment = self._session.document.experiment
        if experiment.data.kind != "picture":
            return
        is_due = self._offer.is_due()
        self._session.document.edit(label, replace(experiment, data=experiment.data.has(mask=png)))
        if is_due:
            self._offer.show()

    @Slot(object)
    def _take_stroke(self, mask: Mask) -> None:
        labels = {"brush": "Hide pixels", "eraser": "Show pixels", "rectangle": "Hide a rectangle"}
        self._edit_mask(labels.get(self.tool.kind, "Mask"), mask)

    @Slot()
    def _show(self) -> None:
        samples = self._session.samples
        if samples is None or samples.picture_shape is None:
            return
        if self.overlay is None:
            self._create_widgets()
        assert self.overlay is not None
        hidden = None if samples.hidden is None else samples.hidden.reshape(samples.picture_shape)
        self.overlay.show_hidden(hidden)
        self._output.painting.show_hidden(hidden)

    def _create_widgets(self) -> None:
        """Creates overlay and strip for the first picture."""
        painting = self._output.painting
        self.overlay = MaskOverlay(painting.target, painting.view, self.tool, self._drawn)
        self.overlay.stroke_ended.connect(self._take_stroke)
        self.strip = MaskStrip(self.tool, self._actions(), self._session.document.experiment.data)
        self.strip.form.edited.connect(self._edit_chance)
        painting.show_tools(self.strip, self.strip.controls())
        self._show_target()  # a tool may have been selected before
        self._follow(self._session.document.experiment)
        self._show_problems()

    @Slot(object)
    def _follow(self, experiment: Experiment) -> None:
        if experiment.data.kind != "picture":
            self.tool.take("")
        if self.overlay is not None and experiment.data != self._drawn_on:
            self.overlay.cancel()  # a stroke on a mask that changed meanwhile, as after an undo
        if self.strip is not None:
            self.strip.show_data(experiment.data)

    @Slot()
    def _show_problems(self) -> None:
        """Shows problems of the hidden pixels below the canvas, where there is room for text."""
        if self.strip is None:
            return
        problems = problems_of_part(messages_by_field(self._session.document.problems), "data")
        found = [name for name in ("mask", *BY_CHANCE) if name in problems]
        self.strip.show_problems(found)
        self._output.painting.problem.show_problem(problems[found[0]] if found else "")

    @Slot(str, object, object)
    def _edit_chance(self, label: str, data: Part, merge_key: str | None) -> None:
        experiment = self._session.document.experiment
        self._session.document.edit(label, replace(experiment, data=data), merge_key and f"data.{merge_key}")

    @Slot()
    def _show_target(self) -> None:
        """Makes the target large while a tool is selected."""
        if self.overlay is None:
            return
        painting = self._output.painting
        if self.tool.kind:
            if self._main_before is None:
                self._main_before = painting.stage.main
            painting.stage.make_large(painting.target)
            painting.target.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self._main_before is not None:
            before, self._main_before = self._main_before, None
            if painting.stage.main is painting.target:
                painting.stage.make_large(before)

    @Slot()
    def show_painting(self) -> None:
        """Makes the painting large again when training starts while a tool is selected.

        The tool stays selected in case the target is brought back; without a tool the large picture was
        chosen by the user.
        """
        painting = self._output.painting
        if self.tool.kind and painting.stage.main is painting.target:
            painting.stage.make_large(painting.painting)
