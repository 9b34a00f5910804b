"""Histories as CRMs write them: changes of any field, and stages named within their pipeline."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crmeval.mapping.aliases import aliases
from crmeval.mapping.concepts import says
from crmeval.mapping.distinct import distinct, trim
from crmeval.mapping.names import likeness, normal
from crmeval.mapping.parts import OTHER, Part
from crmeval.mapping.stages import BETWEEN, in_pipeline
from crmeval.words import text

_FIELD = {"field", "field event", "field name", "поле", "поле событие", "название поля"}
_EVENT = {"event", "событие"}  # amoCRM says what was changed in a sentence: "Изменение этапа продажи"
_NEW = {"new value", "новое значение", "value after", "значение после"}
_SURE = 0.9


def set_aside_other_fields(part: Part) -> None:
    """Of a history of all fields, as Salesforce keeps one, only the changes of the stage are steps."""
    header = next((one for one in part.sheet.columns if normal(one) in _FIELD | _EVENT), "")
    if (
        part.mapping.table != "stage_events" or OTHER + header not in part.rows.column_names
        or normal(part.mapping.columns["stage"]) not in _NEW
    ):  # fmt: skip
        return
    fields = distinct(part.rows[OTHER + header])
    of_stage = _says_stage if normal(header) in _EVENT else _is_stage
    known = [of_stage(name) for name in fields.texts.to_pylist()]
    others = ~fields.spread_mask(np.array(known, dtype=bool))
    if others.any():
        part.notes.append(text("import_notes.other_field", column=header, n=int(others.sum())))
        part.drop(others, "other_field", part.rows[OTHER + header].to_pylist())


def _is_stage(field: str) -> bool:
    return likeness(field, aliases("stage_events", "stage")) >= _SURE


def _says_stage(event: str) -> bool:
    return says(event, "stage")


def with_pipelines(part: Part) -> Part:
    """The part with its pipeline before each stage that several of its pipelines have.

    amoCRM, HubSpot and others name stages within a pipeline: "New" of sales is not "New" of service. Won and
    lost stay as they are, being the same in all.
    """
    pipelines = _pipelines(part)
    if pipelines is None or "stage" not in part.rows.column_names:
        return part
    stages = part.rows["stage"].combine_chunks()
    pairs = pa.table({"pipeline": pipelines, "stage": stages}).group_by(["pipeline", "stage"]).aggregate([])
    pairs = pairs.filter(pc.and_(pc.is_valid(pairs["pipeline"]), pc.is_valid(pairs["stage"])))
    counted = pairs.group_by("stage").aggregate([("pipeline", "count")])
    several = counted.filter(pc.greater(counted["pipeline_count"], 1))["stage"].to_pylist()
    shared = [stage for stage in several if in_pipeline(BETWEEN, stage) != stage]
    if not shared:
        return part
    asked = pc.and_(pc.is_in(stages, pa.array(shared, pa.string())), pc.is_valid(pipelines))
    named = pc.if_else(asked, pc.binary_join_element_wise(pipelines, stages, BETWEEN), stages)
    part.rows = part.rows.set_column(part.rows.column_names.index("stage"), "stage", named)
    header = part.mapping.columns["stage"]
    part.notes.append(
        text("import_notes.stage_in_pipelines", column=header, stages=", ".join(sorted(shared)))
    )
    return part


def _pipelines(part: Part) -> pa.Array | None:
    """The pipeline of each row, None where no column tells it; a table of steps has it beside its fields."""
    names = part.rows.column_names
    if "pipeline" in names:
        return part.rows["pipeline"].combine_chunks()
    if part.mapping.table != "stage_events":
        return None
    told = (one for one in part.sheet.columns if likeness(one, aliases("deals", "pipeline")) >= _SURE)
    header = next((OTHER + one for one in told if OTHER + one in names), None)
    return trim(part.rows[header].combine_chunks()) if header else None


def bare(stages: pa.Array) -> pa.Array:
    """The stages without their pipelines."""
    return pc.replace_substring_regex(stages, f"^.*?{BETWEEN}", "")
