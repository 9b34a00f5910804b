"""Accuracy: which cells are wrong, where errors gather, what mending them costs."""

from functools import partial

from crmeval.ui.accuracy_checks import checks_panel
from crmeval.ui.accuracy_cure import cost_and_cure
from crmeval.ui.accuracy_parts import accuracy_now, judged_in_truth
from crmeval.ui.accuracy_sample import verified_sample
from crmeval.ui.accuracy_twins import twins
from crmeval.ui.accuracy_where import where
from crmeval.ui.parts import answer, how, metrics, need, notes, page
from crmeval.ui.sections import sections

# What each section shows of the result; only the open one runs. Names: `accuracy.sections.<name>`.
SECTIONS = {
    "where": where,
    "checks": checks_panel,
    "twins": twins,
    "sample": verified_sample,
    "cure": cost_and_cure,
}

page("accuracy")
tables = need("accuracy", "records", "deals", "verified")
said = accuracy_now(tables, in_truth=judged_in_truth(tables))
answer(said)
metrics(said, "accuracy.rate", "accuracy.wrong_cells", "accuracy.clean_rate", "accuracy.cells")
beside = ("accuracy.flagged_rate", "accuracy.checks_see") if said.get("accuracy.verified_rate") else ()
metrics(said, "accuracy.duplicate_records", "accuracy.cost", *beside)
notes(said)

sections("accuracy.sections", {name: partial(show, said, tables) for name, show in SECTIONS.items()})

how(said)
