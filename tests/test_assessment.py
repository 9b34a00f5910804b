"""A saved assessment opens as it was, and a file that is damaged, foreign, newer or hostile is refused."""

import io
import json
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from crmeval import archive
from crmeval.assessment import Assessment, open_, save
from crmeval.errors import AssessmentError
from crmeval.mapping import apply, propose
from crmeval.reading import read_files
from crmeval.settings import Settings
from crmeval.tables import Import, Tables
from crmeval.words import LANGUAGES, Words, text

SETTINGS = Settings(
    company="ООО «Ромашка»", currency="RUB", go_live=date(2024, 3, 1), working_days=(0, 1, 2, 3, 4, 5),
    gross_margin=0.3, targets={"deals.win_rate": 0.5},
)  # fmt: skip


@pytest.fixture
def assessment():
    deals = pd.DataFrame(
        {
            "deal_id": ["0012345678901234567", "NA", "3"],
            "created_at": pd.to_datetime(["2024-01-01 10:00", "2024-02-01 00:00", None]),
            "outcome": ["won", "lost", "open"],
            "amount": [1250.5, None, -3.0],
            "x1": ["=cmd", None, "Юг"],
        }
    )
    orders = pd.DataFrame({"customer_id": ["a"], "ordered_at": pd.to_datetime(["2024-05-05"])})
    plain = Tables.from_frames(deals=deals, orders=orders, labels={"deals": {"x1": "Регион"}})
    note = text("not_measured.needs_table", tables=text("not_measured.no_data"))
    sums = {"amount": (9.5, 8.25)}
    tables = Tables(
        {name: plain.arrow(name) for name in plain.names},
        labels={"deals": {"x1": "Регион"}},
        imports=(Import("сделки.csv", "", "deals", "amocrm", 4, 3, 1, {"deal_id": "ID"}, (note,), sums),),
    )  # fmt: skip
    return Assessment(SETTINGS, tables, {}, created=datetime(2025, 1, 9, 12, tzinfo=UTC))


def _repacked(data, **changes):
    """The saved file with some of its parts replaced; None leaves a part out."""
    parts = {**archive.unpack(data), **{name.replace("__", "/"): part for name, part in changes.items()}}
    return archive.pack({name: part for name, part in parts.items() if part is not None})


def _manifest(data, **changes):
    manifest = json.loads(archive.unpack(data)["manifest.json"])
    return _repacked(data, **{"manifest.json": json.dumps({**manifest, **changes}).encode()})


def _parquet(**columns):
    sink = io.BytesIO()
    pq.write_table(pa.table(columns), sink)
    return sink.getvalue()


def _refused(data):
    with pytest.raises(AssessmentError) as error:
        open_(data)
    for language in LANGUAGES:
        assert Words(language)(error.value.text)
    return error.value.code


def test_what_was_saved_is_what_opens(assessment):
    opened = open_(save(assessment))
    assert opened.settings == assessment.settings
    assert opened.created == assessment.created
    assert opened.tables.names == assessment.tables.names
    for name in assessment.tables.names:
        assert opened.tables.arrow(name).equals(assessment.tables.arrow(name))
        assert opened.tables.labels(name) == assessment.tables.labels(name)
    assert opened.tables.imports == assessment.tables.imports
    pd.testing.assert_frame_equal(opened.tables.set_aside, assessment.tables.set_aside, check_dtype=False)


def test_saving_what_was_opened_gives_the_same_file(assessment):
    saved = save(assessment)
    assert save(open_(saved)) == saved


def test_the_mapping_is_kept(assessment):
    sheets = read_files([("deals.csv", b"Deal ID,Created,Status\n1,2024-01-13,Won\n2,2024-01-14,Lost\n")])
    mapping = propose(sheets)
    kept = open_(save(replace(assessment, mapping=mapping))).mapping
    assert [sheet.columns for sheet in kept.sheets] == [sheet.columns for sheet in mapping.sheets]
    tables = apply(sheets, kept)
    assert tables.count("deals") == 2
    assert open_(save(assessment)).mapping is None


def test_results_are_made_anew(assessment):
    assert open_(save(assessment)).assessed().results.keys() == assessment.assessed().results.keys()


def test_nothing_in_the_file_is_a_pickle(assessment):
    for name, part in archive.unpack(save(assessment)).items():
        assert name.endswith((".json", ".parquet", ".toml"))
        assert not part.startswith(b"\x80")


@pytest.mark.parametrize("data", [b"", b"PK", b"Deal ID,Created\n1,2\n", bytes(range(256)) * 20])
def test_any_other_file_is_refused(data):
    assert _refused(data) in {"assessment_foreign", "assessment_damaged"}


def test_a_workbook_is_not_ours():
    content = io.BytesIO()
    pd.DataFrame({"a": [1]}).to_excel(content, index=False)
    assert _refused(content.getvalue()) == "assessment_foreign"


def test_a_file_cut_short_is_damaged(assessment):
    saved = save(assessment)
    for length in range(10, len(saved) - 1, len(saved) // 25):
        assert _refused(saved[:length]) == "assessment_damaged"


def test_a_flipped_bit_never_passes_unseen(assessment):
    saved = save(assessment)
    for place in np.random.default_rng(1).integers(0, len(saved), 60):
        broken = bytearray(saved)
        broken[place] ^= 0x10
        try:
            opened = open_(bytes(broken))
        except AssessmentError:
            continue
        for name in assessment.tables.names:  # a bit that carries no content, such as a part's date
            assert opened.tables.arrow(name).equals(assessment.tables.arrow(name))
        assert opened.settings == assessment.settings


def test_a_newer_file_says_so(assessment):
    assert _refused(_manifest(save(assessment), version=2)) == "assessment_newer"


@pytest.mark.parametrize(
    "changes",
    [
        {"version": 0}, {"version": "1"}, {"version": None}, {"settings": {"gross_margin": 7}},
        {"settings": {"hourly_cost": "much"}}, {"settings": None}, {"created": "yesterday"},
        {"imports": [{}]}, {"imports": None}, {"labels": {"deals": {}}}, {"labels": []},
    ],
)  # fmt: skip
def test_a_manifest_that_makes_no_sense_is_damaged(assessment, changes):
    assert _refused(_manifest(save(assessment), **changes)) == "assessment_damaged"


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999"])
def test_numbers_that_are_none_are_refused(assessment, number):
    saved = save(assessment)
    manifest = archive.unpack(saved)["manifest.json"].replace(
        b'"gross_margin": 0.3', f'"hourly_cost": {number}'.encode()
    )
    assert _refused(_repacked(saved, **{"manifest.json": manifest})) == "assessment_damaged"


@pytest.mark.parametrize(
    "part",
    [
        _parquet(deal_id=["1"], evil=["x"]),
        _parquet(deal_id=["1"], outcome=["stolen"], _import=[0]),
        _parquet(deal_id=["1"], outcome=["won"], _import=[99]),
        _parquet(deal_id=["1"], outcome=["won"], created_at=["soon"], _import=[0]),
        _parquet(deal_id=[["nested"]], outcome=["won"], _import=[0]),
        b"PAR1 no parquet PAR1",
        None,
    ],
)
def test_a_table_that_no_upload_could_give_is_refused(assessment, part):
    assert _refused(_repacked(save(assessment), **{"tables__deals.parquet": part})) == "assessment_damaged"


def test_a_table_of_another_name_is_not_loaded(assessment):
    evil = {'tables/x"; DROP TABLE deals; --.parquet': _parquet(a=["1"]), "../../etc/evil": b"x"}
    assert open_(_repacked(save(assessment), **evil)).tables.names == assessment.tables.names


def test_numbers_in_tables_are_finite_or_missing(assessment):
    part = _parquet(
        deal_id=["1", "2"], outcome=["won", "won"], amount=[float("inf"), float("nan")], _import=[0, 0]
    )
    opened = open_(_repacked(save(assessment), **{"tables__deals.parquet": part}))
    assert opened.tables.frame(opened.tables["deals"])["amount"].isna().all()


def test_a_note_that_cannot_be_said_any_more_is_left_out(assessment):
    manifest = json.loads(archive.unpack(save(assessment))["manifest.json"])
    manifest["imports"][0]["notes"].append({"text": "import_notes.of_another_version", "facts": {}})
    opened = open_(_manifest(save(assessment), imports=manifest["imports"]))
    assert opened.tables.imports == assessment.tables.imports


def test_a_zip_bomb_is_refused_before_it_is_unpacked(assessment, monkeypatch):
    monkeypatch.setattr(archive, "MAX_UNPACKED", 10 * 1024**2)
    bomb = _repacked(save(assessment), **{"tables__orders.parquet": bytes(16 * 1024**2)})
    assert len(bomb) < 50_000
    monkeypatch.setattr(zipfile.ZipFile, "read", None)  # nothing may be unpacked any more
    assert _refused(bomb) == "assessment_too_large"


def test_a_table_that_swells_is_stopped(assessment, monkeypatch):
    monkeypatch.setattr(archive, "MAX_TABLE_BYTES", 10**6)
    swelling = _parquet(deal_id=["x" * 1000] * 100_000)
    assert len(swelling) < 20_000
    assert (
        _refused(_repacked(save(assessment), **{"tables__deals.parquet": swelling})) == "assessment_too_large"
    )
    monkeypatch.setattr(archive, "MAX_ROWS", 10**4)
    assert (
        _refused(_repacked(save(assessment), **{"tables__deals.parquet": swelling})) == "assessment_too_large"
    )


def test_too_many_parts_are_refused(assessment):
    many = {f"part{number}": b"" for number in range(archive.MAX_PARTS)}
    assert _refused(_repacked(save(assessment), **many)) == "assessment_too_large"
