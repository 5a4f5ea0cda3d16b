"""A case for those who may see it: history, diagram, and the logged view of masked values."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from engine import definitions, rights
from engine.actor import Actor
from engine.subjects.registry import subject_of
from engine.tracking import track
from engine.verbs import reveal as revealing
from web.auth import me

blueprint = Blueprint("cases", __name__)


@blueprint.get("/cases/<int:case_id>")
def show(case_id: int) -> ResponseReturnValue:
    """The case with its fields, its history and its diagram."""
    return _page(case_id, me().actor(), {})


@blueprint.get("/cases/<int:case_id>/diagram")
def diagram(case_id: int) -> ResponseReturnValue:
    """The diagram that the case runs on, as published."""
    case = rights.case_for(case_id, me().actor())
    return Response(definitions.source(case.definition_id), mimetype="application/xml")


@blueprint.post("/cases/<int:case_id>/reveal/<field>")
def reveal(case_id: int, field: str) -> ResponseReturnValue:
    """One masked value in full; who saw it is logged (domain.md S3)."""
    actor = me().actor()
    value = revealing.reveal(case_id, field, actor=actor)
    if "HX-Request" in request.headers:
        return render_template("cases/revealed.html", value=value)
    return _page(case_id, actor, {field: value})


def _page(case_id: int, actor: Actor, revealed: dict[str, str]) -> str:
    case = rights.case_for(case_id, actor)
    return render_template(
        "cases/show.html",
        case=case,
        tracking=track(case),
        groups=subject_of(case.kind).show(case.subject),
        revealed=revealed,
    )
