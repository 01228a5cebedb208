"""Importing malisec costs next to nothing, and every public name is there."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

import malisec

HEAVY = {
    "pandas",
    "numpy",
    "geopandas",
    "shapely",
    "folium",
    "branca",
    "matplotlib",
    "seaborn",
    "pandera",
    "nbconvert",
    "nbclient",
    "rapidfuzz",
}


def modules_after(code):
    """Return the modules that a fresh Python has loaded after `code`."""
    done = subprocess.run([sys.executable, "-c", f"import sys\n{code}\nprint(*sys.modules)"], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "code", ["import malisec", "import malisec.cli; malisec.cli.parser()", "import malisec; dir(malisec); malisec.__all__"]
)
def test_importing_and_asking_for_help_loads_no_heavy_library(code):
    assert modules_after(code) & HEAVY == set()


def test_loading_and_locating_draws_nothing():
    loaded = modules_after("import malisec as ms\ncase = ms.load()\nms.locate('Kayes')\ncase.select(region='Kayes').total()")
    assert "pandas" in loaded
    assert loaded & {"folium", "branca", "matplotlib", "seaborn", "nbconvert", "nbclient", "IPython"} == set()


@pytest.mark.parametrize("name", malisec.__all__)
def test_every_public_name_is_there_and_explained(name):
    assert getattr(malisec, name).__doc__
    assert name in dir(malisec)


def test_every_name_is_imported_from_where_it_is_said_to_be():
    for name, module in malisec._FROM.items():
        assert getattr(malisec, name).__module__ == f"malisec.{module}"
    for name in malisec._MODULES:
        assert getattr(malisec, name) is importlib.import_module(f"malisec.{name}")
    assert sorted([*malisec._FROM, *malisec._MODULES]) == sorted(malisec.__all__)


def test_name_that_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError, match="has no attribute 'lode'"):
        malisec.lode  # noqa: B018 (the look-up is the test)
    assert not hasattr(malisec, "lode")
