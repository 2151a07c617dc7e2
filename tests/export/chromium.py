"""Chromium without a window, driven by its DevTools protocol through a pipe."""

import json
import os
import select
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
_OPTIONS = (
    "--headless=new --no-sandbox --disable-dev-shm-usage --use-angle=swiftshader --enable-unsafe-swiftshader "
    "--no-first-run --disable-background-networking --disable-component-update --disable-extensions "
    "--remote-debugging-pipe --force-color-profile=srgb --hide-scrollbars"
)
_SECONDS = 60


class Browser:
    """Page of a browser. `events` are its messages since it was opened: of the console, requests ..."""

    def __init__(self, to: int, came: int) -> None:
        self._to, self._came, self._pending, self._number = to, came, b"", 0
        self.events: list[dict[str, Any]] = []
        self._session: dict[str, str] = {}
        (page,) = [
            target["targetId"]
            for target in self.ask("Target.getTargets")["targetInfos"]
            if target["type"] == "page"
        ]
        attached = self.ask("Target.attachToTarget", targetId=page, flatten=True)
        self._session = {"sessionId": attached["sessionId"]}
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.ask(f"{domain}.enable")

    def ask(self, method: str, **arguments: Any) -> dict[str, Any]:
        """Result of a command."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": arguments, **self._session}
        os.write(self._to, json.dumps(message).encode() + b"\0")
        while (answer := self._message()).get("id") != self._number:
            self.events.append(answer)
        assert "error" not in answer, answer
        return dict(answer["result"])

    def evaluate(self, script: str) -> Any:
        """Value of a script, or of its promise."""
        found = self.ask("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def open(self, path: Path, width: int, height: int, **media: str) -> None:
        """Opens a file in a window of this size; `media` are features such as prefers_color_scheme."""
        self.events.clear()
        features = [{"name": name.replace("_", "-"), "value": value} for name, value in media.items()]
        self.ask("Emulation.setEmulatedMedia", features=features)
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
        self.ask("Emulation.setDeviceMetricsOverride", **size)
        self.ask("Page.navigate", url=path.as_uri())
        self.until("document.readyState === 'complete' && document.querySelector('canvas') !== null")

    def until(self, condition: str) -> None:
        """Waits in the browser until a condition holds."""
        look = f"const look = () => {condition} ? done() : setTimeout(look, 10); look();"
        self.evaluate(f"new Promise(done => {{ {look} }})")

    def _message(self) -> dict[str, Any]:
        end = time.monotonic() + _SECONDS
        while b"\0" not in self._pending:
            ready, _, _ = select.select([self._came], [], [], end - time.monotonic())
            part = os.read(self._came, 1 << 20) if ready else b""
            assert part, "the browser doesn't answer"
            self._pending += part
        message, self._pending = self._pending.split(b"\0", 1)
        return dict(json.loads(message))


@contextmanager
def browser() -> Iterator[Browser]:
    """A browser with a profile of its own, which ends with the block."""
    assert CHROMIUM
    there, to = os.pipe()
    came, back = os.pipe()
    with TemporaryDirectory(ignore_cleanup_errors=True) as profile:

        def as_three_and_four() -> None:
            one, two = os.dup(there), os.dup(back)
            os.dup2(one, 3)
            os.dup2(two, 4)

        command = [CHROMIUM, *_OPTIONS.split(), f"--user-data-dir={profile}", "about:blank"]
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=as_three_and_four,
            close_fds=False,
            start_new_session=True,
        )
        os.close(there)
        os.close(back)
        try:
            yield Browser(to, came)
        finally:
            os.close(to)  # upon which it ends
            os.close(came)
            process.kill()
            process.wait()
