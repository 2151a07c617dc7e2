"""Another dataset in place of an experiment's: what follows the data, and what a person has set and stays."""

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from cadl_desktop.experiment.catalog import entries, part
from cadl_desktop.experiment.edits import preset_of, presets_for, with_preset
from cadl_desktop.experiment.live_settings import PENALTIES
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.presets import preset
from cadl_desktop.experiment.setting_descriptions import TITLES

_SOURCES = ("source", "image")
"""Settings that say which picture a dataset is."""
_HIDING = ("mask", "keep", "keep_seed")


def is_other_data(before: Part, after: Part, *, replaced: bool = True) -> bool:
    """Tells whether a dataset is another picture, table or kind of curve, and not only drawn from
    differently. Points are others only where they were `replaced` as a whole, not edited by hand."""
    one, other = before.as_dict(), after.as_dict()
    names = (*_SOURCES, "points") if replaced else _SOURCES
    return before.kind != after.kind or any(one.get(name) != other.get(name) for name in names)


def without_what_followed(before: Experiment, data: Part) -> Part:
    """Returns a picture dataset without what belonged to the picture before it: what was hidden of that. In
    place of an own picture a shipped one has the size of the preset's."""
    if data.kind != "picture" or not is_other_data(before.data, data):
        return data
    fresh = part("dataset", "picture")
    data = data.has(**{name: fresh[name] for name in _HIDING})
    if data["source"] == "own" or before.data.as_dict().get("source") != "own":
        return data
    name = preset_of(before)
    shipped = preset(name).data if name else fresh
    return data.has(longest=shipped.as_dict().get("longest", fresh["longest"]))


def with_usual_rate(before: Experiment, after: Experiment) -> Experiment:
    """Returns an experiment with other data than `before` at the learning rate of its method, or of the
    preset or optimizer where it has none."""
    kind, known = after.optimizer.kind, entries("optimizer").get(after.optimizer.kind)
    if known is None or not is_other_data(before.data, after.data):
        return after
    names = [after.method] if after.method else presets_for(after.data)
    usual = [
        shipped.optimizer
        for shipped in map(preset, names)
        if shipped.optimizer.kind == kind and (after.method or shipped.layers == after.layers)
    ]
    rate = (usual or [known.part()])[0]["rate"]
    return replace(after, optimizer=after.optimizer.has(rate=rate))


def words_for_other_data(before: Experiment, after: Experiment) -> str:
    """Sentence that says what another dataset has left behind, and what a person has set that stays; empty
    where neither is anything."""
    if not is_other_data(before.data, after.data):
        return ""
    left, kept = list(_left(before, after)), _kept(before, after)
    sentences = [f"Left behind with the data before: {_joined(left)}."] if left else []
    sentences += [f"Kept as you set it: {_joined(kept)}."] if kept else []
    return " ".join(sentences)


def _left(before: Experiment, after: Experiment) -> Iterator[str]:
    was, now = before.data.as_dict(), after.data.as_dict()
    if was.get("mask"):
        yield "the mask"
    if was.get("keep", 100.0) != 100.0:
        yield "pixels left out by chance"
    if now.get("source") != "own" and "longest" in was.keys() & now and was["longest"] != now["longest"]:
        yield f"the size of {int(was['longest'])} pixels"
    one, other = before.optimizer, after.optimizer
    if before.method == after.method and one.kind == other.kind and one["rate"] != other["rate"]:
        yield f"learning rate {one['rate']:g}, which is {other['rate']:g} now"


def _kept(before: Experiment, after: Experiment) -> list[str]:
    """Titles of what differs from the preset that an experiment comes from, and is as it was before."""
    name = preset_of(after) or preset_of(before)
    if not name or name not in presets_for(after.data):
        return ["the network"] if after.layers == before.layers else []
    shipped = with_preset(after, name)
    if shipped.optimizer.kind == after.optimizer.kind:  # its rate doesn't stay
        shipped = replace(shipped, optimizer=shipped.optimizer.has(rate=after.optimizer["rate"]))
    titles = {
        "parameters": TITLES["parameters"],
        "layers": "layers",
        "encoding": TITLES["encoding.kind"],
        "output": TITLES["output.kind"],
        "optimizer": TITLES["optimizer.kind"],
        "schedule": TITLES["schedule.kind"],
        **{
            name: TITLES[name]
            for name in ("cost", "batch_size", "validation", "input_scaling", "target_scaling")
        },
        **{name: penalty.title for name, penalty in PENALTIES.items()},
    }
    return [
        title[0].lower() + title[1:] if title[1].islower() else title
        for field, title in titles.items()
        if getattr(after, field) == getattr(before, field) != getattr(shipped, field)
    ]


def _joined(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
