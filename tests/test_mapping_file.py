"""A mapping survives its file, and a file that was edited wrongly says where."""

import tomllib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mapping_sheets import RELAXED, sheet

from crmeval.errors import MappingError
from crmeval.fields import TABLES
from crmeval.mapping import MappingProposal, SheetMapping, apply, from_toml, propose, to_toml
from crmeval.mapping.dates import DATE_FORMATS
from crmeval.mapping.swaps import WHICH
from crmeval.reading import read_files
from crmeval.sample import sample_files
from crmeval.words import LANGUAGES, Words

ANY = st.text(st.characters(blacklist_categories=["Cs"]), max_size=20)


@st.composite
def mappings(draw):
    table = draw(st.sampled_from(["", "lookup", *TABLES]))
    fields = [one.name for one in TABLES[table].fields] if table in TABLES else []
    columns = draw(st.dictionaries(st.sampled_from(fields), ANY)) if fields else {}
    joins = draw(st.sampled_from([None, ("deals", "customer_id")])) if table == "lookup" else None
    key = draw(ANY) if joins else ""
    return SheetMapping(
        file=draw(ANY), sheet=draw(ANY), table=table, columns=columns, joins=joins, key=key,
        confidence=dict.fromkeys(columns, 1.0),
        outcomes=draw(st.dictionaries(ANY, st.sampled_from(["won", "lost", "open"]))),
        date_formats=draw(st.dictionaries(ANY, st.sampled_from(DATE_FORMATS))),
        stage_columns=draw(st.dictionaries(ANY, ANY)),
        unclear=tuple(draw(st.lists(ANY, max_size=2))),
        swapped=draw(st.dictionaries(ANY, st.sampled_from(WHICH))),
        meanings={name: draw(st.dictionaries(ANY, ANY, min_size=1)) for name in fields[:2]},
    )  # fmt: skip


@RELAXED
@given(st.lists(mappings(), min_size=1, max_size=3))
def test_a_mapping_is_what_its_file_says(found):
    assert from_toml(to_toml(MappingProposal(tuple(found)))).sheets == tuple(found)


@RELAXED
@given(st.lists(st.tuples(ANY, ANY, ANY), min_size=1, max_size=4), st.tuples(ANY, ANY, ANY))
def test_no_cell_or_header_breaks_out_of_its_comment(lines, header):
    names = [f"{name}{at}" for at, name in enumerate(header)]
    one = sheet(names, *lines, file="a\nb.csv")
    mapping = SheetMapping(one.file, "", "deals", columns={"deal_id": names[0]})
    read = tomllib.loads(to_toml(MappingProposal((mapping,)), [one]))
    assert read == {
        "sheets": [
            {"file": "a\nb.csv", "table": "deals", "source": "unknown", "columns": {"deal_id": names[0]}}
        ]
    }


def test_the_file_shows_samples_missing_fields_and_unused_columns():
    one = sheet("ID|Стадия сделки|Сумма|Note", "1|Новая|10|x", "2|В работе|20|y", file="deals.csv")
    content = to_toml(propose([one]), [one])
    assert 'stage = "Стадия сделки"  # 9' in content
    assert "· Новая · В работе" in content
    assert "# created_at = ?" in content
    assert "# unused: Note  # x · y" in content


def test_a_proposal_and_its_file_do_the_same():
    one = sheet("deal id|stage|created|sum", "1|won|13/02/2024|5", "2|Отказ|02/03/2024|6")
    proposal = propose([one])
    again = from_toml(to_toml(proposal))
    assert [replace(each, confidence={}) for each in again.sheets] == [
        replace(each, confidence={}) for each in proposal.sheets
    ]


SHEET = '[[sheets]]\nfile = "a.csv"\ntable = "deals"\n'


@pytest.mark.parametrize(
    ("content", "code", "facts"),
    [
        ('[[sheets]]\nfile = "a.csv"\ntable = deals\n', "mapping_not_toml", {"line": 3}),
        ("", "mapping_without_sheets", {}),
        ('sheets = "a.csv"', "mapping_without_sheets", {}),
        ('[[sheets]]\ntable = "deals"', "mapping_value", {"name": "file"}),
        (
            '[[sheets]]\nfile = "a.csv"\ntable = "deal"',
            "mapping_unknown_table",
            {"file": "a.csv", "name": "deal"},
        ),
        (SHEET + 'cols = "x"', "mapping_unknown_key", {"name": "cols"}),
        (SHEET + '[sheets.columns]\nprice = "x"', "mapping_unknown_field", {"name": "price"}),
        (SHEET + "[sheets.columns]\namount = 5", "mapping_value", {"name": "columns"}),
        (SHEET + '[sheets.outcomes]\nPaid = "yes"', "mapping_unknown_outcome", {"name": "yes"}),
        (SHEET + '[sheets.date_formats]\nclosed = "d/m/y"', "mapping_unknown_date_format", {"name": "d/m/y"}),
        (SHEET + '[sheets.swapped]\nclosed = "some"', "mapping_unknown_swap", {"name": "some"}),
        (SHEET + 'unclear = "closed"', "mapping_value", {"name": "unclear"}),
        (SHEET + 'meanings = "x"', "mapping_value", {"name": "meanings"}),
        (SHEET + "[sheets.meanings.owner]\nAnn = 5", "mapping_value", {"name": "owner"}),
        (SHEET + '[sheets.meanings.price]\nAnn = "x"', "mapping_unknown_field", {"name": "price"}),
        (SHEET + 'joins = ["deals"]', "mapping_value", {"name": "joins"}),
        (SHEET + 'joins = ["deals", "price"]\nkey = "x"', "mapping_unknown_field", {"name": "price"}),
        (SHEET + 'joins = ["deals", "deal_id"]', "mapping_value", {"name": "key"}),
    ],
)
def test_a_file_that_was_edited_wrongly_says_where(content, code, facts):
    with pytest.raises(MappingError) as error:
        from_toml(content)
    assert error.value.code == code
    assert facts.items() <= error.value.facts.items()
    for language in LANGUAGES:
        assert Words(language)(error.value.text)


def test_every_table_and_field_has_a_name():
    for language in LANGUAGES:
        words = Words(language)
        for name, table in TABLES.items():
            assert all(words.has(f"tables.{name}.{said}") for said in ("name", "row", "adds"))
            assert all(words.has(f"fields.{name}.{one.name}") for one in table.fields)


def test_a_proposal_prints_why_dates_are_read_as_they_are_and_asks_what_nothing_tells():
    told = sheet("Deal ID|Created|Status", "1|13/02/2024|Won", "2|02/03/2024|Lost", file="deals.csv")
    content = to_toml(propose([told]), [told])
    assert (
        'Created = "dmy"  # “Created”: read as day, month, year, because 1 row has a day above 12.' in content
    )
    asked = sheet("Deal ID|Created|Status", "1|03/02/2024|Won", "2|02/03/2024|Lost", file="deals.csv")
    content = to_toml(propose([asked]), [asked])
    assert 'unclear = ["Created"]' in content
    assert "no row tells day from month" in content
    assert from_toml(content).sheets[0].unclear == ("Created",)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_proposal_passed_back_as_a_file_makes_the_same_tables(language):
    sheets = read_files(sample_files(language))
    proposal = propose(sheets)
    again = from_toml(to_toml(proposal, sheets))
    here, there = apply(sheets, proposal), apply(sheets, again)
    assert here.fingerprint == there.fingerprint
    assert here.set_aside.equals(there.set_aside)
    assert here.problems.equals(there.problems)
    assert [replace(one, notes=()) for one in here.imports] == [
        replace(one, notes=()) for one in there.imports
    ]


@pytest.mark.trial
@pytest.mark.parametrize("folder", ["maven_crm", "olist_funnel", "salesforce_history"])
def test_real_proposals_passed_back_make_the_same_tables(trial_data, folder):
    files = [(one.name, one.read_bytes()) for one in sorted((trial_data / folder).glob("*.csv"))]
    sheets = read_files(files)
    proposal = propose(sheets)
    again = from_toml(to_toml(proposal, sheets))
    assert apply(sheets, proposal).fingerprint == apply(sheets, again).fingerprint


def test_a_header_that_ends_in_a_new_line_is_quoted():
    said = SheetMapping("a.csv", "", "deals", swapped={"0\n": "all"})
    assert from_toml(to_toml(MappingProposal((said,)))).sheets == (said,)
