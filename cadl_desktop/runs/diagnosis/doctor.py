"""Findings about a network in training, each with remedies, that do not flicker from one check to the
next."""

import math
from dataclasses import dataclass, replace
from typing import get_args

from cadl_desktop.runs.damage import damage
from cadl_desktop.runs.diagnosis.evidence import Evidence, Kind, Symptom
from cadl_desktop.runs.diagnosis.remedies import Remedy
from cadl_desktop.runs.diagnosis.symptoms import symptoms
from cadl_desktop.runs.events import RunState

__all__ = ["SHORT_NAMES", "Doctor", "Evidence", "Finding", "Remedy"]

APPEAR_DEGREE = 1.0
"""Degree at which a symptom becomes a finding."""
KEEP_DEGREE = 0.8
"""Degree below which a finding disappears; lower than APPEAR_DEGREE, so that findings do not flicker."""
VISITS_TO_CONFIRM = 2
"""Number of consecutive visits that must agree before a finding appears or goes."""
NEEDS_NO_CONFIRMATION = ("reach",)
"""Kinds that need no second visit, as they follow from the experiment alone."""

SHORT_NAMES: dict[Kind, str] = {
    "lost": "Got worse",
    "reach": "Out of reach",
    "few steps": "Few steps",
    "penalty": "Penalty",
    "rate too large": "Rate too large",
    "rate too small": "Rate too small",
    "exploding": "Exploding",
    "vanishing": "Vanishing",
    "dead": "Dead neurons",
    "saturated": "Saturated",
    "overfitting": "Overfitting",
    "nothing learned": "Learns nothing",
    "far off": "Far off",
}
"""Short name of each finding, where there is little room."""

_HOPES: dict[Kind, str] = {
    "lost": "another method or fewer layers",
    "reach": "another output",
    "few steps": "more epochs",
    "penalty": "another method",
    "rate too large": "another optimizer, a larger batch or fewer layers",
    "rate too small": "another optimizer or other initial weights",
    "exploding": "fewer layers or another method",
    "vanishing": "fewer layers or another method",
    "dead": "another seed, fewer layers or another method",
    "saturated": "fewer layers, another optimizer or another method",
    "overfitting": "more samples",
    "nothing learned": "another encoding, another optimizer or another method",
    "far off": "more neurons or another method",
}
"""What might help where no remedy of a finding is left."""
LEARNED = 0.8
"""Share of a constant output's cost below which a network has learned something: only such moments are worth
going back to."""

_ORDER: tuple[Kind, ...] = get_args(Kind)
_Key = tuple[Kind, int | None]


@dataclass(frozen=True)
class Finding:
    """Problem of a layer (0 is the first, the output the last), or of the whole network where `layer` is
    None. `words` say what it is and why it matters; where no remedy is left of any finding, those of the
    gravest also say that the doctor can't help, and what might."""

    kind: Kind
    layer: int | None
    words: str
    remedies: tuple[Remedy, ...]


class Doctor:
    """Examines one run repeatedly; its findings depend on the evidence and on earlier visits."""

    def __init__(self) -> None:
        self._findings: dict[_Key, Finding] = {}
        self._contradictions: dict[_Key, int] = {}
        """Number of consecutive visits that contradicted the present findings, by finding."""

    def visit(self, evidence: Evidence, final: bool = False) -> tuple[Finding, ...]:
        """Present findings, the gravest first. `final`: nothing runs any more, so that no second visit is
        awaited."""
        seen = {(symptom.kind, symptom.layer): symptom for symptom in symptoms(evidence)}
        for key in {**self._findings, **seen}:
            self._update(key, seen.get(key), evidence, final)
        found = sorted(self._findings.values(), key=lambda each: (_ORDER.index(each.kind), each.layer or 0))
        if found and not any(finding.remedies for finding in found):
            found[0] = _without_help(found[0])
        return tuple(found)

    def _update(self, key: _Key, symptom: Symptom | None, evidence: Evidence, final: bool) -> None:
        known = key in self._findings
        is_present = symptom is not None and symptom.degree >= (KEEP_DEGREE if known else APPEAR_DEGREE)
        self._contradictions[key] = self._contradictions.get(key, 0) + 1 if is_present != known else 0
        if (
            is_present != known
            and self._contradictions[key] < VISITS_TO_CONFIRM
            and not final
            and key[0] not in NEEDS_NO_CONFIRMATION
        ):
            return
        self._contradictions[key] = 0
        if is_present and symptom is not None:
            self._findings[key] = _finding(symptom, evidence)
        else:
            self._findings.pop(key, None)


def _finding(symptom: Symptom, evidence: Evidence) -> Finding:
    """Finding with those remedies that were not tried yet and differ in what they change."""
    state = _state_before(symptom, evidence)
    remedies, results = [], [evidence.experiment]
    for remedy in symptom.remedies:
        result = remedy.change(evidence.experiment)
        if remedy.label not in evidence.tried and (result not in results or remedy.moment is not None):
            remedies.append(remedy.begun_at(state))
            results.append(result)
    return Finding(symptom.kind, symptom.layer, symptom.words, tuple(remedies))


def _without_help(finding: Finding) -> Finding:
    words = f"{finding.words} The doctor can't help any more; {_HOPES[finding.kind]} might."
    return replace(finding, words=words)


def _state_before(symptom: Symptom, evidence: Evidence) -> RunState | None:
    """Newest state before the damage in which the network had learned something; None where there is none."""
    until = symptom.sound_until
    if until is None:
        harm = damage(evidence.history, diverged=evidence.diverged)
        most = math.inf if evidence.constant_cost is None else LEARNED * evidence.constant_cost
        if harm is None or harm.cost > most:
            return None
        until = harm.before
    states = [state for state in evidence.snapshots.states if 0 < state.step <= until]
    return states[-1] if states else None
