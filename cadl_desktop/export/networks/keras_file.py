"""Keras files that earlier versions open, too: a model's configuration without what these don't know."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from cadl_desktop.export.networks.column_text import KEY

OLDEST = "3.8"
"""Oldest version of Keras that has opened files of every kind of network and computed the same."""


def save_keras(path: Path, model: Any, columns: str = "", texts: Mapping[str, str] | None = None) -> None:
    """Writes a .keras file that Keras from `OLDEST` on opens; `columns` are as from `column_text`. They and
    further JSON texts by key are in `metadata.json`, of which Keras ignores them."""
    model.save(path)
    edits: dict[str, Callable[[Any], Any]] = {"config.json": without_defaults}
    further = {**({KEY: columns} if columns else {}), **(texts or {})}
    if further:
        edits["metadata.json"] = lambda known: known | {key: json.loads(it) for key, it in further.items()}
    _edit_members(path, edits)


def without_defaults(config: Any) -> Any:
    """Configuration of a model without what every version fills in by itself: settings of layers and
    initialisers that are None, and the names of operations. A version refuses a setting that it doesn't know.
    """
    if isinstance(config, list):
        return [without_defaults(each) for each in config]
    if not isinstance(config, dict):
        return config
    found = {name: without_defaults(value) for name, value in config.items()}
    module, settings = config.get("module") or "", found.get("config")
    if isinstance(settings, dict):
        if module in ("keras.layers", "keras.initializers"):
            found["config"] = {name: value for name, value in settings.items() if value is not None}
        elif module.startswith("keras.src.ops."):
            found["config"] = {name: value for name, value in settings.items() if name != "name"}
    return found


def _edit_members(path: Path, edits: Mapping[str, Callable[[Any], Any]]) -> None:
    with ZipFile(path) as archive:
        members = {info: archive.read(info) for info in archive.infolist()}
    with ZipFile(path, "w") as archive:
        for info, content in members.items():
            if edit := edits.get(info.filename):
                content = json.dumps(edit(json.loads(content))).encode()
            archive.writestr(info, content)
