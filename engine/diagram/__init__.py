"""Diagrams as data: reading keys, checking and publishing."""

from __future__ import annotations
