"""What is stored: tables, constraints and queries; no rule of who may."""

from __future__ import annotations
