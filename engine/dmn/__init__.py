"""Decision tables and models (DMN 1.1 to 1.5), evaluated with FEEL (docs/feel.md).

Pure: a model is read once from its XML, refused with a reason if it cannot be run, and then
answers for values.
"""

from __future__ import annotations

from engine.dmn.errors import DmnError, DmnProblem
from engine.dmn.model import DecisionModel
from engine.dmn.read import MAX_SOURCE, read

__all__ = ["MAX_SOURCE", "DecisionModel", "DmnError", "DmnProblem", "read"]
