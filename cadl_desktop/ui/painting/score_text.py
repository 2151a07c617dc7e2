"""How near the painting is, in the words beside it."""

import math

from cadl_desktop.data.scores import Scores

_NEARLY = 1.0
"""By how many dB a painting may have changed since it was scored, which takes a while."""


def score_text(psnr: float | None, scores: Scores | None) -> str:
    """'PSNR 24.31 dB seen · SSIM 0.71', or 'PSNR 21.3 dB seen · 18.0 held out · 15.9 hidden' of a picture
    that doesn't show all of its pixels."""
    others = _others(scores)
    if scores is not None and others and scores.seen_psnr is not None:
        return " · ".join([f"PSNR {_decibels(scores.seen_psnr)} dB seen", *others])
    if psnr is None or not math.isfinite(psnr):
        return ""
    said = [f"PSNR {psnr:.2f} dB seen"]
    if scores is not None and scores.seen_ssim is not None:
        said.append(f"SSIM {scores.seen_ssim:.2f}")
    return " · ".join(said)


def is_as_near(scored: float | None, shown: float | None) -> bool:
    """Whether the scores of one painting can be said of another, by the PSNR of both in dB: while a painting
    becomes better quickly, they would be those of a much worse one. None is one's before any training."""
    if scored is None or shown is None:
        return scored is shown
    return scored == shown or abs(scored - shown) < _NEARLY


def score_texts(psnr: float | None, scores: Scores | None) -> tuple[str, ...]:
    """The same from the longest to the shortest: what decibels are of is in the tooltip, and so is SSIM."""
    whole, others = score_text(psnr, scores), _others(scores)
    if scores is not None and others and scores.seen_psnr is not None:
        seen = _decibels(scores.seen_psnr)
        firsts = f"{seen} seen", seen
        shorter = [" · ".join([first, *others]) for first in firsts]
    else:
        alone = score_text(psnr, None)
        shorter = [alone, f"{psnr:.2f} dB" if alone else ""]
    return whole, *(text.removeprefix("PSNR ") for text in (whole, *shorter))


def score_help(scores: Scores | None) -> str:
    """All scores in one sentence each; empty where there are none."""
    if scores is None or scores.seen_psnr is None:
        return ""
    said = "How near the painting is to the target: higher is nearer, and SSIM is 1 at most."
    said += " Seen pixels are those that the network learns from."
    if scores.held_out_psnr is not None:
        said += " Held-out pixels are kept for validation: the network is only measured by them."
    for title, similar in (
        ("seen", scores.seen_ssim),
        ("held-out", scores.held_out_ssim),
        ("hidden", scores.hidden_ssim),
    ):
        if similar is not None:
            said += f" SSIM of {title} pixels: {similar:.3f}."
    return said


def _others(scores: Scores | None) -> list[str]:
    """What there is to say of pixels that the network doesn't learn from."""
    if scores is None:
        return []
    said = []
    if scores.held_out_psnr is not None:
        said.append(f"{_decibels(scores.held_out_psnr)} held out")
    if scores.hidden_psnr is not None:
        said.append(f"{_decibels(scores.hidden_psnr)} hidden")
    return said


def _decibels(value: float) -> str:
    return f"{value:.1f}" if math.isfinite(value) else "∞"
