"""Whether the history is what was written."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import IO

import click
import orjson

from engine import audit as engine_audit
from engine import history
from engine.audit import Fault
from models import Anchor
from web.commands.opening import session

WORDS = {
    Fault.ALTERED: "was altered",
    Fault.MISSING: "is missing",
    Fault.REORDERED: "was moved",
    Fault.HEAD: "is the last one, but the case says otherwise",
}


@click.group()
def audit() -> None:
    """Verify, anchor and export the history of all cases."""


@audit.command()
def verify() -> None:
    """Recompute every hash; name the first broken line of each case. Exit status 1 if any."""
    with session():
        report = engine_audit.verify()
    for finding in report.findings:
        click.echo(_sentence(finding))
    click.echo(
        f"{report.cases} cases, {report.events} lines, {report.anchors} anchors: "
        + (f"{len(report.findings)} broken." if report.findings else "all as written.")
    )
    sys.exit(1 if report.findings else 0)


@audit.command()
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="Default: yesterday (Shanghai).")
def anchor(day: datetime | None) -> None:
    """Bind all chain heads together up to the end of a day; the worker does so daily."""
    with session():
        made = engine_audit.anchor(day.date() if day else None)
    if made is None:
        click.echo("That day is anchored already.")
    else:
        click.echo(f"{made.day} {made.cases} cases {bytes(made.hash).hex()}")


@audit.command()
@click.argument("file", type=click.File("wb"), default="-")
def export(file: IO[bytes]) -> None:
    """Write all anchors and lines as JSON lines, to be kept where nobody here can change them."""
    with session():
        for one in Anchor.select().order_by(Anchor.day):
            row = {"anchor": one.day, "cases": one.cases, "through": one.through}
            file.write(orjson.dumps({**row, "hash": bytes(one.hash).hex()}) + b"\n")
        for chain in engine_audit.chains():
            for line, digest in chain.lines:
                text = history.canonical(line)
                file.write(b'{"line":' + text + b',"hash":"' + digest.hex().encode() + b'"}\n')


def _sentence(finding: engine_audit.Finding) -> str:
    if finding.fault is Fault.ANCHOR:
        return f"Anchor {finding.day}: the history up to that day is not what was anchored."
    if finding.fault is Fault.ORPHANED:
        return f"Case {finding.case}: its lines are there, the case is not."
    return f"Case {finding.case}: line {finding.seq} {WORDS[finding.fault]}."
