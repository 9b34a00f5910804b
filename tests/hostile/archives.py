"""Archives, compressed files, and what is no table at all."""

import gzip
import io
import tarfile
import zipfile
import zlib

from hostile.case import read, refused
from hostile.ooxml import declaring, package, zipped
from hostile.workbook_bombs import two_far_corners_without_references

_CSV = b"id,sum\nD-1,5\n"
_DEAL = {("id", 0): "D-1", ("sum", 0): "5"}


@read("all.zip", 1, 1, cells=_DEAL)
def an_archive_of_exports() -> bytes:
    return zipped({"deals.csv": _CSV, "orders.xlsx": package({}), "__MACOSX/._deals.csv": b"\0"})


@read("all.zip", 1, 1, cells=_DEAL, notes=["left_out"])
def an_archive_with_a_file_that_takes_all_memory() -> bytes:
    return zipped({"deals.csv": _CSV, "bomb.xlsx": two_far_corners_without_references(), "orders.csv": _CSV})


@read("all.zip", 1, cells=_DEAL, notes=["left_out"])
def an_archive_with_one_file_that_has_a_password() -> bytes:
    data = bytearray(zipped({"deals.csv": _CSV, "locked.csv": _CSV}))
    for mark, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        data[data.rfind(mark) + at] |= 1
    return bytes(data)


@read("all.zip", 1, cells=_DEAL, notes=["left_out"])
def an_archive_with_a_broken_file() -> bytes:
    return zipped({"deals.csv": _CSV, "broken.xlsx": package({})[:300]})


@read("climbing.zip", 1, cells=_DEAL)
def an_archive_whose_paths_climb_out() -> bytes:
    return zipped({"../../../../../../tmp/crmeval_was_here.csv": _CSV})


@refused("many.zip", "too_many_files")
def an_archive_of_a_thousand_files() -> bytes:
    return zipped({f"{n}.csv": _CSV for n in range(1000)})


@refused("nested.zip", "zip_in_zip")
def an_archive_in_an_archive() -> bytes:
    return zipped({"inner.zip": zipped({"deals.csv": _CSV})})


@refused("bomb.zip", "too_many_bytes")
def an_archive_that_declares_too_much() -> bytes:
    return declaring(zipped({"deals.csv": _CSV}), 3 * 1024**3)


@refused("bomb.zip", "too_much_memory", "too_many_rows", "took_too_long", "file_empty", slow=True)
def an_archive_of_blank_lines() -> bytes:
    return zipped({f"{n}.csv": b"\n" * 100_000_000 for n in range(8)}, level=1)


@refused("empty.zip", "file_empty")
def an_empty_archive() -> bytes:
    return zipped({})


@refused("locked.zip", "password")
def an_archive_with_a_password() -> bytes:
    data = bytearray(zipped({"deals.csv": _CSV}))
    for mark, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        data[data.find(mark) + at] |= 1
    return bytes(data)


@read("выгрузка.zip", 1, cells=_DEAL)
def an_archive_made_by_windows() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("сделки.csv".encode("cp866").decode("cp437"), _CSV)
    return target.getvalue()


@refused("deals.xlsx", "no_spreadsheet")
def a_picture_named_xlsx() -> bytes:
    return b"\x89PNG\r\n\x1a\n" + b"\0" * 500


@refused("report.pdf", "no_spreadsheet")
def a_pdf() -> bytes:
    return b"%PDF-1.7\n" + b"x" * 500


@refused("deals.csv.gz", "damaged")
def a_compressed_file_of_noise() -> bytes:
    return b"\x1f\x8b\x08\0" + b"x" * 500


@read("deals.csv.gz", 1, cells=_DEAL)
def a_compressed_file() -> bytes:
    return gzip.compress(_CSV)


@read("deals.csv.gz", 2, cells={("id", 1): "D-2"})
def a_compressed_file_in_two_pieces() -> bytes:
    return gzip.compress(_CSV) + gzip.compress(b"D-2,7\n")


@refused("deals.csv.gz", "damaged")
def a_compressed_file_cut_short() -> bytes:
    return gzip.compress(_CSV * 100)[:-20]


@refused("deals.csv.gz", "too_many_bytes", slow=True)
def a_compressed_file_of_two_gigabytes() -> bytes:
    packed = zlib.compressobj(1, zlib.DEFLATED, 31)
    return b"".join(packed.compress(b"x" * 2**20) for _ in range(2048)) + packed.flush()


@refused("deals.tar.gz", "no_spreadsheet")
def a_compressed_archive() -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w:gz") as archive:
        archive.addfile(tarfile.TarInfo("deals.csv"), io.BytesIO())
    return target.getvalue()


@refused("deals.csv.gz", "zip_in_zip")
def a_compressed_file_in_a_compressed_file() -> bytes:
    return gzip.compress(gzip.compress(_CSV))


@refused("deals.xlsx", "damaged")
def only_the_first_bytes_of_a_zip() -> bytes:
    return b"PK\3\4"
