"""Filling a database: reference data, the demonstration province, a province of any size."""

from __future__ import annotations

from engine.seed.cast import Place, Role
from engine.seed.demo import DemoAccount, Province, small_province
from engine.seed.identity import PASSWORD
from engine.seed.reference import Loaded, load_reference
from engine.seed.synthetic import synthetic

__all__ = [
    "PASSWORD",
    "DemoAccount",
    "Loaded",
    "Place",
    "Province",
    "Role",
    "load_reference",
    "small_province",
    "synthetic",
]
