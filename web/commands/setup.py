"""Bringing a deployment up: schema, diagrams, people, front end."""

from __future__ import annotations

from pathlib import Path

import click

from engine.db import connected
from engine.diagram.publish import publish as publish_files
from engine.seed import load_reference, small_province, synthetic
from models import db
from models.migrate import migrate as migrate_schema
from web import assets as front_end
from web.commands.opening import opened, session

SHIPPED = Path(__file__).parent.parent.parent / "bpmn"


@click.command()
def migrate() -> None:
    """Bring the database to the present schema, and its code sets to those we ship."""
    opened()
    with connected():
        bring_up()


def bring_up() -> None:
    """Migrate and load the reference data; says what changed."""
    for name in migrate_schema(db.obj):
        click.echo(f"applied {name}")
    loaded = load_reference()
    click.echo(f"The schema is up to date; {loaded.regions} regions and {loaded.codes} codes new.")


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
def publish(paths: tuple[Path, ...]) -> None:
    """Publish diagrams: .bpmn files, or folders of them; by default those we ship.

    A diagram that did not change keeps its version. One that a check refuses is not published, and
    nothing else of the call is.
    """
    with session():
        bring_diagrams(paths)


def bring_diagrams(paths: tuple[Path, ...] = ()) -> None:
    """Publish what changed; says what is current."""
    for one in publish_files(*(paths or (SHIPPED,))):
        click.echo(f"{one.key} version {one.version}{'' if one.new else ' (unchanged)'}")


@click.command()
@click.option("--people", type=click.IntRange(min=0), help="How many more professionals.")
@click.option("--units", type=click.IntRange(min=1), help="How many more units.")
def seed(people: int | None, units: int | None) -> None:
    """Fill the database with made-up people and units, all with one known password.

    Without options: the small demonstration province, once. With them: a synthetic province of any
    size beside what is there.
    """
    with session():
        if people is None and units is None:
            province = small_province()
            click.echo(f"{len(province.units)} units, {len(province.accounts)} people.")
            return
        people, units = people or 0, units or max(20, (people or 0) // 60)
        with click.progressbar(length=people + units, label="Seeding") as bar:
            synthetic(people, units, bar.update)


@click.command()
@click.option("--force", is_flag=True, help="Build even if nothing changed.")
def assets(*, force: bool) -> None:
    """Bundle the front end of a checkout, and compile the message catalogues."""
    try:
        built = front_end.build(force=force)
    except front_end.AssetsMissing as error:
        raise click.ClickException(str(error)) from error
    click.echo("Built." if built else "Nothing changed.")
