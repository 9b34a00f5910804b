# ruff: noqa: E501 - raw contents of files, which are not broken to fit
"""Text files: encodings, separators, quotes, odd rows, and sizes that hurt."""

import random

from hostile.case import read, refused

_RUSSIAN = (
    "Сделка;Сумма;Менеджер\r\nПоставка «под ключ»;1250,50;Иванов Пётр\r\nМонтаж;300;Съёмщикова Юлия\r\n"
)
_PLAIN = _RUSSIAN.replace("«", "").replace("»", "")
_SAID = {("Сумма", 0): "1250,50", ("Менеджер", 1): "Съёмщикова Юлия"}
_MEGABYTE = 1024**2


@read("deals.csv", 2, cells=_SAID, notes=["encoding", "delimiter"])
def utf8_with_a_mark() -> bytes:
    return _RUSSIAN.encode("utf-8-sig")


@read("deals.csv", 2, cells=_SAID)
def utf8() -> bytes:
    return _RUSSIAN.encode()


@read("deals.csv", 2, cells=_SAID)
def utf16_with_a_mark() -> bytes:
    return _RUSSIAN.encode("utf-16")


@read("deals.csv", 2, cells=_SAID)
def utf16_big_endian_without_a_mark() -> bytes:
    return _RUSSIAN.encode("utf-16-be")


@read("deals.csv", 2, cells=_SAID)
def utf32() -> bytes:
    return _RUSSIAN.encode("utf-32")


@read("deals.csv", 2, cells=_SAID)
def cp1251() -> bytes:
    return _RUSSIAN.encode("cp1251")


@read("deals.csv", 2, cells=_SAID)
def cp866() -> bytes:
    return _PLAIN.encode("cp866")


@read("deals.csv", 2, cells=_SAID)
def koi8() -> bytes:
    return _PLAIN.encode("koi8-r")


@read("deals.csv", 200, notes=["damaged_letters"], cells={("имя", 0): "Иванов"})
def utf8_with_some_lines_of_cp1251() -> bytes:
    return (
        "id;имя\n".encode()
        + "".join(f"{n};Иванов\n" for n in range(199)).encode()
        + "199;Ив\n".encode("cp1251")
    )


@read("deals.csv", 2, cells={("name", 0): "ab"}, notes=["zero_bytes"])
def zero_bytes() -> bytes:
    return b"id,name\n1,a\0b\n2,c\n"


@read("deals.csv", 4, cells={("id", 3): "4", ("name", 1): "b"})
def mixed_line_ends() -> bytes:
    return b"id,name\r\n1,a\n2,b\r3,c\r\n4,d"


@read("deals.csv", 2, cells={("sum", 0): "1,5"})
def a_separator_line() -> bytes:
    return b"sep=;\r\nid;sum\r\n1;1,5\r\n2;2,5\r\n"


@read("deals.csv", 2, cells={("price, EUR", 0): "1,5", ("price, EUR", 1): "1 250,50"})
def decimal_commas() -> bytes:
    return b"id;price, EUR\n1;1,5\n2;1 250,50\n"


@read(
    "russian.csv",
    2,
    cells={("Сумма", 0): "1 250 000,50 руб.", ("ИНН", 0): "0274062111", ("Дата", 1): "01.02.2024"},
)
def a_file_saved_by_russian_excel() -> bytes:
    return "ИНН;Сумма;Дата\r\n0274062111;1 250 000,50 руб.;13.02.2024\r\n7707083893;(1 500);01.02.2024\r\n".encode(
        "cp1251"
    )


@read(
    "CDNOW_master.txt",
    3,
    notes=["delimiter", "no_header"],
    cells={("column 1", 0): "00001", ("column 4", 2): "77.00"},
)
def columns_of_blanks() -> bytes:
    return b" 00001 19970101  1   11.77\n 00002 19970112  1   12.00\n 00002 19970112  5   77.00\n"


@read("deals.txt", 1, cells={("note", 0): "a,b;c"})
def vertical_bars() -> bytes:
    return b"id|note|sum\n1|a,b;c|5\n"


@read("deals.csv", 2, cells={("sum", 1): "7"})
def lines_that_end_as_on_old_macs() -> bytes:
    return b"id,sum\r1,5\r2,7\r"


@read("deals.csv", 2, cells={("id", 0): "1", ("id", 1): "2"}, set_aside=[(4, "repeated_header")])
def a_header_said_twice() -> bytes:
    return b"\nid,stage,sum\n1,new,5\nid,stage,sum\n2,won,6\n"


@read("deals.tsv", 1, cells={("note", 0): 'a "b", c'})
def tabs_and_quotes() -> bytes:
    return b'id\tnote\n1\t"a ""b"", c"\n'


@read("deals.csv", 2, cells={("id", 0): "1", ("note", 0): "x|y"})
def one_column_after_another() -> bytes:
    return b"id,note\n1,x|y\n2,z\n"


@read(
    "deals.csv",
    2000,
    cells={("name", 504): '"5 inch pipe', ("name", 505): "plain, quoted", ("id", 1999): "1999"},
)
def a_stray_quote() -> bytes:
    lines = [f'{n},"plain, quoted",5' for n in range(2000)]
    lines[504] = '504,"5 inch pipe,5'
    return ("id,name,n\n" + "\n".join(lines) + "\n").encode()


@read("deals.csv", 2000, cells={("name", 1500): '"b', ("id", 1999): "1999"})
def two_stray_quotes_far_apart() -> bytes:
    lines = [f"{n},plain,5" for n in range(2000)]
    lines[504], lines[1500] = '504,"a,5', '1500,"b,5'
    return ("id,name,n\n" + "\n".join(lines) + "\n").encode()


@read("deals.csv", 2, cells={("note", 0): "two\nlines", ("note", 1): 'say "hi"'})
def line_breaks_in_cells() -> bytes:
    return b'id,note\r\n1,"two\r\nlines"\r\n2,"say ""hi"""\r\n'


@read(
    "ragged.csv", 3, set_aside=[(4, "ragged")], notes=["padded"],
    cells={("id", 1): "2", ("sum", 1): None, ("sum", 2): "9"},
)  # fmt: skip
def ragged_rows() -> bytes:
    return b"id,stage,sum\n1,new,5\n2,won\n3,lost,7,surplus\n5,won,9\n"


@read("trailing.csv", 2, columns=["deal_id", "client"], cells={("deal_id", 0): "17", ("client", 1): "Beta"})
def a_comma_at_the_end_of_every_row() -> bytes:
    return b"deal_id,client\n17,Acme,\n18,Beta,\n"


@read(
    "titles.csv",
    2,
    notes=["header_row"],
    set_aside=[(6, "total"), (8, "footer")],
    cells={("client", 0): "Acme"},
)
def titles_totals_and_a_footer() -> bytes:
    return b"Sales report 2024,,\n,,\nid,client,sum\n1,Acme,5\n2,Beta,7\nTotal,,12\n\nGenerated by CRM on 01.03.2024\n"


@read("double.csv", 1, columns=["id", "Source", "Source (2)", "column 4"], notes=["double_headers"])
def double_and_blank_headers_of_a_text() -> bytes:
    return b"id,Source,Source,\n1,a,b,c\n"


@read(
    "values.csv", 8,
    cells={
        ("sum", 0): "inf", ("sum", 1): "-Infinity", ("sum", 2): "NaN", ("sum", 3): "1e309", ("client", 4): "NA",
        ("client", 5): "Null", ("client", 6): "None", ("client", 7): None,
    },
)  # fmt: skip
def infinities_and_words_for_nothing() -> bytes:
    return b"id,client,sum\n1,a,inf\n2,b,-Infinity\n3,c,NaN\n4,d,1e309\n5,NA,1\n6,Null,2\n7,None,3\n8,,4\n"


@read(
    "ids.csv", 3,
    cells={("id", 0): "00012345", ("id", 1): "12345678901234567890", ("id", 2): "1.23E+19", ("n", 0): "9" * 5000},
)  # fmt: skip
def long_numbers_and_zeros_before() -> bytes:
    return f"id,n\n00012345,{'9' * 5000}\n12345678901234567890,1\n1.23E+19,2\n".encode()


@read(
    "dates.csv",
    3,
    cells={("created", 0): "31.02.2024", ("created", 1): "0000-00-00", ("created", 2): "2024-13-45"},
)
def dates_that_never_were() -> bytes:
    return b"id,created\n1,31.02.2024\n2,0000-00-00\n3,2024-13-45\n"


@read(
    "evil.csv", 3, columns=["=HYPERLINK(1)", "it's", "rev.total[0]"],
    cells={("it's", 0): "=cmd|' /C calc'!A0", ("it's", 1): "\u202eevil", ("rev.total[0]", 2): "{file}"},
)  # fmt: skip
def headers_that_would_be_commands() -> bytes:
    return (
        "=HYPERLINK(1),it's,rev.total[0]\n1,=cmd|' /C calc'!A0,<img src=x>\n2,\u202eevil,$x$\n3,:red[a],{file}\n"
    ).encode()


@read("line.csv", 1, cells={("id", 0): "1"})
def a_line_of_150_kilobytes() -> bytes:
    return b"id,note\n1," + b"x y;z|'" * 22_000 + b"\n"


@read("line.csv", 2, cells={("id", 1): "2"})
def a_cell_of_20_megabytes() -> bytes:
    return b"id,note\n1," + b"x" * (20 * _MEGABYTE) + b"\n2,y\n"


@read("letters.csv", 2, cells={("id", 1): "2", ("name", 1): "Иван"})
def a_long_word_before_a_letter_of_cp1251() -> bytes:
    return b"id,name\n1," + b"a" * 3_000_000 + b"\n2," + "Иван\n".encode("cp1251")


@read("blanks.csv", 2, cells={("id", 0): "1", ("id", 1): "Total" + " " * 500_000 + "x"})
def a_total_with_half_a_million_blanks() -> bytes:
    return b"id,name,sum\n1,a,2\nTotal" + b" " * 500_000 + b"x,,\n"


@read("blanks.txt", 60_001, cells={("column 1", 0): "0"})
def a_line_of_a_million_blanks() -> bytes:
    lines = "".join(f"{n} {n * 7 % 100} {n % 13}\n" for n in range(60_000))
    return (lines + "7" + " " * 1_000_000 + "8 9\n").encode()


@refused("quotes.csv", "no_rows")
def a_megabyte_of_quotes() -> bytes:
    return b'"' * _MEGABYTE


@read("quotes.csv", 200_000, cells={("a", 199_999): "199999"}, slow=True)
def quotes_that_open_on_every_line() -> bytes:
    return ("a,b\n" + "".join(f'{n},"b\n' for n in range(200_000))).encode()


@refused("wide.csv", "too_many_columns")
def a_hundred_thousand_columns() -> bytes:
    return (",".join(f"c{n}" for n in range(100_000)) + "\n" + ",".join(["1"] * 100_000) + "\n").encode()


@refused("wide.csv", "too_many_cells")
def two_thousand_columns_and_a_million_short_rows() -> bytes:
    return ",".join(f"c{n}" for n in range(2000)).encode() + b"\nx,y" * 1_000_000


@refused("empty.csv", "file_empty")
def an_empty_file() -> bytes:
    return b""


@refused("empty.csv", "file_empty", "no_rows", "unreadable")
def only_a_mark() -> bytes:
    return b"\xef\xbb\xbf"


@refused("empty.csv", "file_empty")
def three_million_empty_lines() -> bytes:
    return b"\n" * 3_000_000


@refused("empty.csv", "file_empty")
def a_megabyte_of_zeros() -> bytes:
    return b"\0" * _MEGABYTE


@refused("line.csv", "no_rows")
def one_line_with_an_open_quote() -> bytes:
    return b"i\xdbM'z\xdbM\x85\"\x8fW!\x1f7\xcf\x85\xf7"


@refused("separators.csv", "no_rows")
def only_separators() -> bytes:
    return b",,,,,\n" * 100_000


@refused("header.csv", "no_rows")
def only_a_header() -> bytes:
    return b"id,client,sum\n"


@refused("random.csv", "unreadable")
def random_bytes() -> bytes:
    return random.Random(7).randbytes(100_000)  # noqa: S311 - the same noise every time


@read("export.xlsx", 2, cells={("id", 1): "2"}, notes=["kind_differs"])
def a_text_named_xlsx() -> bytes:
    return b"id;sum\n1;1,5\n2;2,5\n"


@refused("script.py", "wrong_extension")
def a_program() -> bytes:
    return b"import os\nos.remove('x')\n"


@read("../../etc/[x](http://127.0.0.1:9) <b>.csv", 1, cells={("id", 0): "1"})
def a_name_that_would_be_a_path() -> bytes:
    return b"id,n\n1,2\n"


@refused("{file} {0.__class__} %s.csv", "file_empty")
def a_name_that_would_be_a_format() -> bytes:
    return b""


@read("totals.csv", 301_000, cells={("id", 0): "1", ("id", 300_999): "Total", ("n", 300_999): "x"})
def totals_on_nearly_every_row() -> bytes:
    return b"id,client,n\n" + b"1,2,3\n" * 1000 + b"Total,,x\n" * 300_000


@read(
    "short.csv", 600_001, notes=["padded"],
    cells={("sum", 0): "3", ("sum", 1): None, ("stage", 600_000): '2";\n"'},
)  # fmt: skip
def half_a_million_short_rows_with_quotes() -> bytes:
    return b"id,stage,sum\n1,2,3\n" + b'1,"2"";\n"""\n' * 600_000


@refused("long.csv", "too_ragged")
def half_a_million_rows_longer_than_the_first() -> bytes:
    return b"id,n\n" * 1000 + b"1,2,3\n" * 500_000


@refused("quotes.csv", "broken_quotes")
def quotes_that_open_on_a_million_lines() -> bytes:
    return b"id,n\n" + b'1,"b\n' * 1_000_001


@read("quotes.csv", 20_000, cells={("id", 19_999): "19999", ("note", 0): 'a "b"', ("note", 7): '"x'})
def one_stray_quote_among_many_good_ones() -> bytes:
    lines = [f'"{n}","a ""b""","5"' for n in range(20_000)]
    lines[7] = '7,"x,5'
    return ("id,note,sum\n" + "\n".join(lines) + "\n").encode()


@read("header.csv", 300_000, cells={("id", 0): "id", ("n", 299_999): "x"}, set_aside=[])
def rows_that_begin_like_the_header() -> bytes:
    return b"id,n\n" + b"id,x\n" * 300_000
