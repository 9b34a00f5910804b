"""Records entered twice are found; namesakes and rows about the same thing are not."""

import numpy as np
import pandas as pd

from crmeval.analyses.accuracy import ANALYSIS
from crmeval.analyses.duplicates import alike, decided, side_by_side
from crmeval.check_choices import CheckChoices
from crmeval.settings import Settings
from crmeval.tables import Tables

SETTINGS = Settings()


def duplicates(tables):
    return decided(alike(tables), {})


def people(*rows: tuple[str | None, ...]) -> Tables:
    frame = pd.DataFrame(rows, columns=["record_id", "x1", "x2", "x3"])
    return Tables.from_frames(records=frame)


def test_records_equal_but_for_case_legal_form_and_punctuation_are_duplicates():
    found = duplicates(
        people(
            ("a", "ООО «Ёлка»", "Москва", "+7 916 000-11-22"), ("b", "елка", "МОСКВА", "+7 (916) 000 11 22"),
            ("c", "Сосна", "Казань", "+7 843 555-66-77"), ("d", "Берёза", "Пермь", "+7 342 222-33-44"),
        )
    )  # fmt: skip
    assert found.pairs.to_dict("records") == [{"record_id": "b", "duplicate_of": "a", "score": 1.0}]


def test_a_record_with_a_slip_is_a_duplicate_and_a_namesake_is_not():
    found = duplicates(
        people(
            ("a", "Anna Smith", "12 High Street, Leeds", "1980-02-03"),
            ("b", "Anna Smiht", "12 High Street, Leeds", "1980-02-03"),
            ("c", "Anna Smith", "4 Mill Lane, Dover", "1955-11-30"),
            ("d", "Peter Brown", "7 Park Road, York", "1971-05-06"),
        )
    )
    assert list(zip(found.pairs["record_id"], found.pairs["duplicate_of"], strict=True)) == [("b", "a")]


def test_rows_about_the_same_few_things_are_no_duplicates():
    rows = [(str(i), f"Clinic {i % 5}", "Long Road 1, Little Town", f"measure {i // 5}") for i in range(100)]
    assert duplicates(people(*rows)).pairs.empty


def test_no_records_no_duplicates_measured():
    deals = pd.DataFrame({"deal_id": ["1"], "created_at": [pd.Timestamp("2024-01-01")]})
    result = ANALYSIS.run(Tables.from_frames(deals=deals), SETTINGS, {})
    assert result.get("accuracy.duplicate_records") is None
    assert "accuracy.duplicate_records" in result.not_measured


TWICE = (
    ("a", "Anna Smith", "12 High Street, Leeds", "1980-02-03"),
    ("b", "Anna Smiht", "12 High Street, Leeds", "1980-02-03"),
    ("c", "Peter Brown", "7 Park Road, York", "1971-05-06"),
    ("d", "Wendy Stone", "7 Park Road, York", "1974-01-16"),
)


def test_what_somebody_decided_counts_more_than_likeness():
    said = {}
    for same in ({}, {("a", "b"): False}, {("b", "a"): False}):
        result = ANALYSIS.run(people(*TWICE), Settings(checks=CheckChoices(same=same)), {})
        said[bool(same)] = result["accuracy.duplicate_records"].value
        verdicts = result.tables["duplicate_pairs"].query("record_id == 'b'")["verdict"].to_list()
        assert verdicts == ["rejected" if same else "open"]
        assert any(note.key == "accuracy.notes.verdicts" for note in result.notes) == bool(same)
    assert said == {False: 1, True: 0}


def test_a_telephone_with_the_trunk_prefix_is_the_one_with_the_country():
    found = duplicates(
        people(
            ("a", "Ольга Сомова", "olga@somova.ru", "+7 (916) 000-11-22"),
            ("b", "Сомова Ольга", "somova@yandex.ru", "89160001122"),
            ("c", "Игорь Белов", "belov@mail.ru", "+7 905 333-22-11"),
            ("d", "Нина Рыбина", "rybina@mail.ru", "+7 905 444-55-66"),
        )
    )
    assert found.queue[["duplicate_of", "record_id"]].to_numpy().tolist() == [["a", "b"]]


def test_two_records_stand_side_by_side():
    beside = side_by_side(people(*TWICE), "a", "b").set_index("field")
    assert beside.loc["x1", ["first", "equal", "second"]].to_list() == ["Anna Smith", False, "Anna Smiht"]
    assert beside.loc["x2", "equal"]


def colleagues(firms: int, of_each: int, seed: int = 4) -> pd.DataFrame:
    """People of firms: each has a name, an address and a telephone of his own; the rest is the firm's."""
    random = np.random.default_rng(seed)
    n = firms * of_each
    firm = np.repeat(np.arange(firms), of_each)
    starts = ("Белк", "Волк", "Гор", "Дрозд", "Ерш", "Зим", "Кот", "Лис")
    ends = ("енко", "ский", "ич", "ман", "юк", "ян", "идзе", "ковец")
    first = random.choice(["Анна", "Борис", "Вера", "Глеб", "Дина", "Егор", "Зоя", "Илья", "Лев"], n)
    last = random.choice([start + end for start in starts for end in ends], n)
    return pd.DataFrame(
        {
            "record_id": np.arange(n).astype(str), "x1": first, "x2": last,
            "x3": [f"{chr(97 + i % 26)}{random.integers(10**6)}@firm{f}.ru" for i, f in enumerate(firm)],
            "x4": random.integers(9_010_000_000, 9_899_999_999, n).astype(str),
            "x5": [f"Фирма № {f * 37 + 11}" for f in firm], "x6": [f"4951{f * 131 + 100_000}" for f in firm],
            "x7": [f"улица Мира, {f * 3 + 1}" for f in firm], "x8": [f"www.firm{f}.ru" for f in firm],
        }
    )  # fmt: skip


def test_colleagues_are_no_duplicates_though_they_share_a_firm_its_telephone_and_address():
    found = duplicates(Tables.from_frames(records=colleagues(80, 4)))
    assert found.pairs.empty
    assert set(found.likeness.related[0][0]) >= {"x1", "x2"}


def test_a_colleague_entered_twice_is_found_among_them():
    frame = colleagues(80, 4)
    again = frame.iloc[[10, 50, 90, 200, 300]].assign(record_id=["A", "B", "C", "D", "E"])
    again["x2"] = again["x2"].str[:-1]  # a letter lost
    again["x4"] = None
    found = duplicates(Tables.from_frames(records=pd.concat([frame, again], ignore_index=True))).pairs
    assert set(zip(found["record_id"], found["duplicate_of"], strict=True)) == {
        ("A", "10"), ("B", "50"), ("C", "90"), ("D", "200"), ("E", "300"),
    }  # fmt: skip


def households(homes: int, seed: int = 6) -> pd.DataFrame:
    """Two or three relatives of a home: one surname and address, own first names; mails seldom known."""
    random = np.random.default_rng(seed)
    names = [f"{start}{end}" for start in ("Бел", "Вер", "Гал", "Дан", "Ег", "Зар", "Ир", "Кир", "Лид", "Мар")
             for end in ("ана", "ий", "ор", "ета")]  # fmt: skip
    rows = []
    for home in range(homes):
        shared = str(random.integers(9_010_000_000, 9_899_999_999))
        for name in random.choice(names, random.integers(2, 4), replace=False):
            own = str(random.integers(9_010_000_000, 9_899_999_999))
            rows.append(
                (
                    name, f"{chr(1040 + home % 30)}ерг{chr(1072 + home // 30)}нюк",
                    own if random.random() < 0.5 else shared,
                    f"{chr(97 + home % 26)}{len(rows) * 7919}@mail.ru" if random.random() < 0.45 else None,
                    f"улица Мира, {home * 3 + 1}", str(1950 + random.integers(50)) + f"-0{home % 9 + 1}-11",
                )
            )  # fmt: skip
    frame = pd.DataFrame(rows, columns=[f"x{i}" for i in range(1, 7)])
    return frame.assign(record_id=[str(i) for i in range(len(frame))])


def test_relatives_who_seldom_give_a_mail_do_not_make_one_with_the_same_mail_a_relative():
    frame = households(150)
    again = frame[frame["x4"].notna()].head(25).assign(x6=None)
    again["record_id"] = "again " + again["record_id"]
    again["x3"] = [str(9_900_000_000 + 37 * i) for i in range(len(again))]  # a new telephone, no birthday
    found = duplicates(Tables.from_frames(records=pd.concat([frame, again], ignore_index=True))).pairs
    pairs = set(zip(found["record_id"], found["duplicate_of"], strict=True))
    right = {(again_id, again_id.removeprefix("again ")) for again_id in again["record_id"]}
    assert len(pairs & right) >= 23
    assert len(pairs - right) <= 1
