"""What happened → tables as a company of this language would export them."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from simulation import Company, contacts
from simulation.plan import END, GO_LIVE, SLOWER_FROM, TRAINED, TRAINED_AT

Words = Mapping[str, Any]
_FIRST_DEAL, _FIRST_COMPANY, _FIRST_ORDER = 51_000, 7_000, 20_001


def _named(frame: pd.DataFrame, headers: Mapping[str, str]) -> pd.DataFrame:
    """The columns of this table, in the order and with the headers of the language."""
    return frame[list(headers)].rename(columns=dict(headers)).reset_index(drop=True)


def _pick(names: list[str], numbers: pd.Series) -> np.ndarray:
    return np.array(names, dtype=object)[numbers.to_numpy()]


def _customer(numbers: pd.Series) -> pd.Series:
    return "C" + (_FIRST_COMPANY + numbers).astype(str)


def _deals(company: Company, words: Words) -> pd.DataFrame:
    deals, names = company.deals, contacts.companies(words, company.deals["customer"])
    closed = deals["outcome"] != "open"
    stage = np.where(closed, np.where(deals["outcome"] == "won", words["won"], words["lost"]), "")
    product = _pick(words["products"], deals["product"])
    return pd.DataFrame(
        {
            "deal_id": _FIRST_DEAL + deals.index,
            "deal_name": names + " – " + product,
            "stage": np.where(closed, stage, _pick(words["stages"], deals["stage"])),
            "pipeline": words["pipeline"],
            "amount": deals["amount"] * words["money"],
            "closed_at": _closing(deals, words),
            "created_at": deals["created"],
            "owner": _pick(words["owners"], deals["owner"]),
            "team": _pick(words["teams"], deals["team"]),
            "customer_id": _customer(deals["customer"]),
            "source": _pick(words["sources"], deals["source"]),
            "product": product,
        }
    )


def _closing(deals: pd.DataFrame, words: Words) -> pd.Series:
    """The day a deal ended; HubSpot gives open deals the day somebody hopes for, amoCRM gives them none."""
    hoped = END.normalize() + pd.to_timedelta(20 + deals.index % 50, unit="D")
    hope = hoped if words["separator"] == "," else pd.NaT
    return deals["closed"].where(deals["outcome"] != "open", hope)


def _visits(company: Company, words: Words) -> pd.DataFrame:
    visits = company.visits
    return pd.DataFrame(
        {
            "deal_id": _FIRST_DEAL + visits["deal"],
            "stage": _pick(words["stages"], visits["stage"]),
            "entered_at": visits["entered"],
            "left_at": visits["left"],
        }
    )


def _activities(company: Company, words: Words) -> pd.DataFrame:
    done = company.activities
    return pd.DataFrame(
        {
            "at": done["at"],
            "deal_id": _FIRST_DEAL + done["deal"],
            "customer_id": _customer(done["customer"]),
            "kind": _pick(words["kinds"], done["kind"]),
            "owner": _pick(words["owners"], done["owner"]),
            "minutes": done["minutes"],
        }
    )


def _orders(company: Company, words: Words) -> pd.DataFrame:
    orders = company.orders
    return pd.DataFrame(
        {
            "order_id": "A-" + (_FIRST_ORDER + orders.index).astype(str),
            "customer_id": _customer(orders["customer"]).where(~orders["guest"], None),
            "ordered_at": orders["at"],
            "amount": (orders["amount"] * words["money"]).round(2),
        }
    )


def _comment(said: int, parts: list[list[str]]) -> str:
    beginnings, ends = parts
    beginning, end = beginnings[said % len(beginnings)], ends[said // 7 % len(ends)]
    return (
        f"{beginning} {end}"
        if end.startswith(("and ", "but ", "so ", "which ", "while "))
        else f"{beginning}, {end}"
    )


def _feedback(company: Company, words: Words) -> pd.DataFrame:
    answers, moods = company.feedback, words["comments"]
    slow = (answers["at"] >= SLOWER_FROM) & (answers["said"] % 3 > 0)
    mood = np.where(
        (answers["group"] == 0) & slow, "slow", np.array(["low", "middle", "high"])[answers["group"]]
    )
    said = [
        _comment(number, moods[name]) if number >= 0 else None
        for number, name in zip(answers["said"], mood, strict=True)
    ]
    return pd.DataFrame(
        {
            "answered_at": answers["at"],
            "customer_id": _customer(answers["customer"]),
            "score": answers["score"],
            "scale": "NPS",
            "text": said,
        }
    )


def _usability(company: Company, words: Words) -> tuple[pd.DataFrame, dict[str, str]]:
    forms = company.usability
    items = {f"q{number}": f"Q{number}" for number in range(1, 11)}
    frame = forms.assign(
        respondent=[f"R{number:02d}" for number in range(1, len(forms) + 1)],
        role=_pick(words["roles"], forms["role"]),
        team=_pick(words["teams"], forms["team"]),
        answered_at=forms["at"],
    )
    return frame, {**words["headers"]["usability"], **items}


def _usage(company: Company, words: Words) -> pd.DataFrame:
    usage = company.usage
    return usage.assign(
        user=_pick(words["owners"], usage["user"]),
        period=usage["month"].dt.to_timestamp(),
        records_created=usage["created"],
        records_changed=usage["changed"],
    )


def _training(words: Words) -> pd.DataFrame:
    users = [words["owners"][number] for number in TRAINED]
    return pd.DataFrame(
        {"user": users, "trained_at": TRAINED_AT, "hours": 4, "topic": words["training"]["topic"]}
    )


def _costs(words: Words) -> pd.DataFrame:
    lines = pd.DataFrame(words["costs"])
    return lines.assign(
        amount=lines["amount"] * words["money"],
        per_user=np.where(lines["per_user"].eq(True), words["yes"], words["no"]),
        **{"from": pd.to_datetime(lines["from"]).fillna(GO_LIVE), "to": pd.to_datetime(lines["to"])},
    )


def _months(company: Company, words: Words) -> pd.DataFrame:
    months = company.months
    return months.assign(
        period=months.index.to_timestamp(), revenue=(months["revenue"] * words["money"]).round(2)
    )


def frames(company: Company, words: Words, language: str) -> dict[str, pd.DataFrame]:
    """Every table of the sample, with the headers and the words of a language."""
    headers = words["headers"]
    people = contacts.contacts(company.records, words, language)
    usability, usability_headers = _usability(company, words)
    plain = {
        "deals": _deals(company, words),
        "contacts": people,
        "visits": _visits(company, words),
        "activities": _activities(company, words),
        "orders": _orders(company, words),
        "feedback": _feedback(company, words),
        "usage": _usage(company, words),
        "training": _training(words),
        "costs": _costs(words),
        "months": _months(company, words),
        "checked": contacts.checked(company.records, people, words, language),
    }
    named = {name: _named(frame, headers[name]) for name, frame in plain.items()}
    return {**named, "usability": _named(usability, usability_headers)}
