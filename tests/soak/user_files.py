"""Files that a random user opens and drops: sound ones of every kind, and damaged ones."""

import shutil
from pathlib import Path
from random import Random

from msgspec.structs import replace

from cadl_desktop.experiment import preset
from cadl_desktop.experiment.presets import DEFAULT_CURVE, DEFAULT_PAINTING
from cadl_desktop.project import Project, save_project
from tests.data.picture_corpus import good
from tests.soak.harm import altered

_PICTURES = 6
_TABLE = "x;y\n" + "".join(f"{x / 10};{x * x / 100}\n" for x in range(40))


def put_files(folder: Path, draw: Random) -> None:
    """Puts them into an empty folder."""
    for case in draw.sample(good(), _PICTURES):
        (folder / case.name).write_bytes(case.content())
    (folder / "table.csv").write_text(_TABLE, encoding="utf-8")
    (folder / "notes.txt").write_text("no numbers at all", encoding="utf-8")
    for name in (DEFAULT_CURVE, DEFAULT_PAINTING):
        experiment = replace(preset(name), name=f"My {name}")
        save_project(folder / f"{name}.cadl", Project(experiment))
    for path in sorted(folder.iterdir()):
        (folder / f"damaged {path.name}").write_bytes(altered(path.read_bytes(), draw))
    (folder / "empty.png").touch()
    (folder / "folder").mkdir()
    for path in sorted(folder.glob("*.png"))[:3]:
        shutil.copy(path, folder / "folder")
