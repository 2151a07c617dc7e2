"""The picture being painted, its target and its error, on the canvas, and what is said of them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Slot
from PySide6.QtGui import QImage, QKeySequence
from PySide6.QtWidgets import QWidget

from cadl_desktop.computing.view_rendering import PaintedLayer, PictureRequest
from cadl_desktop.data.pictures.masks import Mask, composite
from cadl_desktop.data.scores import Scores
from cadl_desktop.ui.controls.action import Action, Within, add_action
from cadl_desktop.ui.painting.canvas import Canvas
from cadl_desktop.ui.painting.errors import error_image, mean_error
from cadl_desktop.ui.painting.images import Pixels, copy, image_of, pixels_of, side_by_side
from cadl_desktop.ui.painting.looking import Looking
from cadl_desktop.ui.painting.painting_switches import PaintingSwitches
from cadl_desktop.ui.painting.pixel_text import outside_text, pixel_text
from cadl_desktop.ui.painting.score_text import is_as_near
from cadl_desktop.ui.theme.theme import notifier, theme


class PaintingView(Canvas):
    """Shows a target once, then a painting as often as there is a new one.

    Where more, less or finer is looked at than the painting's own pixels, `wanted` says what, and
    `show_layers` shows it.
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
        self._compared: NDArray[Any] | None = None
        self._hidden: Mask | None = None
        self._psnr: float | None = None
        self._scores: Scores | None = None
        self._scored_psnr: float | None = None
        self._size = 1, 1
        self._is_montage = False
        self._under_cursor: tuple[int, int] | None = None
        self._looking = Looking(self.painting, self.view, self.larger)
        self._add_copies()
        self.add_actions()
        self._listen()
        self._show_main()

    def show_target(self, target: Pixels, size: tuple[int, int] | None = None, montage: bool = False) -> None:
        """Shows what is to be painted, (height, width, 3), and takes away another's painting and mask. `size`
        is the height and width of the picture itself, where it has more pixels than are shown; between the
        pictures of a `montage` nothing is interpolated."""
        self._target_pixels, self._hidden, self._is_montage = target, None, montage
        self.clear_painting()
        self.view.reset()
        height, width = target.shape[:2]
        self._size = size or (height, width)
        self.head.pixels.setText(f"{self._size[1]} × {self._size[0]}")
        self.target.show_image(image_of(target))
        for pane in (self.painting, self.error):
            pane.keep_shape(height, width)
        self.stage.keep_shape(height, width)
        self.comparison.show_target(target)
        self.look_changed.emit()

    def show_painting(self, prediction: NDArray[Any], psnr: float | None) -> None:
        """Shows the network's painting (height, width, 3), 0 to 255 or beyond, and its error."""
        if not np.isfinite(prediction).all():
            prediction = np.nan_to_num(prediction, nan=0.0, posinf=255.0, neginf=0.0)
        is_first = self._painted is None
        self._painted = pixels_of(prediction)
        self._psnr = psnr
        self._show_painted()
        self._write_scores()
        if self._target_pixels is not None and self._target_pixels.shape == self._painted.shape:
            self._compared = prediction
            self._show_error()
        self._write_readout()
        if is_first:
            self.look_changed.emit()

    def wanted(self) -> PictureRequest | None:
        """What the painting has on screen, in its pixels; None where that is the painting itself, and as long
        as there is none."""
        if self._target_pixels is None or self._painted is None or self._composes():
            return None
        return self._looking.wanted(*self._target_pixels.shape[:2])

    def show_live(self, live: bool) -> None:
        """Whether paintings come one after the other, or the last one stays."""
        if live != self._looking.live:
            self._looking.live = live
            self.look_changed.emit()

    def show_layers(self, layers: Sequence[PaintedLayer]) -> None:
        """Draws what the network paints of what is wanted over the painting."""
        if self._looking.show_layers(layers, 0 if self._painted is None else self._painted.shape[1]):
            self._write_readout()
            self._say_how()

    def show_scores(self, scores: Scores | None, psnr: float | None) -> None:
        """Writes how near the painting is, of seen, held-out and hidden pixels apart, as long as `psnr`,
        which is that of the painting that was scored in dB, is nearly its own."""
        self._scores, self._scored_psnr = scores, psnr
        self._write_scores()

    def show_hidden(self, hidden: Mask | None) -> None:
        """What of the target the network doesn't see, (height, width), and a composite takes from it."""
        self._hidden = hidden
        self.composite.setVisible(hidden is not None)
        self._show_painted()
        self._write_scores()
        self._write_readout()

    def clear_painting(self) -> None:
        """Back to before training."""
        self._painted = self._compared = None
        self._psnr = self._scores = None
        self._write_scores()
        self.painting.show_image(QImage())
        self.error.show_image(QImage())
        self._write_readout()
        self.comparison.set_painted(False)
        self.look_changed.emit()

    @Slot()
    def copy_picture(self) -> None:
        """The painting (or the target, before there is one) to the clipboard: in its own pixels, or where
        something else is looked at, in those on screen."""
        own = self.target.image if self.painting.image.isNull() else self.painting.image
        copy(self._looking.image() or own)

    @Slot()
    def copy_large(self) -> None:
        """The picture that is large, as `copy_picture` does."""
        if self.stage.main is self.painting:
            self.copy_picture()
        else:
            copy(self.stage.main.image)

    @Slot()
    def copy_all(self) -> None:
        """Target, painting and error side by side in their own pixels, to the clipboard."""
        copy(side_by_side([pane.image for pane in self.panes() if not pane.image.isNull()]))

    @Slot()
    def _show_main(self) -> None:
        """What is said of the picture that is large now."""
        main = self.stage.main
        named = self.composite if main is self.painting and self._composes() else main
        self.head.name.setText(named.accessibleName())
        self.head.scale.setVisible(main is self.error)
        self._say_how()

    @Slot()
    def _say_how(self) -> None:
        """Whether what is seen of the painting lies between the pixels that there are."""
        text = "interpolated" if self._is_interpolated() else ""
        if text != self.how.text():
            self.how.setText(text)
            self.how.setAccessibleName(text)

    def _is_interpolated(self) -> bool:
        if self._painted is None or self.stage.main is not self.painting or self._shows_pixels():
            return False
        return self._looking.is_interpolated(self._painted.shape[1])

    def _shows_pixels(self) -> bool:
        """Whether nothing is drawn between the painting's pixels."""
        return self._is_montage or self._composes()

    def _composes(self) -> bool:
        """Whether the composite is shown, which has the target's pixels and no others."""
        return self.composite.isChecked() and self._hidden is not None

    @Slot()
    def _show_painted(self) -> None:
        self.painting.set_smooth(not self._shows_pixels())
        if self._painted is not None:
            self.painting.show_image(image_of(self._composed(self._painted)))
        self.comparison.set_painted(self._painted is not None)
        self._show_main()

    def _composed(self, painted: Pixels) -> Pixels:
        """The painting, or what it fills into the target."""
        target = self._target_pixels
        if not self._composes() or target is None or target.shape != painted.shape:
            return painted
        return composite(painted, target, self._hidden).astype(np.uint8)

    def _write_scores(self) -> None:
        painted = self._painted is not None
        scores = self._scores if painted and is_as_near(self._scored_psnr, self._psnr) else None
        self.head.show_scores(self._psnr if painted else None, scores)

    def _add_copies(self) -> None:
        for action in (
            Action("Copy picture", self.copy_large, QKeySequence.StandardKey.Copy, icon="copy"),
            Action("Copy target, painting and error", self.copy_all, "Ctrl+Shift+A", icon="picture"),
        ):
            add_action(self, action, Within.WidgetWithChildrenShortcut)

    def _listen(self) -> None:
        for pane in self.panes():
            pane.hovered.connect(self._hover)
            pane.left.connect(self._leave)
        self.stage.arranged.connect(self._show_main)
        self.look_changed.connect(self._say_how)
        self.composite.toggled.connect(self._show_painted)
        self.composite.toggled.connect(self.look_changed)
        notifier().changed.connect(self._show_error)

    @Slot(int, int)
    def _hover(self, row: int, column: int) -> None:
        self._under_cursor = row, column
        self._write_readout()

    def _write_readout(self) -> None:
        self.readout.show_texts(["" if self._under_cursor is None else self._read(*self._under_cursor)])

    def _read(self, row: int, column: int) -> str:
        """What is there, in the words of a line."""
        target, layers = self._target_pixels, self._looking.layers
        height, width = (0, 0) if target is None else target.shape[:2]
        if not (0 <= row < height and 0 <= column < width):
            return outside_text(row, column, (height, width), layers)
        hidden = self._hidden is not None and bool(self._hidden[row, column])
        place = row * self._size[0] // height, column * self._size[1] // width
        there, painted = (None if it is None else it[row, column] for it in (target, self._painted))
        return pixel_text(*place, hidden, there, painted, self._error_at(row, column))

    def _error_at(self, row: int, column: int) -> np.float32 | None:
        if self._compared is None or self._target_pixels is None:
            return None
        return np.float32(mean_error(self._compared[row, column], self._target_pixels[row, column]))

    @Slot()
    def _leave(self) -> None:
        self._under_cursor = None
        self._write_readout()

    @Slot()
    def _show_error(self) -> None:
        if self._compared is not None and self._target_pixels is not None:
            self.error.show_image(error_image(self._compared, self._target_pixels, theme()))
