"""Who logs in, as what, and how a password is kept, changed and recovered."""

from __future__ import annotations
