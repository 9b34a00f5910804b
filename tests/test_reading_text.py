"""Text files: encodings, separators, headers, rows that are no data."""

import pytest

from crmeval.reading import Sheet, read_file


def read(content: str | bytes, encoding: str = "utf-8", name: str = "deals.csv") -> Sheet:
    data = content if isinstance(content, bytes) else content.encode(encoding)
    (sheet,) = read_file(name, data)
    return sheet


def rows(sheet: Sheet) -> list[tuple]:
    return [tuple(row.values()) for row in sheet.table.to_pylist()]


def noted(sheet: Sheet, key: str) -> dict | None:
    return next((dict(n.facts) for n in sheet.notes if n.key == f"reading.notes.{key}"), None)


RUSSIAN = "Сделка;Сумма;Менеджер\nПоставка «под ключ»;1250,50;Иванов Пётр\nМонтаж;300;Съёмщикова Юлия\n"


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("utf-16", "UTF-16"), ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"), ("cp1251", "Windows-1251"),
    ],
)  # fmt: skip
def test_every_encoding_gives_the_same_letters(encoding, said):
    sheet = read(RUSSIAN, encoding)
    assert sheet.columns == ("Сделка", "Сумма", "Менеджер")
    assert rows(sheet)[0] == ("Поставка «под ключ»", "1250,50", "Иванов Пётр")
    assert noted(sheet, "encoding") == {"encoding": said}


@pytest.mark.parametrize("encoding", ["cp866", "koi8-r", "mac_cyrillic"])
def test_old_encodings_are_told_by_the_frequency_of_letters(encoding):
    plain = RUSSIAN.replace("«", "").replace("»", "")
    assert rows(read(plain, encoding)) == rows(read(plain))


@pytest.mark.parametrize("word", ["Иван", "ИТОГ", "нет", "ЗАО", "Юрий", "Россия"])
@pytest.mark.parametrize("encoding", ["cp1251", "cp866", "koi8-r"])
def test_one_russian_word_at_the_end_of_an_english_file_is_enough(word, encoding):
    lines = "".join(f"{number};user{number};u{number}@mail.ru\n" for number in range(300))
    sheet = read(f"id;name;email\n{lines}301;{word};x@mail.ru\n", encoding)
    assert rows(sheet)[-1] == ("301", word, "x@mail.ru")


def test_accents_between_latin_letters_are_western():
    sheet = read("name;city\nMüller;Köln\nJosé;Málaga\n", "cp1252")
    assert rows(sheet) == [("Müller", "Köln"), ("José", "Málaga")]


def test_a_utf8_file_cut_within_a_letter_stays_utf8():
    sheet = read((RUSSIAN * 3).encode() + "Последняя;1;Иванов".encode()[:-1])
    assert rows(sheet)[0][2] == "Иванов Пётр"
    assert noted(sheet, "damaged_letters") == {"n": 1}


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_separator_is_the_one_that_makes_rows_regular(delimiter):
    table = [["id", "name", "tags"], ["1", "Acme", "a"], ["2", "Beta", "b"], ["3", "Gamma", ""]]
    assert rows(read("\n".join(delimiter.join(row) for row in table))) == [
        ("1", "Acme", "a"), ("2", "Beta", "b"), ("3", "Gamma", None),
    ]  # fmt: skip


def test_commas_in_headers_and_decimals_do_not_hide_the_semicolon():
    sheet = read("Hours, on average;Price, EUR\n1,5;2,5\n3,5;4,5\n")
    assert sheet.columns == ("Hours, on average", "Price, EUR")
    assert rows(sheet) == [("1,5", "2,5"), ("3,5", "4,5")]


def test_a_sep_line_is_obeyed_and_counted():
    sheet = read("sep=;\nid;n\n7;1,5\n")
    assert rows(sheet) == [("7", "1,5")]
    assert sheet.rows.tolist() == [3]
    assert noted(sheet, "header_row") is None


def test_blanks_separate_a_table_of_numbers():
    sheet = read(
        " customer_id  date n  dollar_value\r\n 00001 19970101  1   11.77\r\n 00002 19970112  5   77.00\r\n",
        name="orders.txt",
    )
    assert sheet.columns == ("customer_id", "date", "n", "dollar_value")
    assert rows(sheet) == [("00001", "19970101", "1", "11.77"), ("00002", "19970112", "5", "77.00")]


def test_prose_is_one_column():
    sheet = read("comment\nIt is slow, sadly\nVery good indeed\nAll fine here\n", name="comments.txt")
    assert rows(sheet) == [("It is slow, sadly",), ("Very good indeed",), ("All fine here",)]


def test_a_file_that_begins_with_data_has_numbered_columns():
    sheet = read("1001,2024-01-05,won,300\n1002,2024-01-06,lost,40\n1003,2024-01-07,won,5\n")
    assert sheet.columns == ("column 1", "column 2", "column 3", "column 4")
    assert sheet.rows.tolist() == [1, 2, 3]
    assert noted(sheet, "no_header") == {}


@pytest.mark.parametrize("header", ["region;2023;2024", "metric;01.2024;02.2024", "q1;q2;q3", "1;2;3"])
def test_headers_that_look_like_numbers_are_headers(header):
    sheet = read(f"{header}\n5;12;15\n4;18;17\n5;22;11\n")
    assert sheet.columns == tuple(header.split(";"))


def test_a_table_of_words_has_a_header():
    assert read("name,city\nAnna,Berlin\nIvan,Moscow\n").columns == ("name", "city")


def test_titles_stand_above_and_totals_below():
    sheet = read(
        "Отчёт по сделкам за 2024 год;;;;;\n;;;;;\nСформирован: 01.03.2024;;;;;\n"
        "ID;Название;Бюджет;Ответственный;Создана;Этап\n1;Альфа;1250,50;Иванов;01.02.2024;Новая\n"
        "2;Бета;;Петров;13.02.2024;Закрыта\nИТОГО;;1250,50;;;\n\nОтчёт составлен 01.03.2024\n",
        "utf-8-sig",
    )
    assert sheet.rows.tolist() == [5, 6]
    assert rows(sheet)[1] == ("2", "Бета", None, "Петров", "13.02.2024", "Закрыта")
    assert noted(sheet, "header_row") == {"row": 4}
    assert sheet.set_aside.to_dict("records") == [
        {"row": 7, "reason": "total", "value": "ИТОГО; 1250,50"},
        {"row": 9, "reason": "footer", "value": "Отчёт составлен 01.03.2024"},
    ]
    assert sheet.rows_read == 4


@pytest.mark.parametrize(
    "said", ["Total", "TOTAL:", "Grand Total", "Итого по отделу", "Всего: 2", "Subtotal"]
)
def test_totals_are_known_in_both_languages(said):
    sheet = read(f"client,owner,amount\nA,x,1\n{said},,3\nB,y,2\n")
    assert sheet.set_aside[["row", "reason"]].to_numpy().tolist() == [[3, "total"]]


def test_a_company_called_total_is_data():
    sheet = read("client,owner,amount\nTotal Energies,,1\nTotal,Anna,3\nB,y,2\n")
    assert sheet.set_aside.empty


def test_two_header_rows_of_a_text_file_are_joined():
    sheet = read(
        "Сделка;;Даты;;Менеджер\nНазвание;Бюджет;Создана;Закрыта;\n" + "А;1;01.02.2024;03.02.2024;И\n" * 3
    )
    assert sheet.columns == (
        "Сделка / Название",
        "Сделка / Бюджет",
        "Даты / Создана",
        "Даты / Закрыта",
        "Менеджер",
    )
    assert sheet.rows.tolist() == [3, 4, 5]


def test_double_headers_are_kept_apart():
    sheet = read("id,Source,Source (2),Source,\n1,a,b,c,\n2,d,e,f,\n")
    assert sheet.columns == ("id", "Source", "Source (2)", "Source (3)")
    assert noted(sheet, "double_headers") == {"n": 1, "names": "Source (3)"}
    assert noted(sheet, "empty_columns") == {"n": 1, "names": "column 5"}


def test_headers_are_stripped():
    assert read("rec_id, given_name, surname\n1, anna, b\n2, , c\n").columns == (
        "rec_id",
        "given_name",
        "surname",
    )


def test_a_repeated_header_is_no_row():
    sheet = read("id,stage\n1,new\nid,stage\n2,won\n")
    assert sheet.set_aside.to_dict("records") == [
        {"row": 3, "reason": "repeated_header", "value": "id; stage"}
    ]


def test_rows_that_do_not_fit_are_set_aside_or_filled_up():
    sheet = read("id,stage,sum\n1,new,5\n2,won\n3,lost,7,surplus\n4,won,8,,\n\n5,won,9\n")
    assert [row[0] for row in rows(sheet)] == ["1", "2", "4", "5"]
    assert rows(sheet)[1] == ("2", "won", None)
    assert sheet.rows.tolist() == [2, 3, 5, 7]
    assert sheet.set_aside.to_dict("records") == [
        {"row": 4, "reason": "ragged", "value": "3; lost; 7; surplus"}
    ]
    assert noted(sheet, "padded") == {"n": 1}


def test_long_rows_far_down_the_file_are_set_aside_too():
    body = "".join(f"{number},new,5\n" for number in range(1000))
    sheet = read(f"id,stage,sum\n{body}1000,won,1,surplus\n1001,won\n1002,won,1,,,\n")
    assert sheet.set_aside["row"].tolist() == [1002]
    assert sheet.rows.tolist() == [*range(2, 1002), 1003, 1004]
    assert rows(sheet)[-2] == ("1001", "won", None)


def test_a_comma_at_the_end_of_every_row_shifts_nothing():
    sheet = read("deal_id,client\n17,Acme,\n18,Beta,\n")
    assert rows(sheet) == [("17", "Acme"), ("18", "Beta")]


def test_columns_without_a_name_are_kept_when_most_rows_fill_them():
    sheet = read("id,name\n1,a,x\n2,b,y\n3,c,z\n")
    assert sheet.columns == ("id", "name", "column 3")


def test_words_that_programs_take_for_nothing_are_words():
    sheet = read("id,name\n007,NA\n008,Null\n009,None\n010,nan\n011,  \n")
    assert rows(sheet) == [("007", "NA"), ("008", "Null"), ("009", "None"), ("010", "nan"), ("011", None)]


def test_line_breaks_in_a_cell_count_as_lines():
    sheet = read('id,note\r\n1,"two\r\nlines"\r\n\r\n2,x\r\n3,"a ""b"""\r\n')
    assert rows(sheet) == [("1", "two\nlines"), ("2", "x"), ("3", 'a "b"')]
    assert sheet.rows.tolist() == [2, 5, 6]


@pytest.mark.parametrize("quotes", [1, 2])
def test_a_stray_quote_swallows_no_rows(quotes):
    body = [f'{number},"plain, quoted",5' for number in range(200)]
    for at in range(quotes):
        body[50 + 60 * at] = f'{50 + 60 * at},"5 inch pipe,5'
    sheet = read("id,name,n\n" + "\n".join(body) + "\n")
    assert len(sheet.rows) == 200
    assert sheet.table["name"][50].as_py() == '"5 inch pipe'
    assert sheet.table["name"][51].as_py() == "plain, quoted"
    assert sheet.rows.tolist() == list(range(2, 202))


def test_zero_bytes_and_old_line_ends_are_read_over():
    sheet = read(b"id,name\r1,a\0b\r2,c\r")
    assert rows(sheet) == [("1", "ab"), ("2", "c")]
    assert noted(sheet, "zero_bytes") == {"n": 1}


def test_a_cell_longer_than_a_block_is_read():
    long = "x" * 9_000_000
    sheet = read(f"id,text\n1,{long}\n2,b\n")
    assert [len(row[1]) for row in rows(sheet)] == [9_000_000, 1]


def test_lines_of_open_quotes_cost_little_and_lose_nothing():
    sheet = read("a,b\n" + '"x,1\n' * 5001)
    assert len(sheet.rows) == 5001
    assert rows(sheet)[-1] == ('"x', "1")
