"""How near the painting comes between its pixels: the button that asks for it, and the answer in words."""

from dataclasses import asdict

from PySide6.QtWidgets import QToolButton, QWidget

from cadl_desktop.data.pictures.between_sizes import SECONDS
from cadl_desktop.sentences import filled
from cadl_desktop.session.views.between_pixels import BetweenPixels
from cadl_desktop.session.worker.between_pieces import Between, in_words
from cadl_desktop.ui.controls.fields import describe, window_text
from cadl_desktop.ui.theme.icons import set_icon


class BetweenButton(QToolButton):
    """Beside the score, which is of the pixels alone. Hidden where a network paints several pictures."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        set_icon(self, "between", "muted")
        self.setText("Between the pixels")
        self.hide()

    def follow(self, between: BetweenPixels) -> None:
        """Says what it would do now, and whether it can."""
        self.setVisible(between.offered)
        self.setEnabled(between.possible)  # while busy as well: it would lose the focus
        help_text = between_help(between)
        if self.accessibleDescription() != help_text:
            describe(self, self.text(), help_text)


def between_help(between: BetweenPixels) -> str:
    """What measuring does, and what it waits for."""
    begins = "Measures how near the painting comes between the pixels that it learns."
    if between.original is not None:
        text = (
            "It is painted at {longest:,} pixels and compared with the original; "
            "training may go on meanwhile."
        )
        return f"{begins} {filled(text, longest=between.original)}"
    if between.too_large:
        text = "This picture is too large for it, unless it is learned at less than its own size."
        return f"{begins} {text}"
    text = (
        "As there is no larger original, the same network is trained anew for at most {seconds:.0f} seconds "
        "without every second pixel, and compared there; what was learned stays as it is."
    )
    help_text = f"{begins} {filled(text, seconds=SECONDS)}"
    if between.waits_for_pause:
        return f"{help_text} {_tr('Pause training for it.')}"
    return help_text


def between_texts(found: Between | None, busy: bool) -> tuple[str, ...]:
    """'Between the pixels after 1,200 steps: 25.9 dB (bicubic 25.5), from the original at 256 pixels.', and
    the same in fewer words."""
    if busy:
        return ("Measuring between the pixels…",)
    if found is None:
        return ("",)
    return window_text(in_words(found)), filled(_fewer_words(found), **asdict(found))


def _fewer_words(found: Between) -> str:
    if found.neighbours is not None:
        return "Between the pixels: {psnr:.1f} dB (mean of neighbours {neighbours:.1f})."
    if found.bicubic is None:
        return "Between seen pixels: {psnr:.1f} dB."
    return "Between the pixels: {psnr:.1f} dB (bicubic {bicubic:.1f})."
