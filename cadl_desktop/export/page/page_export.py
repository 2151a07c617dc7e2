"""Export of a self-contained page (.html) in which the network paints: options, writer and preview."""

import base64
import hashlib
import json
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from html import escape
from io import BytesIO
from itertools import groupby
from pathlib import Path
from struct import pack
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from cadl_desktop import __version__
from cadl_desktop.data.curves.columns import Column
from cadl_desktop.data.curves.date_counts import MICROSECONDS
from cadl_desktop.data.frames import WHOLE
from cadl_desktop.data.samples import as_pixels
from cadl_desktop.data.scores import curve_scores
from cadl_desktop.experiment.catalog import entry
from cadl_desktop.experiment.model import Experiment, has_many_pictures, picture_count
from cadl_desktop.experiment.registry import Parameter
from cadl_desktop.experiment.shapes import columns, is_painting, parameter_count, widths
from cadl_desktop.export.export_kind import Preview
from cadl_desktop.export.job import Job
from cadl_desktop.export.pictures.picture_bands import painted_bands
from cadl_desktop.export.pictures.picture_exports import PREVIEW, scaled_down
from cadl_desktop.export.pictures.sizes import Extent, target_size
from cadl_desktop.export.plots import run_plots
from cadl_desktop.export.trained import Trained
from cadl_desktop.resources import resource
from cadl_desktop.runs.events import Floats, RunState
from cadl_desktop.sentences import counted, shown
from cadl_desktop.system.pieces import Unfinished

_STILL = {"smallest": (96, 50), "balanced": (360, 75), "exact": (360, 75)}
"""Longest side and WebP quality of the picture that stands where there is no WebGL2."""
_SIZE_HELP = (
    "Bytes of a weight: smallest rounds and trains on as 'train --bytes' does, which takes some seconds; "
    "balanced has 12 bits, exact all 32."
)
SIZE = Parameter("size", "Size", "choice", "balanced", _SIZE_HELP, choices=tuple(_STILL))
_MOMENTS_HELP = "Moments of the training in it, at most; they play when the page is opened."
MOMENTS = Parameter("moments", "Moments", "int", 24, _MOMENTS_HELP, minimum=0, maximum=100)
_ORIGINAL_HELP = "Puts the picture that was learned into the page, to be compared under a swipe."
ORIGINAL = Parameter("original", "Original", "bool", False, _ORIGINAL_HELP)
OPTIONS = (SIZE, MOMENTS, ORIGINAL)
MOST_NUMBERS = 20_000_000
"""Numbers of all moments together: a page unpacks them all."""
_MOST_POINTS = 4000
"""Points of a curve that a page draws."""
_ORIGINAL = {"smallest": (512, 60), "balanced": (1024, 85), "exact": (2048, 95)}
_PLOT = 400, 640
"""(height, width) of the still picture of a curve."""
_RECIPE = '<script type="application/json" id="recipe">{}</script>'
"""Data, which no browser runs, so that the page's policy needs no hash of it."""
_SCRIPTS = {True: ("network.js", "page.js", "painting.js"), False: ("network.js", "page.js", "curve.js")}


def restricted_to(experiment: Experiment, name: str) -> str | None:
    """Restriction of an option that doesn't apply to an experiment; see `Export.restricted_to`."""
    return "a painting" if name == ORIGINAL.name and not is_painting(experiment) else None


def write_page(path: Path, trained: Trained, job: Job) -> None:
    """Writes the page. Raises FileError for parts that have no words for exported networks, RoundingError
    where weights can't be rounded."""
    path.write_bytes(page(trained, job))


def page(trained: Trained, job: Job) -> bytes:
    """The whole page."""
    size, experiment = str(job["size"]), trained.experiment
    states = _states(trained, int(job["moments"]))
    found: Any = None
    for number, piece in enumerate(trained.pieces(partial(_computed, experiment, states, size))):
        job.report(0.9 * (1 - 0.98**number))
        found = piece
    shader, network, psnr, fitted = found
    script = "\n".join(map(_stripped, _SCRIPTS[is_painting(experiment)]))
    described = network.header | {
        "script": script,
        "shader": _stripped("network.glsl").replace("NETWORK", shader.code),
        "placed": shader.placed,
        "texels": shader.texels,
        "constants": [array.size for array in shader.constants],
        "input": [shader.to_input.offset.tolist(), shader.to_input.scale.tolist()],
        "target": [shader.to_target.offset.tolist(), shader.to_target.scale.tolist()],
    }
    described |= _painting(trained) if is_painting(experiment) else _curve(trained)
    plain = json.dumps(described, separators=(",", ":"), allow_nan=False).encode()
    constants = b"".join(array.tobytes() for array in shader.constants)
    head = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS, 9)
    packed = head.compress(pack("<I", len(plain)) + plain + constants)
    packed += head.flush(zlib.Z_FULL_FLUSH) + network.content
    longest, quality = _STILL[size]
    still = _webp(_still(trained, longest, network.weights), longest, quality)
    original = _webp(as_pixels(trained.target), *_ORIGINAL[size]) if job["original"] else ""
    job.check()
    facts = _facts(trained, network.bits, network.size, len(states), psnr, fitted)
    return _filled(trained, facts, script, packed, still, original, job.recipe())


def preview_page(trained: Trained, job: Job) -> Preview:
    """Picture that the page shows first, and how many numbers are in it."""
    moments = len(_states(trained, int(job["moments"])))
    caption = f"{parameter_count(trained.experiment):,} parameters, {counted(moments, 'moment')}"
    return Preview(_still(trained, PREVIEW), caption=caption)


def _states(trained: Trained, moments: int) -> list[RunState]:
    """States at the moments of a page, the start of the run denser than its end; at least the newest."""
    states = trained.states
    most = min(moments, MOST_NUMBERS // max(1, parameter_count(trained.experiment)))
    places = np.unique(np.rint(np.linspace(0, 1, max(1, most)) ** 2 * (len(states) - 1)).astype(int))
    chosen = [states[place] for place in places] if most > 1 else states[-1:]
    return [replace(state, slots=state.slots[:0], best=None, newest=None) for state in chosen]


def _computed(experiment: Experiment, states: Sequence[RunState], size: str) -> Iterator[Any]:
    """Shader, coded network, the painting's PSNR and the curve's fit at its points, after pieces of work."""
    from cadl_desktop.engine import render_fitted  # brings TensorFlow along
    from cadl_desktop.export.page.coded_network import coded
    from cadl_desktop.export.page.shader import shader_of

    shader = shader_of(experiment, states[-1].weights)
    for network in coded(experiment, states, size):
        if network is None:
            yield Unfinished()
            continue
        _, psnr, fitted = render_fitted(experiment, network.weights)
        yield shader, network, psnr, fitted


def _painting(trained: Trained) -> dict[str, Any]:
    height, width = (int(side) for side in trained.samples.high[:2])
    many = has_many_pictures(trained.experiment.data)
    count = picture_count(trained.experiment.data) if many else 1
    return {"height": height, "width": width, "count": count, "montage": trained.samples.picture_shape}


def _curve(trained: Trained) -> dict[str, Any]:
    samples = trained.samples
    rows = np.unique(np.linspace(0, len(samples.inputs) - 1, _MOST_POINTS).astype(int))
    titles = [_axis(column) for column in samples.columns]
    return {"x": samples.inputs[rows, 0].tolist(), "y": samples.targets[rows, 0].tolist(), "axes": titles}


def _axis(column: Column) -> dict[str, Any]:
    """Label of an axis, and of dates their start and unit in milliseconds."""
    found: dict[str, Any] = {"label": column.label}
    if column.counts is not None:
        unit = MICROSECONDS[column.counts.unit] // 1000
        start = column.counts.start.isoformat(timespec="milliseconds") + "Z"
        found |= {"start": start, "unit": unit, "clock": column.counts.is_clock}
    return found


def _still(trained: Trained, longest: int, weights: tuple[Floats, ...] | None = None) -> NDArray[np.uint8]:
    """Picture that the page shows first: the painting, the first of several, or the plot of a curve."""
    if not is_painting(trained.experiment):
        return next(run_plots.curve_pictures(trained, [trained.state], *_PLOT))
    extent = scaled_down(Extent(*target_size(trained), WHOLE), longest)
    return as_pixels(np.concatenate(list(painted_bands(trained, extent, weights=weights))))


def _webp(pixels: NDArray[np.uint8], longest: int, quality: int) -> str:
    image, file = Image.fromarray(pixels), BytesIO()
    if longest < max(image.size):
        image.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    image.save(file, "WEBP", quality=quality, method=6)
    return f"data:image/webp;base64,{base64.b64encode(file.getvalue()).decode()}"


def _facts(
    trained: Trained, bits: float, size: int, moments: int, psnr: float | None, fitted: Any
) -> list[tuple[str, str]]:
    experiment, state = trained.experiment, trained.state
    if psnr is not None:
        quality = ("PSNR" if trained.samples.hidden is None else "PSNR of seen pixels", f"{psnr:.2f} dB")
    else:
        quality = ("Error", f"{curve_scores(fitted, trained.samples.targets).rms:.4g}, root mean square")
    kept = f" without {counted(moments - 1, 'earlier moment')}" if moments > 1 else ""
    return [
        ("Network", _network(experiment)),
        ("Parameters", f"{parameter_count(experiment):,}, {bits:.3g} bits each"),
        ("Bytes of weights", f"{size:,}{kept}"),
        quality,
        ("Trained", f"{counted(state.epoch, 'epoch')}, {counted(state.step, 'step')}"),
    ]


def _network(experiment: Experiment) -> str:
    """'Hash grid → 2 × 32 Leaky ReLU → 3 Linear'."""
    words = []
    for (category, part), width in zip(columns(experiment), widths(experiment), strict=True):
        title = entry(category, part.kind).title
        if category == "encoding":
            words.append("Inputs" if part.kind == "none" else title)
        elif activation := part.as_dict().get("activation"):
            words.append(f"{width} {entry('activation', str(activation)).title}")
        else:
            words.append(title)
    alike = [(word, len(list(group))) for word, group in groupby(words)]
    return " → ".join(word if count == 1 else f"{count} × {word}" for word, count in alike)


def _filled(
    trained: Trained,
    facts: Sequence[tuple[str, str]],
    script: str,
    packed: bytes,
    still: str,
    original: str,
    recipe: str,
) -> bytes:
    """Template with its places filled in. Everything from outside is escaped."""
    experiment, loader, style = trained.experiment, _stripped("loader.js"), _stripped("page.css")
    title, paints = escape(shown(experiment.name)), is_painting(experiment)
    points = f"a curve through {counted(len(trained.samples.inputs), 'point')}"
    places = {
        "LOADER": loader,
        "LOADER_HASH": _hash(loader),
        "SCRIPT_HASH": _hash(script),
        "STYLE": style,
        "STYLE_HASH": _hash(style),
        "TITLE": title,
        "ALT": f"{title}: {'a painting' if paints else points}, computed by a neural network",
        "NOTE": escape(shown(experiment.note)),
        "FACTS": "".join(f"<div><dt>{name}</dt><dd>{escape(value)}</dd></div>" for name, value in facts),
        "VERSION": __version__,
        "RECIPE": _RECIPE.format(recipe.replace("<", r"\u003c")) if recipe else "",
        "STILL": still,
        "ORIGINAL": f'<img id="original" alt="" hidden src="{original}">' if original else "",
        "NETWORK": base64.b64encode(packed).decode(),
    }
    return re.sub(r"\{\{(\w+)\}\}", lambda found: places[found[1]], _stripped("page.html")).encode()


def _stripped(name: str) -> str:
    """Resource of the page without comments on lines of their own and without indentation."""
    lines = (line.strip() for line in resource("page", name).read_text(encoding="utf-8").splitlines())
    return "\n".join(line for line in lines if line and not line.startswith(("//", "<!-- ")))


def _hash(content: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"
