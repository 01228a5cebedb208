"""Libraries that the base install does without: imported where they are used, with a message that says how to get them."""

from __future__ import annotations

import importlib
from typing import Any

#: library -> extra of pyproject.toml that brings it
EXTRAS = {
    "dask": "scale",
    "distributed": "scale",
    "esda": "trends",
    "libpysal": "trends",
    "mapclassify": "classes",
    "openpyxl": "excel",
    "pointpats": "trends",
    "pyarrow": "parquet",
    "ruptures": "trends",
    "scipy": "trends",
    "statsmodels": "trends",
}


def library(name: str) -> Any:
    """Import a library of an extra.

    Parameters
    ----------
    name
        Module, such as ``statsmodels.api``.

    Raises
    ------
    ImportError
        Naming the extra to install.

    Examples
    --------
    >>> library("scipy.stats").norm.cdf(0.0)
    np.float64(0.5)
    """
    try:
        return importlib.import_module(name)
    except ImportError as error:
        top = name.partition(".")[0]
        msg = f"this needs {top}: pip install 'malisec[{EXTRAS[top]}]'"
        raise ImportError(msg) from error
