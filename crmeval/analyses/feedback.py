"""Are customers satisfied? Scores of answers and reviews, over time and by segment, and what they say."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy import stats

from crmeval.analyses import segments
from crmeval.analyses.answers import Answers, answers, comments
from crmeval.analyses.base import Analysis, Results
from crmeval.analyses.scales import SCALES, Scale
from crmeval.analyses.themes import FEWEST_COMMENTS, themes
from crmeval.results import EFFECTIVENESS, Finding, Measure, Result
from crmeval.settings import Settings
from crmeval.stats.intervals import CONFIDENCE
from crmeval.tables import Tables
from crmeval.words import Text, text

MEASURES = ("feedback.nps", "feedback.csat", "feedback.ces", "feedback.mean")
# Stars are a scale of five like CSAT, read the same way where no CSAT was asked.
_SCALES_OF = {"feedback.nps": ("nps",), "feedback.csat": ("csat", "stars"), "feedback.ces": ("ces",)}
_SMALLEST_SAMPLE = 2


def scale_name(scale: Scale) -> Text:
    """What a scale is called."""
    return text(f"feedback.scales.{scale.name}")


def mean_of_counts(counts: pd.DataFrame) -> tuple[float, float | None, float | None]:
    """The mean score and Student's 95 % interval, from how many gave each score."""
    score, n = counts["score"].to_numpy(float), counts["n"].to_numpy(float)
    mean, size = float(np.average(score, weights=n)), n.sum()
    if size < _SMALLEST_SAMPLE:
        return mean, None, None
    error = np.sqrt(float((n * (score - mean) ** 2).sum()) / (size - 1) / size)
    half = float(stats.t.ppf((1 + CONFIDENCE) / 2, size - 1) * error)
    return mean, mean - half, mean + half


def distribution(scale: Scale, counts: pd.DataFrame) -> pd.DataFrame:
    """How many gave each score, their share, and whether the score is a bad or a good one."""
    score, n = counts["score"].reset_index(drop=True), counts["n"].astype("int64").reset_index(drop=True)
    side = np.select([score <= scale.bad, score >= scale.good], ["bad", "good"], "between")
    return pd.DataFrame({"score": score, "n": n, "share": n / n.sum(), "side": side})


def _measures(found: Answers, counts: Mapping[str, pd.DataFrame]) -> tuple[Measure, ...]:
    shown = []
    for measure_id, names in _SCALES_OF.items():
        scale = next((SCALES[name] for name in names if len(counts[name])), None)
        if scale is not None:
            group = scale.group(counts[scale.name])
            named = {"scale": scale_name(scale)}
            shown.append(Measure(measure_id, *_valued(scale, group.n, scale.estimate(group)), named))
    main = counts[found.main.name]
    value, low, high = mean_of_counts(main)
    facts = {"scale": scale_name(found.main), "lowest": found.main.lowest, "highest": found.main.highest}
    return (*shown, Measure("feedback.mean", value, "points", int(main["n"].sum()), low, high, facts))


def _valued(
    scale: Scale, n: float, estimate: tuple[float, float, float]
) -> tuple[float, str, int, float, float]:
    value, low, high = estimate
    return value, scale.unit, int(n), low, high


def _notes(tables: Tables, found: Answers, counted: int) -> list[Text]:
    said = []
    if found.detected is not None:
        key = f"feedback.notes.detected_{found.detected.name}"
        said.append(text(key, lowest=found.detected.lowest, highest=found.detected.highest))
    if found.out_of_range:
        said.append(text("feedback.notes.out_of_range", n=found.out_of_range))
    if found.n > counted:
        said.append(text("feedback.notes.earlier", n=found.n - counted))
    silent = tables.count("feedback") - found.n - found.out_of_range
    if silent:
        said.append(text("feedback.notes.no_score", n=silent))
    return said


def _by_segment(tables: Tables, found: Answers) -> tuple[pd.DataFrame, list[Text]]:
    columns = segments.dimensions(tables)
    if not columns:
        return pd.DataFrame(columns=segments.BY_SEGMENT), []
    frames = [segments.by_segment(tables, found, column) for column in columns]
    every = pd.concat(frames, ignore_index=True)
    large = every[every["n"] >= segments.SMALLEST_SEGMENT].reset_index(drop=True)
    said = [text("feedback.notes.by_deals")] if columns[-1].startswith(segments.DEALS) else []
    if hidden := len(every) - len(large):
        said.append(text("feedback.notes.hidden", n=hidden, fewest=segments.SMALLEST_SEGMENT))
    return large, said


def _segment_findings(scale: Scale, shown: pd.DataFrame) -> list[Finding]:
    """The worst segment that differs from the others beyond chance, if it is below them."""
    below = shown[shown["differs"].astype(bool)].sort_values(["value", "segment"])
    rest = shown["value"].median() if len(shown) else np.nan
    if below.empty or below["value"].iloc[0] >= rest:
        return []
    worst = below.iloc[0]
    facts = {
        "dimension": segments.spoken_dimension(str(worst["dimension"])), "segment": str(worst["segment"]),
        "score": said_score(scale, worst["value"]), "n": int(worst["n"]),
    }  # fmt: skip
    return [
        Finding(
            EFFECTIVENESS, text("feedback.findings.segment", **facts), text("feedback.findings.read_them"),
            "feedback", evidence=(measure_of(scale),),
        )
    ]  # fmt: skip


def measure_of(scale: Scale) -> str:
    """The measure that the score of a scale is."""
    return next(measure_id for measure_id, names in _SCALES_OF.items() if scale.name in names)


def said_score(scale: Scale, value: float) -> Text:
    """A score with the name of what it is."""
    return text(f"feedback.scores.{scale.name}", value=float(value))


def _around_go_live(
    tables: Tables, found: Answers, settings: Settings
) -> tuple[dict[str, pd.DataFrame], list[Text], list[Finding]]:
    if settings.go_live is None or not tables.has("feedback", "answered_at"):
        return {}, [], []
    scale, groups = found.main, segments.around_go_live(tables, found, settings.go_live)
    shown = {"feedback_before_after": segments.before_after(scale, groups)}
    before, after = groups["before"], groups["after"]
    if min(before.n, after.n) < segments.SMALLEST_SEGMENT:
        facts = {"before": int(before.n), "after": int(after.n), "fewest": segments.SMALLEST_SEGMENT}
        return shown, [text("feedback.notes.go_live_too_little", **facts)], []
    _, low, high = scale.difference(after, before)
    direction = "better" if low > 0 else "worse" if high < 0 else "same"
    points = 1 if scale.name == "nps" else 100
    score_before, score_after = (said_score(scale, scale.estimate(side)[0]) for side in (before, after))
    sentence = text(
        f"feedback.go_live.{direction}",
        before=score_before, after=score_after, low=low * points, high=high * points,
    )  # fmt: skip
    if direction == "same":
        return shown, [sentence], []
    action = text(f"feedback.go_live.{direction}_action")
    return (
        shown,
        [sentence],
        [Finding(EFFECTIVENESS, sentence, action, "feedback", evidence=(measure_of(scale),))],
    )


def _themes(tables: Tables, found: Answers) -> tuple[pd.DataFrame | None, list[Text]]:
    said = comments(tables, found)
    n = 0 if said is None else int(tables.value(said.count()) or 0)
    if said is None or n == 0:
        return None, [text("feedback.notes.no_comments")]
    if n < FEWEST_COMMENTS:
        return None, [text("feedback.notes.few_comments", n=n, fewest=FEWEST_COMMENTS)]
    return themes(tables, said, found.main), [text("feedback.notes.themes", n=n)]


def _unscored(tables: Tables) -> Result:
    reason = text("feedback.no_scores")
    n = tables.count("feedback")
    return Result(text("feedback.answer.nothing", n=n), not_measured=dict.fromkeys(MEASURES, reason))


def run(tables: Tables, settings: Settings, _results: Results) -> Result:
    """Scores of all answers, by month, by segment, before and after go-live, and the themes of comments."""
    with answers(tables) as found:
        return _unscored(tables) if found is None else _scored(tables, settings, found)


def _scored(tables: Tables, settings: Settings, found: Answers) -> Result:
    every = found.counts(tables, "on")
    counts = {name: every[every["on"] == name] for name in SCALES}
    measures = _measures(found, counts)
    measured = {measure.id for measure in measures}
    shown = {"feedback_distribution": distribution(found.main, counts[found.main.name])}
    notes = _notes(tables, found, int(every["n"].sum()))
    if tables.has("feedback", "answered_at"):
        shown["feedback_by_period"] = segments.by_period(tables, found)
    shown["feedback_by_segment"], hidden = _by_segment(tables, found)
    around, go_live_notes, go_live_findings = _around_go_live(tables, found, settings)
    named, theme_notes = _themes(tables, found)
    if named is not None:
        shown["themes"] = named
    main = next(measure for measure in measures if measure.id == measure_of(found.main))
    return Result(
        text("feedback.answer.score", score=said_score(found.main, float(main.value)), n=main.n),
        measures,
        {name: text("feedback.not_asked") for name in MEASURES if name not in measured},
        shown | around,
        (*_segment_findings(found.main, shown["feedback_by_segment"]), *go_live_findings),
        (*notes, *hidden, *go_live_notes, *theme_notes),
    )


ANALYSIS = Analysis(
    name="feedback", area=EFFECTIVENESS, page="feedback", needs=("feedback",), measures=MEASURES, run=run
)
