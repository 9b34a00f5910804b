"""The command line keeps its contract: files, exit codes, one clear message, no traceback."""

import json

import pytest

from crmeval.__main__ import main

DEALS = """Deal ID,Created,Closed,Status,Amount,Owner
1,2024-01-01,2024-01-11,Won,100,Ann
2,2024-01-02,2024-01-22,Lost,200,Bob
3,2024-01-03,,Open,300,Ann
4,2024-01-04,2024-01-08,Won,400,Bob
,2024-01-04,2024-01-08,Won,999,Bob
"""


@pytest.fixture
def deals(tmp_path):
    path = tmp_path / "deals.csv"
    path.write_text(DEALS, encoding="utf-8")
    return path


def test_assess_writes_everything_and_counts_right(deals, tmp_path):
    out = tmp_path / "out"
    assert main(["assess", f"{deals}=deals", "--out", str(out)]) == 0
    assert {path.name for path in out.iterdir()} == {
        "assessment.json", "report.xlsx", "report.html", "report.pdf", "set_aside.csv",
    }  # fmt: skip
    found = json.loads((out / "assessment.json").read_text(encoding="utf-8"))
    value = {measure_id: measure["value"] for measure_id, measure in found["measures"].items()}
    assert (value["deals.count"], value["deals.won"], value["deals.lost"], value["deals.open"]) == (
        4,
        2,
        1,
        1,
    )
    assert value["deals.win_rate"] == pytest.approx(2 / 3)
    assert value["cycle.won.median"] == 7
    assert value["deals.revenue_won"] == 500
    receipt = found["imports"][0]
    assert (receipt["rows_read"], receipt["rows_used"], receipt["rows_set_aside"]) == (5, 4, 1)
    assert receipt["mapping"]["deal_id"] == "Deal ID"
    assert set(found) >= {"imports", "measures", "not_measured", "tables", "scores", "findings"}
    assert set(found["scores"]) == {
        "efficiency", "effectiveness", "coverage_efficiency", "coverage_effectiveness",
    }  # fmt: skip
    assert not set(found["measures"]) & set(found["not_measured"])
    assert "6" in (out / "set_aside.csv").read_text(encoding="utf-8-sig")


def test_a_proposal_can_be_edited_and_passed_back(deals, tmp_path, capsys):
    assert main(["propose", str(deals)]) == 0
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(capsys.readouterr().out, encoding="utf-8")
    out = tmp_path / "out"
    assert main(["assess", str(deals), "--mapping", str(mapping), "--out", str(out), "--lang", "ru"]) == 0
    found = json.loads((out / "assessment.json").read_text(encoding="utf-8"))
    assert found["measures"]["deals.count"]["value"] == 4


def test_the_template_is_written(tmp_path):
    assert main(["template", "--out", str(tmp_path / "template.xlsx"), "--lang", "ru"]) == 0
    assert (tmp_path / "template.xlsx").read_bytes()[:2] == b"PK"


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.csv", b""),
        ("random.xlsx", bytes(range(256)) * 9),
        ("picture.csv", b"\x89PNG\r\n\x1a\n" + bytes(200)),
        ("words.csv", "яблоко,груша\nкрасное,жёлтая\n".encode()),
    ],
)
def test_what_cannot_serve_gets_one_clear_message(tmp_path, capsys, name, content, language):
    path = tmp_path / name
    path.write_bytes(content)
    assert main(["assess", str(path), "--out", str(tmp_path / "out"), "--lang", language]) == 2
    said = capsys.readouterr().err
    assert name in said
    assert "Traceback" not in said
    assert "Error" not in said
    assert len(said.strip().splitlines()) == 1


def test_a_missing_file_and_a_bad_setting_are_said(tmp_path, deals, capsys):
    assert main(["assess", str(tmp_path / "none.csv"), "--out", str(tmp_path)]) == 2
    assert "none.csv" in capsys.readouterr().err
    settings = tmp_path / "settings.toml"
    settings.write_text("discount_rate = 7", encoding="utf-8")
    assert main(["assess", str(deals), "--settings", str(settings), "--out", str(tmp_path)]) == 2
    assert "discount_rate" in capsys.readouterr().err


def test_a_required_field_nobody_can_decide_is_asked_for(tmp_path, capsys):
    path = tmp_path / "deals.csv"
    path.write_text("Deal ID,Colour\n1,red\n2,blue\n", encoding="utf-8")
    assert main(["assess", f"{path}=deals", "--out", str(tmp_path / "out")]) == 2
    assert "created_at" in capsys.readouterr().err
