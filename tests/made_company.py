"""A company made from a seed: contacts, deals and calls in which nothing is wrong, and 30 faults to plant.

Names are Russian and English, telephones of four countries in the ways people write them, amounts lognormal,
days those of a working week, some colleagues of one firm, some namesakes.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmeval.analyses.checks import model
from crmeval.tables import Tables

CONTACTS, DEALS = 400, 600
FIRST = (
    "Анна", "Борис", "Вера", "Глеб", "Дина", "Егор", "Жанна", "Зоя", "Илья", "Лев", "Мария", "Нина", "Olivia",
    "Noah", "Emma", "Liam", "Ava", "Mason", "Sofia", "Ethan",
)  # fmt: skip
LAST = (
    "Ивченко", "Белов", "Громова", "Дроздов", "Егоренко", "Жукова", "Зимин", "Ильинский", "Котова", "Лисин",
    "Мороз", "Нечаев", "Smith", "Walker", "O'Neil", "Brown-Jones", "Carter", "Diaz", "Evans", "Fischer",
    "Graham", "Hughes", "Irving", "Jordan", "Keller", "Lambert", "Morris", "Nolan", "Owens", "Parker",
)  # fmt: skip
# City, its post code, the code of its country and of its telephones.
PLACES = (("Москва", "101000", "Россия", "+7 495"), ("Казань", "420111", "Россия", "+7 843"),
          ("Пермь", "614000", "Россия", "+7 342"), ("Алматы", "050000", "Казахстан", "+7 727"),
          ("London", "190210", "Великобритания", "+44 20 7"), ("Berlin", "101170", "Германия", "+49 30 5"),
          ("Омск", "644001", "Россия", "+7 381"), ("Тверь", "170100", "Россия", "+7 482"))  # fmt: skip
SECTORS = ("торговля", "строительство", "медицина", "образование", "логистика", "software", "retail")
PEOPLE = ("Ольга Титова", "Пётр Сомов", "Jane Miller", "Рустам Алиев", "Tom Baker")
KINDS = ("звонок", "письмо", "встреча")
LABELS = {
    "x1": "Имя", "x2": "Фамилия", "x3": "E-mail", "x4": "Телефон", "x5": "ИНН", "x6": "Компания",
    "x7": "Город", "x8": "Индекс", "x9": "Страна", "x10": "Отрасль", "x11": "Номер договора",
    "x12": "Дата заявки", "x13": "Дата визита",
}  # fmt: skip


def inn(number: int) -> str:
    """A ten-digit INN with its check digit, by the weights of the tax service's order."""
    base = f"77{number:07d}"
    weights = (2, 4, 10, 3, 5, 9, 4, 6, 8)
    check = sum(int(digit) * weight for digit, weight in zip(base, weights, strict=True)) % 11 % 10
    return f"{base}{check}"


@dataclass
class Company:
    """The tables of a company, as frames that faults can be planted in."""

    records: pd.DataFrame
    deals: pd.DataFrame
    activities: pd.DataFrame

    def tables(self) -> Tables:
        """Mapped, as an upload would be."""
        frames = {"records": self.records, "deals": self.deals, "activities": self.activities}
        labels = {"records": LABELS, "deals": {"x1": "Закрыта", "x2": "Товар"}, "activities": {}}
        return Tables.from_frames(labels=labels, **frames)


def made(seed: int = 11) -> Company:
    """A company in which nothing is wrong."""
    random = np.random.default_rng(seed)
    deals = _deals(random)
    return Company(_records(random), deals, _activities(random, deals))


def _days(random: np.random.Generator, n: int) -> pd.DatetimeIndex:
    every = pd.bdate_range("2023-01-09", "2024-11-29")
    hours = pd.to_timedelta(random.integers(9 * 60, 18 * 60, n), unit="min")
    return pd.DatetimeIndex(every[random.integers(0, len(every), n)]) + hours


def _records(random: np.random.Generator) -> pd.DataFrame:
    n = CONTACTS
    place = random.integers(0, len(PLACES), n)
    city, post, country, code = (np.array([PLACES[i][part] for i in place]) for part in range(4))
    firm = random.integers(0, n // 2, n)
    first, last = random.choice(FIRST, n), random.choice(LAST, n)
    asked = _days(random, n)
    return pd.DataFrame(
        {
            "record_id": [f"C{i:04d}" for i in range(n)], "entered_by": random.choice(PEOPLE, n),
            "entered_at": asked, "source": random.choice(["сайт", "выставка", "звонок"], n),
            "x1": first, "x2": last,
            "x3": [f"{chr(97 + i % 26)}.{random.integers(1000)}{i}@firm{f}.{('ru', 'com', 'de')[i % 3]}"
                   for i, f in enumerate(firm)],
            "x4": [f"{c}{random.integers(23, 99)}-{random.integers(10, 99)}-{random.integers(100, 999)}"[:19]
                   if c.startswith("+7") else f"{c}{random.integers(230, 999)} {random.integers(1000, 9999)}"
                   for c in code],
            "x5": [inn(int(number)) for number in random.choice(9_999_999, n, replace=False)],
            "x6": [f"Фирма {f * 13 + 100}" if f % 2 else f"Company {f * 17 + 100} Ltd" for f in firm],
            "x7": city, "x8": post, "x9": country, "x10": random.choice(SECTORS, n),
            "x11": [f"Д-{random.integers(1000, 9999)}/{23 + i % 2}" for i in range(n)],
            "x12": asked.strftime("%d.%m.%Y"),
            "x13": (asked + pd.to_timedelta(random.integers(1, 40, n), unit="D")).strftime("%d.%m.%Y"),
        }
    )  # fmt: skip


def _deals(random: np.random.Generator) -> pd.DataFrame:
    n = DEALS
    created = _days(random, n)
    outcome = random.choice(["won", "lost", "open"], n, p=[0.4, 0.35, 0.25])
    closed = created + pd.to_timedelta(random.integers(3, 90, n), unit="D")
    return pd.DataFrame(
        {
            "deal_id": [f"D{i:04d}" for i in range(n)], "created_at": created,
            "closed_at": pd.Series(closed).where(outcome != "open"), "outcome": outcome,
            "amount": random.lognormal(11, 0.9, n).round(2), "owner": random.choice(PEOPLE, n),
            "source": random.choice(["сайт", "выставка", "звонок"], n),
            "x1": np.where(outcome == "open", "нет", "да"),
            "x2": random.choice(["GTX Pro", "GTX Basic", "MG Special", "MG Advanced", "GTK 500"], n),
        }
    )  # fmt: skip


def _activities(random: np.random.Generator, deals: pd.DataFrame) -> pd.DataFrame:
    rows = deals.loc[deals.index.repeat(3)].reset_index(drop=True)
    later = pd.to_timedelta(random.integers(0, 20 * 24 * 60, len(rows)), unit="min")
    return pd.DataFrame(
        {
            "at": rows["created_at"] + later, "deal_id": rows["deal_id"], "owner": rows["owner"],
            "kind": random.choice(KINDS, len(rows)),
            "minutes": random.lognormal(2.3, 0.6, len(rows)).round() + 1,
        }
    )  # fmt: skip


# Table, row, column, value, problem. Faults of two columns change the second as well, in `planted`.
FAULTS = (
    ("records", 3, "x3", None, model.MISSING),
    ("records", 8, "x3", "ivanov@", model.EMAIL),
    ("records", 13, "x3", "test@test.ru", model.PLACEHOLDER),
    ("records", 18, "x3", "+7 916 123-45-67", model.WRONG_COLUMN),
    ("records", 23, "x4", "12345", model.PHONE),
    ("records", 28, "x4", "+7 999 000 00 00", model.PHONE),
    ("records", 33, "x4", "boris@firm9.ru", model.WRONG_COLUMN),
    ("records", 38, "x5", "7707083894", model.TAX_NUMBER),
    ("records", 43, "x5", "274062111", model.LOST_ZERO),
    ("records", 48, "x10", "строительсво", model.NEAR_DUPLICATE),
    ("records", 53, "x10", "Торговля", model.NEAR_DUPLICATE),
    ("records", 58, "x7", "Mосква", model.LOOKALIKE),
    ("records", 63, "x10", "Select", model.PLACEHOLDER),
    ("records", 68, "x6", "-", model.PLACEHOLDER),
    ("records", 73, "x6", "Фирма  8877", model.SPACES),
    ("records", 78, "x2", "ЩУКИН", model.CASE),
    ("records", 83, "x1", "+7 916 222-33-44", model.WRONG_COLUMN),
    ("records", 88, "x8", "420111", model.CONTRADICTS),
    ("records", 93, "x13", "01.02.2019", model.OUT_OF_ORDER),
    ("records", 98, "x6", "asdf", model.PLACEHOLDER),
    ("records", 108, "x1", "Белов", model.SWAPPED),
    ("deals", 4, "amount", -5.0, model.NEGATIVE),
    ("deals", 9, "created_at", pd.Timestamp("1970-01-01"), model.TOO_EARLY),
    ("deals", 14, "closed_at", pd.Timestamp("2022-12-30"), model.BEFORE_CREATED),
    ("deals", 19, "x2", "GTXPro", model.NEAR_DUPLICATE),
    ("deals", 24, "amount", 0.0, model.NO_AMOUNT),
    ("deals", 29, "x1", "нет", model.AGAINST_FLAG),
    ("deals", 34, "created_at", None, model.LATE),  # a fortnight after its first call
    ("deals", 44, "closed_at", pd.Timestamp("2093-01-01"), model.IN_FUTURE),
    ("activities", 39, "minutes", -3.0, model.NEGATIVE),
)


def planted(seed: int = 11) -> tuple[Company, set[tuple[str, str, str]]]:
    """The company with thirty faults, and the id, column and problem of each."""
    company, truth = made(seed), set()
    deals = company.deals
    for row in (14, 24, 29, 44):  # closed, for the fault to be one
        deals.loc[row, ["outcome", "x1"]] = "won", "да"
        deals.loc[row, "closed_at"] = deals.loc[row, "created_at"] + pd.Timedelta(days=20)
    for name, row, column, value, problem in FAULTS:
        frame = getattr(company, name)
        if problem == model.SWAPPED:
            frame.loc[row, "x2"] = "Анна"
        if problem == model.CONTRADICTS:
            frame.loc[row, ["x7", "x9", "x4"]] = "Пермь", "Россия", "+7 34255-44-333"
        if problem == model.LATE:
            frame.loc[row, ["closed_at", "outcome", "x1"]] = pd.NaT, "open", "нет"
            company.activities.loc[3 * row, "at"] = frame.loc[row, "created_at"]
            frame.loc[row, "created_at"] += pd.Timedelta(days=14)
        else:
            frame.loc[row, column] = value
        record = {"records": "record_id", "deals": "deal_id"}.get(name)
        truth.add((str(row + 1) if record is None else frame.loc[row, record], column, problem))
    return company, truth
