"""What cases are about: each module submits one kind and holds the operations its diagram calls."""

from __future__ import annotations
