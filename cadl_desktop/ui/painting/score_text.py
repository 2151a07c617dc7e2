"""How near the painting is, in the words beside it."""

import math

from PySide6.QtCore import QCoreApplication

from cadl_desktop.data.scores import Scores

_RECENT = 1.0
"""By how many dB a painting may have changed since its SSIM was worked out."""


def score_text(psnr: float | None, scores: Scores | None, *, hides: bool = False) -> str:
    """'PSNR 24.31 dB · SSIM 0.71', or 'PSNR 21.3 dB seen · 15.9 hidden' of a picture that hides pixels."""
    if scores is not None and scores.hidden_psnr is not None and scores.seen_psnr is not None:
        words = _tr("PSNR {0} dB seen · {1} hidden")
        return words.format(_decibels(scores.seen_psnr), _decibels(scores.hidden_psnr))
    if psnr is None or not math.isfinite(psnr):
        return ""
    if hides:
        return _tr("PSNR {0} dB seen").format(_decibels(psnr))
    said = [_tr("PSNR {0} dB").format(f"{psnr:.2f}")]
    if scores is not None and scores.seen_ssim is not None and _is_recent(scores, psnr):
        said.append(_tr("SSIM {0}").format(f"{scores.seen_ssim:.2f}"))
    return " · ".join(said)


def score_texts(psnr: float | None, scores: Scores | None, *, hides: bool = False) -> tuple[str, ...]:
    """The same from the longest to the shortest: what decibels are of is in the tooltip, and so is SSIM."""
    whole = score_text(psnr, scores, hides=hides)
    shorter = [whole if hides else score_text(psnr, None)]
    if scores is not None and scores.hidden_psnr is not None and scores.seen_psnr is not None:
        both = _decibels(scores.seen_psnr), _decibels(scores.hidden_psnr)
        shorter = [_tr("{0} seen · {1} hidden").format(*both), _tr("{0} · {1} hidden").format(*both)]
    return whole, *(text.removeprefix("PSNR ") for text in (whole, *shorter))


def score_help(scores: Scores | None) -> str:
    """All scores in one sentence each; empty where there are none."""
    if scores is None or scores.seen_psnr is None:
        return ""
    said = _tr("How near the painting is to the target: higher is nearer, and SSIM is 1 at most.")
    for title, similar in ((_tr("seen"), scores.seen_ssim), (_tr("hidden"), scores.hidden_ssim)):
        if similar is not None:
            said += " " + _tr("SSIM of {0} pixels: {1}.").format(title, f"{similar:.3f}")
    return said


def _is_recent(scores: Scores, psnr: float) -> bool:
    """SSIM takes longer: while a painting becomes better quickly, it would be that of a much worse one."""
    return scores.seen_psnr is not None and abs(scores.seen_psnr - psnr) < _RECENT


def _decibels(value: float) -> str:
    return f"{value:.1f}" if math.isfinite(value) else "∞"


def _tr(text: str) -> str:
    return QCoreApplication.translate("Scores", text)
