"""Children that bring a large picture in and train on it, as somebody who wants to see something soon."""

import time
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from PySide6.QtCore import QObject, QTimer, Slot

from cadl_desktop.ui.window.main_window import MainWindow
from tests.benchmarks.memory import megabytes, peak_megabytes
from tests.benchmarks.pictures import as_of_a_camera
from tests.benchmarks.showing import Heart, let_pass, open_window, wait, wait_for_tensorflow

SIDE = 1024
LONGEST = 8192


def bring(name: str) -> dict[str, float]:
    """Seconds from reading a photograph's file until it is shown as the target, and until the first painting
    stands beside it that was made after a step."""
    window = open_window(name)
    wait_for_tensorflow(window)
    let_pass(1000)
    with TemporaryDirectory() as folder:
        path = _photograph(Path(folder) / "photograph.png")
        began = time.perf_counter()
        _take(window, path, SIDE)
        session = window.session
        wait(session.samples_changed, lambda: _is_shown(window, SIDE, SIDE))
        shown = time.perf_counter() - began
        pictures = _Pictures(window, began)
        session.train()
        wait(session.updated, lambda: bool(pictures.moments))
    session.close()
    return {"shown": shown, "painted": pictures.moments[0]}


def camera(width: str, height: str, seconds: str) -> dict[str, float]:
    """Opens a picture as a camera makes it and trains it at its size for `seconds`.

    Gives 'peak', the most megabytes above those of the window and its processes before; 'first', seconds
    from Train to the first picture; 'between', the mean seconds from one picture to the next; and 'turn',
    the longest iteration of the event loop from Train on, in milliseconds.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder, "picture.jpg")
        as_of_a_camera(int(width), int(height), path)
        window = open_window("lecture")
        wait_for_tensorflow(window)
        let_pass(1000)
        before, session = megabytes(), window.session
        _take(window, path, LONGEST)
        wait(session.samples_changed, lambda: _is_shown(window, int(height), int(width)))
    heart = Heart()
    heart.phase("training")
    pictures = _Pictures(window, time.perf_counter())
    session.train()
    wait(session.updated, lambda: bool(pictures.moments))
    let_pass(int(float(seconds) * 1000))
    gaps, moments, peak = heart.gaps(), pictures.moments, peak_megabytes()
    session.close()
    return {
        "peak": peak - before,
        "first": moments[0],
        "between": (moments[-1] - moments[0]) / (len(moments) - 1),
        "turn": gaps["training"]["longest"],
    }


class _Pictures(QObject):
    """The moments at which another painting was on screen, but for one of the untrained network."""

    def __init__(self, window: MainWindow, began: float) -> None:
        super().__init__()
        self._session, self._began = window.session, began
        self._seen = window.session.result.prediction
        self.moments: list[float] = []
        self._session.updated.connect(self._look)

    @Slot()
    def _look(self) -> None:
        prediction, progress = self._session.result.prediction, self._session.result.progress
        if prediction is not None and prediction is not self._seen and progress and progress.step > 0:
            self._seen = prediction
            # The views have taken it by now; they draw before this timer's turn comes.
            QTimer.singleShot(0, lambda: self.moments.append(time.perf_counter() - self._began))


def _photograph(path: Path) -> Path:
    """The largest of those that come along, as a PNG of exactly 1024 x 1024 pixels."""
    from importlib.resources import files

    with Image.open(str(files("skimage").joinpath("data", "retina.jpg"))) as image:
        image.convert("RGB").resize((SIDE, SIDE)).save(path)
    return path


def _take(window: MainWindow, path: Path, longest: int) -> None:
    """Applies the crop-and-size step without the time that a person spends in it."""
    from cadl_desktop.data.pictures.picture_dataset import load_picture

    def done(image: bytes) -> None:
        window.features.intake.pictures.take(image, longest, path.name)

    def failed(error: Exception) -> None:
        raise error

    window.session.background.do(lambda: load_picture(path), done, failed)


def _is_shown(window: MainWindow, height: int, width: int) -> bool:
    samples = window.session.samples
    return samples is not None and tuple(samples.high) == (height, width)
