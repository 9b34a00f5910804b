"""What a server does once, before its first visitor: everything is loaded and set aside."""

import atexit
import gc
import importlib
import pkgutil
from functools import cache

import ibis
import phonenumbers

from crmeval import reading, ui
from crmeval.working_time import countries

_NO_PART = {"child", "forkserver"}  # they run in processes of their own
_AT_FIRST_USE = (
    "email_validator", "ibis.backends.duckdb.converter", "ibis.formats.pandas", "pyarrow.dataset",
)  # fmt: skip


@cache
def ready() -> None:
    """Loads the parts of the app and the engine, and takes them from the collector of garbage.

    Streamlit lets the collector go through everything after every run of a script, while all visitors wait:
    with a quarter of a million objects of modules that took longer than the run itself.
    """
    for package in (ui, reading):
        for found in pkgutil.iter_modules(package.__path__):
            if found.name not in _NO_PART:
                importlib.import_module(f"{package.__name__}.{found.name}")
    for name in _AT_FIRST_USE:
        importlib.import_module(name)
    phonenumbers.PhoneMetadata.load_all()
    countries()
    ibis.duckdb.connect().disconnect()
    gc.collect()
    gc.freeze()
    atexit.register(gc.unfreeze)  # the engine would report as lost what is still set aside at the end
