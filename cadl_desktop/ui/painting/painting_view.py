"""View of a painting, its target and its error, with the readout under the cursor."""

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Slot
from PySide6.QtGui import QAction, QImage, QKeySequence
from PySide6.QtWidgets import QWidget

from cadl_desktop.computing.view_rendering import PaintedLayer, PictureRequest
from cadl_desktop.data.pictures.guessed_pixels import GuessedPixels, GuessesByNow
from cadl_desktop.data.pictures.hole_filling import PATCH
from cadl_desktop.data.pictures.masks import Mask, composite
from cadl_desktop.data.scores import Scores
from cadl_desktop.drawing.palette import ERROR_REACH
from cadl_desktop.ui.controls.action import Action, Within, add_action
from cadl_desktop.ui.controls.looks import set_tip
from cadl_desktop.ui.painting.canvas_head import GUESSED, INTERPOLATED, others_in_words, scores_apply
from cadl_desktop.ui.painting.images import (
    Pixels,
    copy,
    error_image,
    error_reach,
    image_of,
    pixels_of,
    side_by_side,
)
from cadl_desktop.ui.painting.painting_canvas import UNPAINTED, PaintingCanvas
from cadl_desktop.ui.painting.painting_detail import PaintingDetail, rectangle
from cadl_desktop.ui.painting.painting_switches import PaintingSwitches
from cadl_desktop.ui.painting.pane import WHOLE, Cells
from cadl_desktop.ui.theme.theme import notifier, theme

COMING = "The network paints here in a moment."
"""Hint while what was learned is painted, which waits for TensorFlow after the start."""
AMPLIFICATIONS = (1, 4, 16, None)
"""Factors of the error's colours; None follows the errors."""


class PaintingView(PaintingCanvas):
    """Shows a target once, then each new painting.

    If the view shows more, less or finer detail than the painting's own pixels, `wanted` says what to render,
    and `show_layers` shows it.
    """

    def __init__(
        self,
        parent: QWidget | None = None,
        switches: PaintingSwitches | None = None,
        sign: QWidget | None = None,
    ) -> None:
        super().__init__(parent, switches, sign)
        self._target_pixels: Pixels | None = None
        self._painted: Pixels | None = None
        self._error_source: NDArray[Any] | None = None
        self._hidden: Mask | None = None
        self._guessed: GuessedPixels | None = None
        self._guesses_are = ""
        self._psnr: float | None = None
        self._scores: Scores | None = None
        self._scored_psnr: float | None = None
        self._size = 1, 1
        self._is_montage = False
        self._under_cursor: tuple[int, int] | None = None
        self._amplified = 0
        self._detail = PaintingDetail(self.painting, self.view, self.larger)
        self._add_copies()
        self._amplify_action = self._add_amplifier()
        self.add_actions()
        self._connect_panes()
        self._show_main()
        self._show_error()

    def show_target(self, target: Pixels, size: tuple[int, int] | None = None, montage: bool = False) -> None:
        """Shows the target (height, width, 3) and clears painting and mask.

        `size` is the height and width of the picture itself, if it has more pixels than are shown. Between
        the pictures of a `montage` nothing is interpolated.
        """
        self._target_pixels, self._hidden, self._is_montage = target, None, montage
        self.clear_painting()
        self.view.reset()
        height, width = target.shape[:2]
        self._size = size or (height, width)
        self.head.pixels.setText(f"{self._size[1]} × {self._size[0]}")
        self.painting.expected = image_of(target)
        self.target.show_image(self.painting.expected)
        for pane in (self.painting, self.error):
            pane.set_picture_shape(height, width)
        self.stage.set_picture_shape(height, width)
        self.comparison.show_target(target)
        self.look_changed.emit()

    def show_painting(self, prediction: NDArray[Any], psnr: float | None) -> None:
        """Shows the network's painting (height, width, 3), nominally 0 to 255, and its error."""
        if not np.isfinite(prediction).all():
            prediction = np.nan_to_num(prediction, nan=0.0, posinf=255.0, neginf=0.0)
        is_first = self._painted is None
        self._painted = pixels_of(prediction)
        self._psnr = psnr
        if self._guessed is not None:
            self.show_guesses(None)
        self._show_painted()
        self._write_scores()
        if self._target_pixels is not None and self._target_pixels.shape == self._painted.shape:
            self._error_source = prediction
            self._show_error()
        self._write_readout()
        if is_first:
            self.look_changed.emit()

    def wanted(self) -> PictureRequest | None:
        """Request for the visible part at screen resolution; None if the painting itself suffices or there is
        none."""
        if self._target_pixels is None or self._painted is None or self._composes():
            return None
        return self._detail.wanted(*self._target_pixels.shape[:2])

    def show_live(self, live: bool) -> None:
        """Sets whether paintings follow one another, or the last one stays."""
        if live != self._detail.live:
            self._detail.live = live
            self.look_changed.emit()

    def show_layers(self, layers: Sequence[PaintedLayer]) -> None:
        """Draws the rendered layers over the painting."""
        if self._detail.show_layers(layers, 0 if self._painted is None else self._painted.shape[1]):
            self._write_readout()
            self._show_interpolated()

    def show_batch(self, cells: Cells | None) -> None:
        """Marks the pixels of the newest step, (pixels, 2) rows and columns of the picture itself; None marks
        none."""
        if cells is not None and self._target_pixels is not None:
            cells = cells.astype(np.int64) * self._target_pixels.shape[:2] // self._size
        for pane in self.panes():
            pane.show_marks(cells)

    def show_scores(self, scores: Scores | None, psnr: float | None) -> None:
        """Shows scores of seen, held-out and hidden pixels as long as `psnr` (dB) of the scored painting is
        close to the present one."""
        self._scores, self._scored_psnr = scores, psnr
        self._write_scores()

    def show_hidden(self, hidden: Mask | None) -> None:
        """Sets which target pixels are hidden from the network, (height, width); a composite takes the others
        from the target."""
        self._hidden = hidden
        self.composite.setVisible(hidden is not None)
        self._show_painted()
        self._write_scores()
        self._write_readout()

    def show_sources(self, guessed: GuessedPixels | None) -> None:
        """Outlines, while a hidden pixel is under the cursor, the place that its guess was copied from, be it
        learned yet or not."""
        self._guessed = guessed
        self._write_readout()

    def show_guesses(self, guesses: GuessesByNow | None) -> None:
        """Covers what is hidden with guesses while they are searched, in the target before there is a
        painting. None ends that, but guesses that were found stay until there is one."""
        if guesses is not None:
            self._guesses_are = "being searched…"
            self.painting.cover((image_of(guesses.pixels), rectangle(guesses.frame)))
        elif self._guesses_are and self._painted is None and self._guessed is not None:
            self._guesses_are = "to be learned"
        elif self._guesses_are:
            self._guesses_are = ""
            self.painting.cover(None)
        if self._painted is None:
            self.painting.show_image(self.target.image if self._guesses_are else QImage())
        self._show_interpolated()

    def clear_painting(self, *, is_learned: bool = False) -> None:
        """Clears the painting, as before training; or until what `is_learned` has been painted."""
        self._painted = self._error_source = None
        self._psnr = self._scores = None
        self._guesses_are = ""
        self.painting.cover(None)
        self._write_scores()
        self.painting.hint = COMING if is_learned else UNPAINTED
        self.painting.show_image(QImage())
        self.error.show_image(QImage())
        self._show_error()
        self._write_readout()
        self.comparison.set_painted(False)
        self.look_changed.emit()

    @Slot()
    def copy_picture(self) -> None:
        """Copies the painting, or the target before there is one, to the clipboard: in its own pixels, or
        those on screen if these show something else."""
        own = self.target.image if self.painting.image.isNull() else self.painting.image
        copy(self._detail.image() or own)

    @Slot()
    def copy_large(self) -> None:
        """Copies the large picture; see `copy_picture`."""
        if self.stage.main is self.painting:
            self.copy_picture()
        else:
            copy(self.stage.main.image)

    @Slot()
    def copy_all(self) -> None:
        """Copies target, painting and error side by side in their own pixels to the clipboard."""
        copy(side_by_side([pane.image for pane in self.panes() if not pane.image.isNull()]))

    @Slot()
    def _show_main(self) -> None:
        """Updates the header for the picture that is large now."""
        main = self.stage.main
        painted = self.composite if self._composes() else self.painting
        self.head.name.setText((painted if main is self.painting else main).accessibleName())
        self.comparison.swipe.left_name = painted.accessibleName()
        for part in (self.head.scale, self.head.amplifier):
            part.setVisible(main is self.error)
        self._show_interpolated()

    @Slot()
    def _show_interpolated(self) -> None:
        """Says whether the visible painting is interpolated, or covered by guesses."""
        text, tip = "interpolated" if self._is_interpolated() else "", INTERPOLATED
        if self._guesses_are and self.stage.main is self.painting:
            where = "target, with" if self._painted is None else "hole:"
            text, tip = f"{where} guesses {self._guesses_are}", GUESSED
        if text != self.interpolation.text():
            self.interpolation.setText(text)
            set_tip(self.interpolation, tip)
            self.interpolation.setAccessibleName(text)

    def _is_interpolated(self) -> bool:
        if self._painted is None or self.stage.main is not self.painting or self._shows_pixels():
            return False
        return self._detail.is_interpolated(self._painted.shape[1])

    def _shows_pixels(self) -> bool:
        """Whether the painting is shown without interpolation."""
        return self._is_montage or self._composes()

    def _composes(self) -> bool:
        """Whether the composite is shown, which has exactly the target's pixels."""
        return self.composite.isChecked() and self._hidden is not None

    @Slot()
    def _show_painted(self) -> None:
        self.painting.set_smooth(not self._shows_pixels())
        if self._painted is not None:
            self.painting.show_image(image_of(self._composed(self._painted)))
        self.comparison.set_painted(self._painted is not None)
        self._show_main()

    def _composed(self, painted: Pixels) -> Pixels:
        """Painting, or the target with its hidden pixels painted."""
        target = self._target_pixels
        if not self._composes() or target is None or target.shape != painted.shape:
            return painted
        return composite(painted, target, self._hidden).astype(np.uint8)

    def _write_scores(self) -> None:
        painted = self._painted is not None
        scores = self._scores if painted and scores_apply(self._scored_psnr, self._psnr) else None
        in_part = self._hidden is not None or bool(others_in_words(self._scores))
        self.head.show_scores(self._psnr if painted else None, scores, in_part=in_part)

    def _add_copies(self) -> None:
        for action in (
            Action("Copy picture", self.copy_large, QKeySequence.StandardKey.Copy, icon="copy"),
            Action("Copy target, painting and error", self.copy_all, "Ctrl+Shift+A", icon="picture"),
        ):
            add_action(self, action, Within.WidgetWithChildrenShortcut)

    def _add_amplifier(self) -> QAction:
        text = "Shows small errors more strongly: 4 times, 16 times, or as fits most of them (A)."
        made = add_action(
            self, Action("Amplify the error", self.amplify, "A", text), Within.WidgetWithChildrenShortcut
        )
        self.head.amplifier.setDefaultAction(made)
        self.head.amplifier.setProperty("toggle", True)
        return made

    @Slot()
    def amplify(self) -> None:
        """Amplifies the error by the next of `AMPLIFICATIONS`."""
        self._amplified = (self._amplified + 1) % len(AMPLIFICATIONS)
        self._show_error()

    def _connect_panes(self) -> None:
        for pane in self.panes():
            pane.hovered.connect(self._hover)
            pane.left.connect(self._leave)
        self.stage.main_changed.connect(self._show_main)
        self.look_changed.connect(self._show_interpolated)
        self.composite.toggled.connect(self._show_painted)
        self.composite.toggled.connect(self.look_changed)
        notifier().changed.connect(self._show_error)

    @Slot(int, int)
    def _hover(self, row: int, column: int) -> None:
        self._under_cursor = row, column
        self._write_readout()

    def _write_readout(self) -> None:
        """Writes what is under the cursor, and outlines the patch that its guess was copied from."""
        text, source = ("", None) if self._under_cursor is None else self._readout_at(*self._under_cursor)
        self.readout.show_texts([text])
        (rows, columns), outlined = self._size, None
        if source is not None:
            top, left = ((place - PATCH // 2) / side for place, side in zip(source, self._size, strict=True))
            outlined = WHOLE & QRectF(left, top, PATCH / columns, PATCH / rows)
        for pane in self.panes():
            pane.outline(outlined)

    def _readout_at(self, row: int, column: int) -> tuple[str, tuple[int, int] | None]:
        """Returns what is said of a pixel, and the place that its guess was copied from."""
        target, layers = self._target_pixels, self._detail.layers
        height, width = (0, 0) if target is None else target.shape[:2]
        if not (0 <= row < height and 0 <= column < width):
            return outside_text(row, column, (height, width), layers), None
        hidden = self._hidden is not None and bool(self._hidden[row, column])
        place = row * self._size[0] // height, column * self._size[1] // width
        source = self._guessed.source_of(*place) if self._guessed else None
        there, painted = (None if it is None else it[row, column] for it in (target, self._painted))
        return pixel_text(*place, hidden, source, there, painted), source

    @Slot()
    def _leave(self) -> None:
        self._under_cursor = None
        self._write_readout()

    @Slot()
    def _show_error(self) -> None:
        times = AMPLIFICATIONS[self._amplified]
        reach = ERROR_REACH // (times or 1)
        if self._error_source is not None and self._target_pixels is not None:
            if times is None:
                reach = error_reach(self._error_source, self._target_pixels)
            self.error.show_image(error_image(self._error_source, self._target_pixels, theme(), reach))
        self.error.show_note("" if self.error.image.isNull() else f"±{reach}")
        self.head.scale.show_reach(reach)
        words = f"Error ×{times}" if times else "Error auto"
        self._amplify_action.setIconText(words)
        self.head.amplifier.setAccessibleName(f"Amplify the error, now {words}")


def pixel_text(
    row: int,
    column: int,
    hidden: bool,
    source: tuple[int, int] | None,
    target: NDArray[Any] | None,
    painted: NDArray[Any] | None,
) -> str:
    """Readout of a pixel inside the picture: where the guess for it was copied from, its colours (3,) and the
    error of each, if known: their mean would be 0 where errors of colours cancel."""
    words = [_place(row, column), *(["hidden"] if hidden else [])]
    words += [f"guess copied from {_place(*source)}"] if source else []
    words += [_colour(name, it) for name, it in (("target", target), ("painted", painted)) if it is not None]
    if target is not None and painted is not None:
        errors = (int(each) for each in painted.astype(int) - target)
        signed = (f"{each:+}".replace("-", "−") if each else "0" for each in errors)
        words.append(f"error {' '.join(signed)}")
    return "  ·  ".join(words)


def outside_text(row: int, column: int, shape: tuple[int, int], layers: Sequence[PaintedLayer]) -> str:
    """Readout of a pixel outside the picture, whose `shape` is rows and columns."""
    rows, columns = shape
    painted = _colour_at(layers, (row + 0.5) / rows, (column + 0.5) / columns) if rows else None
    words = [_place(row, column), "outside the frame"]
    return "  ·  ".join(words if painted is None else [*words, _colour("painted", painted)])


def _colour_at(layers: Sequence[PaintedLayer], down: float, across: float) -> NDArray[np.uint8] | None:
    """Colour (3,) of the finest layer that covers a point, given in units of the picture; None if none
    does."""
    for layer in reversed(layers):
        rows, columns = layer.pixels.shape[:2]
        row = math.floor((down - layer.frame.top) / layer.frame.height * rows)
        column = math.floor((across - layer.frame.left) / layer.frame.width * columns)
        if 0 <= row < rows and 0 <= column < columns:
            colour: NDArray[np.uint8] = layer.pixels[row, column]
            return colour
    return None


def _place(row: int, column: int) -> str:
    return f"row {row}, column {column}".replace("-", "−")


def _colour(name: str, colour: Iterable[float]) -> str:
    return f"{name} {' '.join(str(int(value)) for value in colour)}"
