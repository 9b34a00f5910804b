"""What a sheet is: every table is tried on its columns, and the likeliest is proposed."""

from collections.abc import Mapping
from dataclasses import replace

from crmeval.fields import LEFT_OUT, TABLES
from crmeval.mapping.assign import Assignment, assign
from crmeval.mapping.exports import Export, export_of
from crmeval.mapping.presets import Preset
from crmeval.mapping.profiles import Profile
from crmeval.mapping.second import seconded
from crmeval.mapping.signs import Trial, is_named, of_sheet, possible
from crmeval.mapping.weighing import odds
from crmeval.reading.sheet import Sheet

_SURE, _NOT_SURE = 0.97, 0.79  # where the table is less likely, its required fields are not sure
_KNOWN = 0.5  # enough where the system that wrote the sheet is known by its headers
_LIKELY = 0.45  # less likely still, it must lack nothing, and be none less likely than another table
_ITS_OWN = 0.9
_EXPORT = 0.99  # a known list of a known system


def guess(sheet: Sheet, found: Mapping[str, Profile], preset: Preset) -> Assignment:
    """The likeliest table with its columns; `LEFT_OUT` where the sheet is likelier to be none."""
    trials = [Trial(sheet, found, assign(table, found, preset)) for table in TABLES]
    for trial in trials:
        if _comes_back(trial):
            return trial.assignment
    export = export_of({header: one.some for header, one in found.items()})
    if export:
        return _written(export, next(trial for trial in trials if trial.table == export.table), found)
    others = [trial for trial in trials if not TABLES[trial.table].made_here]
    if any(_is_history(trial) for trial in others) and not any(_has_own_key(trial) for trial in others):
        others = [trial for trial in others if trial.table != "deals"]
    likely = odds(others, of_sheet(found))
    best = int(likely.argmax())
    if best == len(others) or not possible(others[best]):
        return Assignment(LEFT_OUT, {}, {})
    chosen = seconded(replace(others[best].assignment, likely=float(likely[best])), found, preset)
    lacks = not set(TABLES[chosen.table].required) <= set(chosen.columns)
    doubtful = lacks or likely[-1] == sorted(likely)[-2]
    if chosen.likely < _LIKELY and doubtful:
        return Assignment(LEFT_OUT, {}, {})
    sure = _KNOWN if preset.source != "unknown" else _SURE
    return chosen if chosen.likely >= sure else _doubted(chosen)


def _written(export: Export, trial: Trial, found: Mapping[str, Profile]) -> Assignment:
    """The columns of a known export, and what else was found beside them."""
    known = export.columns_of(found)
    columns, confidence = dict(known), dict.fromkeys(known, _EXPORT)
    for name, header in trial.columns.items():
        if name not in known and header not in known.values():
            columns[name], confidence[name] = header, trial.assignment.confidence[name]
    order = [one.name for one in TABLES[trial.table].fields if one.name in columns]
    return Assignment(
        trial.table, {name: columns[name] for name in order}, {name: confidence[name] for name in order}
    )


def _is_history(trial: Trial) -> bool:
    """Whether ids that are surely those of deals stand in several stages."""
    sure = trial.assignment.confidence.get("deal_id", 0.0)
    return trial.table == "stage_events" and sure >= _ITS_OWN and possible(trial) and trial.stages_vary


def _has_own_key(trial: Trial) -> bool:
    """Whether each row is a deal with an id of its own: the one in several stages is of a customer."""
    key = trial.of("deal_id")
    return trial.table == "deals" and key is not None and key.is_unique


def _comes_back(trial: Trial) -> bool:
    """Whether the sheet is one that the app gave out: then its headers are the app's own."""
    spec, sure = TABLES[trial.table], trial.assignment.confidence
    named = all(sure.get(name, 0.0) >= _ITS_OWN for name in spec.required)
    return spec.made_here and (named or (possible(trial) and is_named(trial.sheet, trial.table)))


def _doubted(assignment: Assignment) -> Assignment:
    """The same, with no required field sure: another table is likely too."""
    spec = TABLES[assignment.table]
    needed = {*spec.required, *spec.any_of}
    confidence = {
        name: min(sure, _NOT_SURE) if name in needed else sure for name, sure in assignment.confidence.items()
    }
    return replace(assignment, confidence=confidence)
