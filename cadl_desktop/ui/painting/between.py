"""How near the painting comes between its pixels: the button that asks for it, and the answer in words."""

from PySide6.QtWidgets import QToolButton, QWidget

from cadl_desktop.data.pictures.between_sizes import SECONDS
from cadl_desktop.session.views.between_pixels import BetweenPixels
from cadl_desktop.session.worker.between_pieces import Between, in_words
from cadl_desktop.ui.controls.fields import describe
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
        return (
            f"{begins} It is painted at {between.original:,} pixels and compared with the original; "
            "training may go on meanwhile."
        )
    if between.too_large:
        text = "This picture is too large for it, unless it is learned at less than its own size."
        return f"{begins} {text}"
    help_text = (
        f"{begins} As there is no larger original, the same network is trained anew for at most "
        f"{SECONDS:.0f} seconds without every second pixel, and compared there; what was learned stays as "
        "it is."
    )
    return f"{help_text} Pause training for it." if between.waits_for_pause else help_text


def between_texts(found: Between | None, busy: bool) -> tuple[str, ...]:
    """'Between the pixels after 1,200 steps: 25.9 dB (bicubic 25.5), from the original at 256 pixels.', and
    the same in fewer words."""
    if busy:
        return ("Measuring between the pixels…",)
    if found is None:
        return ("",)
    return in_words(found), _in_fewer_words(found)


def _in_fewer_words(found: Between) -> str:
    if found.neighbours is not None:
        return f"Between the pixels: {found.psnr:.1f} dB (mean of neighbours {found.neighbours:.1f})."
    if found.bicubic is None:
        return f"Between seen pixels: {found.psnr:.1f} dB."
    return f"Between the pixels: {found.psnr:.1f} dB (bicubic {found.bicubic:.1f})."
