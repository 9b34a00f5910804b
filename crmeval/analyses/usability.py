"""How easy is the CRM to use? Scores of the forms people filled in: SUS, UMUX-Lite, or any items."""

from crmeval.analyses import usability_scores as scores
from crmeval.analyses.base import Analysis, Results
from crmeval.analyses.usability_scores import Scored
from crmeval.results import EFFICIENCY, Finding, Measure, Result
from crmeval.settings import Settings
from crmeval.stats import intervals
from crmeval.stats import questionnaires as forms
from crmeval.stats.questionnaires import LIKERT, SUS, UMUX_LITE
from crmeval.tables import Tables
from crmeval.words import Text, text

_FEW_FORMS = 10
_LOW_ALPHA = 0.7
_CENTRE = 50
_MOST_ITEMS = 2


def _alpha(scored: Scored) -> Measure | None:
    worth = scored.form.contributions(scored.answers)
    alpha, complete = forms.cronbach_alpha(worth), len(worth.dropna())
    if alpha is None:
        return None
    low, high = forms.alpha_interval(alpha, complete, len(scored.form.items))
    return Measure("usability.alpha", alpha, "ratio", complete, low, high)


def _mean(scored: Scored) -> Measure:
    used, form = scored.used, scored.form
    low, high = scores.mean_interval(used, form.scale) or (None, None)
    facts = {"items": len(form.items), "lowest": form.lowest, "highest": form.highest}
    unit = "ratio" if form.kind == LIKERT else "points"
    return Measure(f"usability.{form.kind}_mean", float(used.mean()), unit, len(used), low, high, facts)


def _sus_measures(scored: Scored) -> list[Measure]:
    used = scored.used
    low, high = intervals.median_order(used) or (None, None)
    mean = float(used.mean())
    found = [
        Measure("usability.sus_median", float(used.median()), "points", len(used), low, high),
        Measure("usability.sus_grade", forms.grade(mean), "text", len(used)),
        Measure("usability.sus_percentile", forms.percentile(mean), "share", len(used)),
    ]
    worth = scored.form.contributions(scored.answers[scored.score.notna()]).fillna(0.5) * 100
    learnable = list(forms.LEARNABLE)
    parts = {"learnable": worth[learnable], "usable": worth.drop(columns=learnable)}
    for name, part in parts.items():
        each = part.mean(axis=1)
        low, high = scores.mean_interval(each, (0, 100)) or (None, None)
        found.append(Measure(f"usability.sus_{name}", float(each.mean()), "points", len(used), low, high))
    if len(used) > 1:
        found.append(Measure("usability.sus_sd", float(used.std(ddof=1)), "points", len(used)))
    return found


def _umux_measures(scored: Scored) -> list[Measure]:
    used = scored.used
    foretold = forms.sus_from_umux_lite(used)
    low, high = intervals.mean_t(foretold) or (None, None)
    return [Measure("usability.umux_lite_sus", float(foretold.mean()), "points", len(used), low, high)]


def _measures(scored: Scored) -> tuple[Measure, ...]:
    if not len(scored.used):
        return ()
    found = [_mean(scored)]
    if scored.form.kind == SUS:
        found += _sus_measures(scored)
    if scored.form.kind == UMUX_LITE:
        found += _umux_measures(scored)
    alpha = _alpha(scored)
    return (*found, alpha) if alpha else tuple(found)


def _not_measured(scored: Scored, measured: set[str]) -> dict[str, Text]:
    reasons = {}
    for measure_id in (wanted for wanted in ANALYSIS.measures if wanted not in measured):
        reason = "usability.no_scores"
        if len(scored.used):
            no_sus = "sus" in measure_id and scored.form.kind != SUS
            reason = f"usability.not_sus_{scored.form.kind}" if no_sus else "usability.too_few_forms"
        reasons[measure_id] = text(reason, n=len(scored.form.items))
    return reasons


def _verdict(mean: Measure) -> str:
    """Whether the mean is clearly above, clearly below, or not to be told from the average system's."""
    if mean.low is None or mean.high is None:
        return "single"
    if mean.low > forms.SUS_AVERAGE:
        return "above"
    return "below" if mean.high < forms.SUS_AVERAGE else "average"


def _answer(scored: Scored) -> Text:
    if not len(scored.used):
        return text("usability.no_scores")
    mean = _mean(scored)
    facts = {"n": mean.n, "score": mean.value, **mean.facts}
    if scored.form.kind != SUS:
        return text(f"usability.answer_{scored.form.kind}", **facts)
    return text(
        f"usability.answer_sus_{_verdict(mean)}",
        **facts,
        grade=forms.grade(float(mean.value)),
        adjective=text(f"usability.adjectives.{forms.adjective(float(mean.value))}"),
    )


def _answered(scored: Scored, settings: Settings) -> list[Text]:
    """How many of those asked answered, and when."""
    found, n = [], len(scored.rows)
    if settings.users and n <= settings.users:
        found.append(text("usability.note_response", n=n, users=settings.users, share=n / settings.users))
    dates = scored.rows["answered_at"].dropna()
    if len(dates):
        found.append(text("usability.note_dates", first=dates.min(), last=dates.max()))
    return found


def _form_notes(scored: Scored) -> list[Text]:
    """What was done with forms that are not as they should be."""
    empty, straight = int(scored.score.isna().sum()), int(scored.straight.sum())
    repeated = int(scored.rows["respondent"].dropna().duplicated().sum())
    counts = {
        "filled_in": scored.filled_in, "left_out": empty, "off_scale": scored.off_scale, "repeated": repeated,
    }  # fmt: skip
    ends = {"lowest": scored.form.lowest, "highest": scored.form.highest}
    found = [text(f"usability.note_{name}", n=n, **ends) for name, n in counts.items() if n]
    varied = scored.used[~scored.straight]
    if straight and len(varied):
        found.append(text("usability.note_straight", n=straight, score=float(varied.mean())))
    return found


def _scale_notes(scored: Scored) -> list[Text]:
    """By which convention the score is read."""
    if not len(scored.used):
        return []
    if scored.form.kind != SUS:
        return [text(f"usability.note_{scored.form.kind}")]
    found, mean = [text("usability.note_conventions")], _mean(scored)
    if mean.low is not None and mean.high is not None:
        grades = forms.grade(max(mean.low, 0)), forms.grade(mean.high)
        if grades[0] != grades[1]:
            found.append(text("usability.note_grades", low=grades[0], high=grades[1]))
    return found


def _alpha_notes(scored: Scored) -> list[Text]:
    measured = _alpha(scored)
    if measured is None:
        return []
    found = []
    if measured.n < _FEW_FORMS:
        found.append(text("usability.note_alpha_few", n=measured.n))
    if float(measured.value) < 0:
        found.append(text("usability.note_alpha_negative"))
    elif float(measured.value) < _LOW_ALPHA:
        found.append(text("usability.note_alpha_low", value=measured.value))
    return found


def _findings(scored: Scored) -> tuple[Finding, ...]:
    """A score clearly below the average system's, and the items most people answer badly."""
    if scored.form.kind != SUS or not len(scored.used):
        return ()
    found, mean = [], _mean(scored)
    if _verdict(mean) == "below":
        said = text("usability.finding_below", n=mean.n, score=mean.value, average=forms.SUS_AVERAGE)
        found.append(_finding(said, text("usability.action_below")))
    items = scores.by_item(scored)
    bad = items[items["high"] < _CENTRE].nsmallest(_MOST_ITEMS, "worth")
    for item, worth in zip(bad["code"], bad["worth"], strict=True):
        said = text("usability.finding_item", item=text(f"usability.items.{item}"), worth=float(worth))
        found.append(_finding(said, text(f"usability.actions.{item}")))
    return tuple(found)


def _finding(said: Text, action: Text) -> Finding:
    return Finding(EFFICIENCY, said, action, page="ease", evidence=("usability.sus_mean",))


def run(tables: Tables, settings: Settings, _results: Results) -> Result:
    """Scores the forms and says what the scores are worth, for whom they differ, and which items hurt."""
    scored = scores.score(tables)
    measures = _measures(scored)
    hidden = scores.hidden_groups(scored, tables)
    return Result(
        answer=_answer(scored),
        measures=measures,
        not_measured=_not_measured(scored, {measure.id for measure in measures}),
        tables={
            "usability_by_group": scores.by_group(scored, tables),
            "usability_items": scores.by_item(scored, scores.headers(tables)),
            "usability_scores": scores.distribution(scored),
            "usability_remarked": scores.remarked(scored),
        },
        findings=_findings(scored),
        notes=(
            *_scale_notes(scored),
            *_answered(scored, settings),
            *_form_notes(scored),
            *_alpha_notes(scored),
            *([text("usability.note_hidden", n=hidden)] if hidden else []),
        ),
    )


ANALYSIS = Analysis(
    name="usability",
    area=EFFICIENCY,
    page="ease",
    needs=("usability",),
    measures=("usability.sus_mean", "usability.sus_sd", "usability.alpha"),
    run=run,
)
