"""What differs between two experiments, in plain words made of the catalog's titles.

Like problems, the words are plain English, written to be translated: `translate` is asked for every title
and for every template by itself.
"""

from collections.abc import Callable, Iterator
from itertools import takewhile, zip_longest

from cadl_desktop.experiment.catalog import Category, Parameter, entries
from cadl_desktop.experiment.model import Experiment, Stop
from cadl_desktop.experiment.part import Part
from cadl_desktop.sentences import filled

Translate = Callable[[str], str]

_PARTS: dict[str, tuple[Category, str]] = {
    "data": ("dataset", "Data"),
    "encoding": ("encoding", "Encoding"),
    "output": ("output", "Output"),
    "optimizer": ("optimizer", ""),
}
_CHOICES: dict[Category, str] = {
    "cost": "Cost",
    "input_scaling": "Input scaling",
    "target_scaling": "Target scaling",
}
_NUMBERS = {
    "seed": "Seed",
    "validation": "Held back",
    "batch_size": "Batch size",
    "measure_every": "Measured every",
}
_STOPS = {"epochs": "Epochs", "seconds": "Seconds", "change_below": "Change below"}
_KNOWN = {"name", "note", "method", "follows", "layers", "stop", *_PARTS, *_CHOICES, *_NUMBERS}
_OF_THEMSELVES = frozenset({"activation", "source"})
"""Settings whose choices say by their own titles what they are about."""


def differences(before: Experiment, after: Experiment, translate: Translate = str) -> str:
    """What is other in `after`: 'layer 2: 32 units, ReLU → Tanh; seed 7'. Empty where nothing is.

    Name, note and what follows a method change nothing that is trained and are passed over.
    """
    return "; ".join(_Words(translate).of_experiments(before, after))


def comparable(one: Experiment, other: Experiment) -> bool:
    """Whether the costs of two experiments are measured alike, so that their curves can share an axis."""
    measured = [(each.cost, each.target_scaling, each.data.kind) for each in (one, other)]
    return measured[0] == measured[1]


class _Words:
    """Speaks of experiments in one language."""

    def __init__(self, translate: Translate) -> None:
        self._translate = translate

    def of_experiments(self, before: Experiment, after: Experiment) -> Iterator[str]:
        for field, (category, title) in _PARTS.items():
            if field == "output":
                yield from self._layers(before.layers, after.layers)
            words = list(self._part(category, getattr(before, field), getattr(after, field)))
            if words:
                yield self._headed(self._title(title) if title else "", words)
        for category, title in _CHOICES.items():
            old, new = getattr(before, category), getattr(after, category)
            if old != new:
                yield f"{self._title(title)} {self._kinds(category, old, new)}"
        for field, title in _NUMBERS.items():
            new = getattr(after, field)
            if new != getattr(before, field):
                yield f"{self._title(title)} {_number(new)}"
        yield from self._stops(before.stop, after.stop)
        yield from self._others(before, after)

    def _layers(self, before: tuple[Part, ...], after: tuple[Part, ...]) -> Iterator[str]:
        if len(before) == len(after):
            for index, (old, new) in enumerate(zip(before, after, strict=True), 1):
                yield from self._layer(index, old, new)
            return
        start = sum(1 for _ in takewhile(_alike, zip(before, after, strict=False)))
        alike_at_end = takewhile(_alike, zip(reversed(before[start:]), reversed(after[start:]), strict=False))
        end = sum(1 for _ in alike_at_end)
        changed = zip_longest(before[start : len(before) - end], after[start : len(after) - end])
        for number, (was, now) in enumerate(changed, start + 1):
            if was is None:
                yield f"{self._filled('layer {number} added', number=number)}: {self._whole(now)}"
            elif now is None:
                yield self._filled("layer {number} removed", number=number)
            else:
                yield from self._layer(number, was, now)

    def _layer(self, number: int, before: Part, after: Part) -> Iterator[str]:
        words = list(self._part("layer", before, after))
        if words:
            yield self._headed(self._filled("layer {number}", number=number), words)

    def _part(self, category: Category, before: Part, after: Part) -> Iterator[str]:
        """What differs between two parts of a category, one phrase for each."""
        if before.kind != after.kind:
            yield self._kinds(category, before.kind, after.kind)
        known = entries(category).get(after.kind)
        was, now = before.as_dict(), after.as_dict()
        for parameter in known.parameters if known else ():
            new = now.get(parameter.name)
            # What only another kind brings along is said where it isn't as everybody expects it.
            old = was.get(parameter.name, parameter.default)
            if new is not None and new != old and parameter.matters(now):
                yield self._setting(parameter, old, new)

    def _setting(self, parameter: Parameter, before: object, after: object) -> str:
        title = self._title(parameter.title)
        match parameter.kind:
            case "picture":
                return self._translate("another picture")
            case "mask":
                return self._translate("another mask") if after else self._translate("no mask")
            case "points":
                return self._translate("other points")
            case "bool" if parameter.name == "frozen":
                return self._translate("frozen") if after else self._translate("not frozen")
            case "bool":
                return f"{title} {self._translate('on') if after else self._translate('off')}"
            case "choice":
                old, new = self._choice(parameter, before), self._choice(parameter, after)
                change = f"{old} → {new}"
                return change if parameter.name in _OF_THEMSELVES else f"{title} {change}"
            case _ if parameter.name == "units":
                return self._filled("{count} units", count=_number(after))
            case _:
                return f"{title} {_number(after)}"

    def _whole(self, layer: Part) -> str:
        """A layer by itself: 'Dense, 64 units, ReLU'."""
        entry = entries("layer").get(layer.kind)
        words, settings = [self._kind("layer", layer.kind)], layer.as_dict()
        if "units" in settings:
            words.append(self._filled("{count} units", count=_number(settings["units"])))
        if entry and "activation" in settings:
            words.append(self._choice(entry.parameter("activation"), settings["activation"]))
        return ", ".join(words)

    def _stops(self, before: Stop, after: Stop) -> Iterator[str]:
        for name, title in _STOPS.items():
            new = getattr(after, name)
            if new != getattr(before, name):
                limit = self._translate("no limit") if new is None else _number(new)
                yield f"{self._title(title)} {limit}"

    def _others(self, before: Experiment, after: Experiment) -> Iterator[str]:
        """Fields of an experiment that nobody has told this module about."""
        for field in Experiment.__struct_fields__:
            old, new = getattr(before, field), getattr(after, field)
            if field in _KNOWN or old == new:
                continue
            title = self._title(field.replace("_", " "))
            if not isinstance(new, Part):
                yield f"{title} {_number(new)}"
            elif new.kind != old.kind:
                yield f"{title} {old.kind} → {new.kind}"
            else:
                changed = [(name, value) for name, value in new.settings if value != old.as_dict().get(name)]
                yield self._headed(title, [f"{name} {_number(value)}" for name, value in changed])

    def _kinds(self, category: Category, before: str, after: str) -> str:
        return f"{self._kind(category, before)} → {self._kind(category, after)}"

    def _kind(self, category: Category, kind: str) -> str:
        known = entries(category).get(kind)
        return self._translate(known.title) if known else kind

    def _choice(self, parameter: Parameter, name: object) -> str:
        if isinstance(parameter.choices, str):
            return self._kind(parameter.choices, str(name))
        return self._translate(str(name).capitalize())

    def _title(self, title: str) -> str:
        """A title inside a sentence; another language may write its nouns with a capital."""
        translated = self._translate(title)
        return title[:1].lower() + title[1:] if translated == title else translated

    def _filled(self, template: str, **values: object) -> str:
        return filled(self._translate(template), **values)

    def _headed(self, heading: str, words: list[str]) -> str:
        text = ", ".join(words)
        return f"{heading}: {text}" if heading else text


def _alike(pair: tuple[Part, Part]) -> bool:
    return pair[0] == pair[1]


def _number(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)
