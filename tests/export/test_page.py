"""Page in which the network paints: what is in it, and where a browser is found, what it paints."""

import base64
import dataclasses
import hashlib
import json
import re
import zlib
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from cadl_desktop.data.samples import as_pixels, as_rgb
from cadl_desktop.engine import predict
from cadl_desktop.engine.rounding import weight_rounding
from cadl_desktop.experiment.shapes import is_painting
from cadl_desktop.export.exports import export, export_named
from cadl_desktop.export.page.coded_network import coded
from cadl_desktop.export.page.page_export import page
from cadl_desktop.export.page.shader import shader_of
from cadl_desktop.export.trained import Trained
from cadl_desktop.runs.evaluations import RoundingError
from cadl_desktop.runs.run_snapshots import Snapshots
from tests.engine.runs import small_painting
from tests.export.chromium import CHROMIUM, Browser, browser
from tests.export.networks import CURVE, NETWORKS, filmed, untrained, with_weights_that_matter

HARM = """</title></script><script>alert(1)</script>" onload='alert(2)' javascript:alert(3) {{NETWORK}}"""


def page_of(trained: Trained, size: str = "balanced", **options: Any) -> str:
    return page(trained, export_named("page").job({"size": size, **options})).decode()


class Elements(HTMLParser):
    """Tags with their attributes and texts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None], list[str]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attributes), []))

    def handle_data(self, data: str) -> None:
        if self.found:
            self.found[-1][2].append(data)

    def texts(self, tag: str) -> list[str]:
        return ["".join(texts).strip() for name, _, texts in self.found if name == tag]


def unpacked(text: str) -> dict[str, Any]:
    """What the page knows of its network, with the script that paints."""
    plain = zlib.decompress(base64.b64decode(re.findall(r'id="network">([^<]*)<', text)[0]), -zlib.MAX_WBITS)
    return dict(json.loads(plain[4 : 4 + int.from_bytes(plain[:4], "little")]))


@pytest.mark.parametrize("experiment", [small_painting(), CURVE], ids=["painting", "curve"])
def test_a_page_is_whole_and_names_in_it_are_inert(experiment: Any) -> None:
    text = page_of(filmed(replace(experiment, name=HARM, note=HARM)))
    elements = Elements(text)
    network, loader = elements.texts("script")
    (style,) = elements.texts("style")
    assert not [name for _, attributes, _ in elements.found for name in attributes if name.startswith("on")]
    assert elements.texts("title") == elements.texts("h1") == [HARM]
    assert not re.search(r"(?:href|src)=\"(?!data:)|https?:|url\(|@import", text.replace(network, ""))
    policy = dict(
        part.strip().split(" ", 1) for part in re.findall(r'Policy" content="([^"]*)', text)[0].split(";")
    )
    hashes = [
        f"'sha256-{base64.b64encode(hashlib.sha256(part.encode()).digest()).decode()}'"
        for part in (loader, unpacked(text)["script"], style)
    ]
    assert policy["default-src"] == "'none'"
    assert policy["script-src"].split() == hashes[:2]
    assert policy["style-src"] == hashes[2]


def test_the_smaller_a_page_the_fewer_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weight_rounding, "STEPS", 20)
    trained = filmed(small_painting())
    sizes = [len(page_of(trained, size)) for size in ("smallest", "balanced", "exact")]
    assert sizes == sorted(sizes)
    assert len(page_of(trained, moments=0)) < len(page_of(trained, moments=3)) < sizes[1]
    assert len(page_of(trained, original=True)) > sizes[1]


@pytest.mark.parametrize("name", NETWORKS)
def test_arrays_of_a_shader_do_not_overlap(name: str) -> None:
    trained = untrained(NETWORKS[name])
    shader = shader_of(trained.experiment, trained.state.weights)
    starts = [*(texel for *_, texel, _ in shader.placed), shader.texels]
    lengths = [-(-rows * padded // 4) for _, rows, _, _, padded in shader.placed]
    assert all(end - start >= length for (start, end), length in zip(pairwise(starts), lengths, strict=True))
    known = len(trained.state.weights) + len(shader.constants)
    assert {number for number, *_ in shader.placed} == set(range(known))


def test_weights_that_are_no_numbers_are_refused(tmp_path: Path) -> None:
    trained = untrained(small_painting())
    trained.state.weights[0][0, 0] = np.nan
    with pytest.raises(RoundingError, match="no finite numbers"):
        export("page", tmp_path / "page.html", trained)
    assert not list(tmp_path.glob("*page*"))


if CHROMIUM:

    @pytest.fixture(scope="module")
    def chromium() -> Iterator[Browser]:
        with browser() as opened:
            yield opened

    def opened(chromium: Browser, tmp_path: Path, trained: Trained, size: str, **media: str) -> None:
        path = tmp_path / "page.html"
        path.write_text(page_of(trained, size))
        chromium.open(path, 360, 480, **media)
        chromium.until("document.getElementById('view').dataset.state === 'painted'")

    def computed(chromium: Browser, moment: int, across: Any, down: Any, picture: float) -> bytes:
        """Bytes that the page's shader gives at positions in the data's units."""
        script = f"""(async () => {{
            const painter = new Painter({"true" if down is None else "false"});
            painter.setMoment({moment});
            const scaled = (axis, positions) => positions.map((position) => painter.scaled(axis, position));
            const across = scaled({0 if down is None else 1}, {across.tolist()});
            const down = {"[0]" if down is None else f"scaled(0, {down.tolist()})"};
            const found = await painter.compute(across, down, painter.scaled(2, {picture}));
            return btoa(String.fromCharCode(...found));
        }})()"""
        return base64.b64decode(chromium.evaluate(script))

    @pytest.mark.parametrize("name", NETWORKS)
    def test_a_browser_computes_what_the_engine_does(chromium: Browser, tmp_path: Path, name: str) -> None:
        trained = with_weights_that_matter(untrained(NETWORKS[name]))
        experiment = trained.experiment
        opened(chromium, tmp_path, trained, "exact")
        if not is_painting(experiment):
            x = trained.positions[::30, 0]
            found = np.frombuffer(computed(chromium, 0, x, None, 0), np.float32)[: len(x)]
            shader = shader_of(experiment, trained.state.weights)
            wanted = predict(experiment, trained.state.weights, x[:, np.newaxis])
            np.testing.assert_allclose(
                shader.to_target.invert(found[:, np.newaxis]), wanted, rtol=2e-5, atol=2e-5 * np.ptp(wanted)
            )
            return
        picture = 1.25 if len(trained.samples.high) == 3 else 0
        down, across = np.arange(-2.0, 10, 1.5), np.arange(-2.0, 10, 0.75)
        places = np.stack(np.meshgrid(down, across, indexing="ij"), -1).reshape(-1, 2)
        inputs = np.column_stack([places, np.full(len(places), picture)])[:, : len(trained.samples.high)]
        wanted = as_pixels(as_rgb(predict(experiment, trained.state.weights, inputs)))
        found = np.frombuffer(computed(chromium, 0, across, down, picture), np.uint8).reshape(-1, 4)[:, :3]
        near = np.abs(found.astype(int) - wanted) <= 1
        assert near.all(axis=1).mean() > 0.99

    def test_a_page_paints_pixel_for_pixel_and_is_moved(chromium: Browser, tmp_path: Path) -> None:
        trained = untrained(NETWORKS["siren"])
        weaker = (
            dataclasses.replace(
                trained.state, step=step, weights=tuple(0.2 * step * array for array in trained.state.weights)
            )
            for step in (1, 2, 3)
        )
        trained = dataclasses.replace(trained, snapshots=Snapshots(list(weaker)))
        height, width = (int(side) for side in trained.samples.high)
        opened(chromium, tmp_path, trained, "balanced", prefers_reduced_motion="no-preference")
        chromium.until("document.getElementById('moment').value === document.getElementById('moment').max")
        *_, network = coded(trained.experiment, [*trained.states], "balanced")
        wanted = predict(trained.experiment, network.weights, trained.samples.inputs)

        def painted() -> Any:
            chromium.until("document.getElementById('view').dataset.state === 'painted'")
            text = chromium.evaluate(f"""((view, copy) => {{
                copy.drawImage(view, -(view.width - {width} >> 1), -(view.height - {height} >> 1));
                return btoa(String.fromCharCode(...copy.getImageData(0, 0, {width}, {height}).data));
            }})(document.getElementById("view"), document.createElement("canvas").getContext("2d"))""")
            return np.frombuffer(base64.b64decode(text), np.uint8).reshape(height * width, 4)[:, :3]

        def press(key: str) -> None:
            for kind in ("keyDown", "keyUp"):
                chromium.ask("Input.dispatchKeyEvent", type=kind, key=key)

        press("1")
        single = painted()
        assert (np.abs(single.astype(int) - as_pixels(as_rgb(wanted))) <= 1).mean() > 0.999
        views = [single]
        for kind, x, y in (("mousePressed", 100, 200), ("mouseMoved", 103, 202), ("mouseReleased", 103, 202)):
            chromium.ask("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", buttons=1)
        views.append(painted())
        chromium.ask("Input.dispatchMouseEvent", type="mouseWheel", x=150, y=200, deltaX=0, deltaY=-100)
        views.append(painted())
        for apart in (20, 60):
            fingers = [{"x": 180 - apart, "y": 200, "id": 0}, {"x": 180 + apart, "y": 210, "id": 1}]
            chromium.ask(
                "Input.dispatchTouchEvent",
                type="touchStart" if apart == 20 else "touchMove",
                touchPoints=fingers,
            )
        chromium.ask("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])
        views.append(painted())
        press("ArrowLeft")
        views.append(painted())
        chromium.evaluate("document.getElementById('frame').focus()")
        press("+")
        views.append(painted())
        assert all((before != after).any() for before, after in pairwise(views))
        press("1")
        for kind, x in (("mousePressed", 100), ("mouseMoved", 120)):  # for a menu, and let go in it
            chromium.ask("Input.dispatchMouseEvent", type=kind, x=x, y=200, button="right", buttons=2)
        np.testing.assert_array_equal(painted(), single)
        chromium.evaluate("""(slider => { slider.value = 0; slider.dispatchEvent(new Event("input")); })(
            document.getElementById("moment"))""")
        first = predict(trained.experiment, trained.states[0].weights, trained.samples.inputs)
        assert np.abs(painted().astype(int) - as_pixels(as_rgb(first))).mean() < 4
        assert not [
            each
            for each in chromium.events
            if each["method"].startswith(("Log.", "Runtime.console", "Runtime.exc"))
        ]
        asked = [
            each["params"]["request"]["url"]
            for each in chromium.events
            if each["method"] == "Network.requestWillBeSent"
        ]
        assert [url for url in asked if not url.startswith("data:")] == [(tmp_path / "page.html").as_uri()]

    def test_without_webgl_a_sentence_and_a_still_picture_are_seen(chromium: Browser, tmp_path: Path) -> None:
        none = "HTMLCanvasElement.prototype.getContext = () => null"
        added = chromium.ask("Page.addScriptToEvaluateOnNewDocument", source=none)
        path = tmp_path / "page.html"
        path.write_text(page_of(untrained(CURVE)))
        chromium.open(path, 360, 480)
        chromium.until("document.getElementById('message').textContent")
        chromium.ask("Page.removeScriptToEvaluateOnNewDocument", **added)
        assert "no WebGL2" in chromium.evaluate("document.getElementById('message').textContent")
        assert chromium.evaluate("document.getElementById('still').naturalWidth") > 100
        assert chromium.evaluate("document.getElementById('view').hidden")
