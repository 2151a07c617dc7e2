"""Says in plain words what is wrong with a network in training, and what would help."""

from dataclasses import dataclass
from typing import get_args

from cadl_desktop.runs.diagnosis.evidence import Evidence, Kind, Symptom
from cadl_desktop.runs.diagnosis.remedies import Remedy
from cadl_desktop.runs.diagnosis.symptoms import symptoms

__all__ = ["IN_A_WORD", "Doctor", "Evidence", "Finding", "Remedy"]

APPEARS = 1.0
STAYS = 0.8
"""The degree below which a finding goes: lower than that at which it comes, so that none flickers."""
VISITS = 2
"""How many visits must agree before a finding comes or goes."""
CERTAIN = ("reach",)
"""What needs no second look: it follows from the experiment alone."""

IN_A_WORD: dict[Kind, str] = {
    "lost": "Got worse",
    "reach": "Out of reach",
    "penalty": "Penalty",
    "rate too large": "Rate too large",
    "rate too small": "Rate too small",
    "exploding": "Exploding",
    "vanishing": "Vanishing",
    "dead": "Dead neurons",
    "saturated": "Saturated",
}
"""What each finding is called where there is room for little."""

_ORDER: tuple[Kind, ...] = get_args(Kind)
_Key = tuple[Kind, int | None]


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with a layer (0 is the first, the output the last), or with the whole network
    where `layer` is None; `words` say what and why it matters."""

    kind: Kind
    layer: int | None
    words: str
    remedies: tuple[Remedy, ...]


class Doctor:
    """Visits one run again and again; what it says depends on what it is shown and on the visits before."""

    def __init__(self) -> None:
        self._findings: dict[_Key, Finding] = {}
        self._doubts: dict[_Key, int] = {}
        """How many visits in a row have spoken against what was said last."""

    def visit(self, evidence: Evidence, final: bool = False) -> tuple[Finding, ...]:
        """What is wrong now, the gravest first. `final`: there will be no second look, as nothing runs."""
        seen = {(symptom.kind, symptom.layer): symptom for symptom in symptoms(evidence)}
        for key in {**self._findings, **seen}:
            self._judge(key, seen.get(key), final)
        found = self._findings.values()
        return tuple(sorted(found, key=lambda finding: (_ORDER.index(finding.kind), finding.layer or 0)))

    def _judge(self, key: _Key, symptom: Symptom | None, final: bool) -> None:
        known = key in self._findings
        sick = symptom is not None and symptom.degree >= (STAYS if known else APPEARS)
        self._doubts[key] = self._doubts.get(key, 0) + 1 if sick != known else 0
        if sick != known and self._doubts[key] < VISITS and not final and key[0] not in CERTAIN:
            return
        self._doubts[key] = 0
        if sick and symptom is not None:
            self._findings[key] = Finding(symptom.kind, symptom.layer, symptom.words, symptom.remedies)
        else:
            self._findings.pop(key, None)
