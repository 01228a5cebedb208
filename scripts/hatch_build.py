"""What a wheel carries besides code: tables, notebooks, source cards, and the front-end files fetched from npm.

Knows where these lie in the repository and in the wheel. An editable install packs none of them: it reads the repository.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SHIPPED = ("data", "notebooks", "seeds")
MANIFEST = "malisec/assets/vendor/manifest.json"


class ShipTables(BuildHookInterface):
    """Add the shipped folders to a wheel, and refuse to build one that could not draw a report."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Fill `build_data` before hatchling collects files; `version` is "standard" or "editable"."""
        if version == "editable":
            return
        root = Path(self.root)
        faults = [f"{folder}/ is missing or empty" for folder in SHIPPED if not any((root / folder).glob("*"))]
        if not (root / MANIFEST).is_file():
            faults.append(f"{MANIFEST} is missing: run `python scripts/assets.py` first (or `make setup`)")
        if faults:
            message = "this wheel would be incomplete: " + "; ".join(faults)
            raise RuntimeError(message)
        # goes with every export of the tables
        build_data["force_include"][str(root / "LICENSE-DATA")] = "malisec/_shipped/LICENSE-DATA"
        for folder in SHIPPED:
            for path in sorted((root / folder).rglob("*")):
                # what an editor or a kernel leaves behind is not part of the tables
                if path.is_file() and not any(part.startswith((".", "__pycache__")) for part in path.relative_to(root).parts):
                    build_data["force_include"][str(path)] = f"malisec/_shipped/{path.relative_to(root).as_posix()}"
