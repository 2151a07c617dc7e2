"""How near the painting is, in the words beside it."""

import math

from PySide6.QtCore import QCoreApplication

from cadl_desktop.data.scores import Scores
from cadl_desktop.sentences import filled

_RECENT = 1.0
"""By how many dB a painting may have changed since its SSIM was worked out."""


def score_text(psnr: float | None, scores: Scores | None, *, hides: bool = False) -> str:
    """'PSNR 24.31 dB · SSIM 0.71', or 'PSNR 21.3 dB seen · 15.9 hidden' of a picture that hides pixels."""
    if scores is not None and scores.hidden_psnr is not None and scores.seen_psnr is not None:
        both = {"seen": _decibels(scores.seen_psnr), "hidden": _decibels(scores.hidden_psnr)}
        return filled(_tr("PSNR {seen} dB seen · {hidden} hidden"), **both)
    if psnr is None or not math.isfinite(psnr):
        return ""
    if hides:
        return filled(_tr("PSNR {seen} dB seen"), seen=_decibels(psnr))
    said = [filled(_tr("PSNR {psnr:.2f} dB"), psnr=psnr)]
    if scores is not None and scores.seen_ssim is not None and _is_recent(scores, psnr):
        said.append(filled(_tr("SSIM {ssim:.2f}"), ssim=scores.seen_ssim))
    return " · ".join(said)


def score_texts(psnr: float | None, scores: Scores | None, *, hides: bool = False) -> tuple[str, ...]:
    """The same from the longest to the shortest: what decibels are of is in the tooltip, and so is SSIM."""
    whole = score_text(psnr, scores, hides=hides)
    shorter = [whole if hides else score_text(psnr, None)]
    if scores is not None and scores.hidden_psnr is not None and scores.seen_psnr is not None:
        both = {"seen": _decibels(scores.seen_psnr), "hidden": _decibels(scores.hidden_psnr)}
        forms = (_tr("{seen} seen · {hidden} hidden"), _tr("{seen} · {hidden} hidden"))
        shorter = [filled(form, **both) for form in forms]
    return whole, *(text.removeprefix("PSNR ") for text in (whole, *shorter))


def score_help(scores: Scores | None) -> str:
    """All scores in one sentence each; empty where there are none."""
    if scores is None or scores.seen_psnr is None:
        return ""
    said = _tr("How near the painting is to the target: higher is nearer, and SSIM is 1 at most.")
    for title, similar in ((_tr("seen"), scores.seen_ssim), (_tr("hidden"), scores.hidden_ssim)):
        if similar is not None:
            said += " " + filled(_tr("SSIM of {which} pixels: {ssim:.3f}."), which=title, ssim=similar)
    return said


def _is_recent(scores: Scores, psnr: float) -> bool:
    """SSIM takes longer: while a painting becomes better quickly, it would be that of a much worse one."""
    return scores.seen_psnr is not None and abs(scores.seen_psnr - psnr) < _RECENT


def _decibels(value: float) -> str:
    return f"{value:.1f}" if math.isfinite(value) else "∞"


def _tr(text: str) -> str:
    return QCoreApplication.translate("Scores", text)
