"""Bringing a deployment up: schema, diagrams, people, front end."""

from __future__ import annotations

from pathlib import Path

import click

from engine.db import connected
from engine.diagram.publish import Published, publish_file, publish_folder
from engine.seed import load_reference, small_province, synthetic
from engine.subjects import load
from models import db
from models.migrate import migrate as migrate_schema
from web import assets as front_end
from web.commands.opening import opened, session

SHIPPED = Path(__file__).parent.parent.parent / "bpmn"


@click.command()
def migrate() -> None:
    """Bring the database to the present schema.

    Regions and code sets are brought to those we ship, too.
    """
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
    """Check diagrams and publish what changed.

    PATHS are .bpmn files or folders of them; by default those we ship. A diagram that did not
    change keeps its version. Of a folder, all are published or none.
    """
    with session():
        bring_diagrams(paths)


def bring_diagrams(paths: tuple[Path, ...] = ()) -> None:
    """Publish what changed; says what is current."""
    load()
    for path in paths or (SHIPPED,):
        for one in publish_folder(path) if path.is_dir() else (publish_file(path),):
            _tell(one)


def _tell(one: Published) -> None:
    click.echo(f"{one.key} version {one.version}{'' if one.changed else ' (unchanged)'}")
    for problem in one.problems:
        click.echo(f"  {problem}")


@click.command()
@click.option("--people", type=click.IntRange(min=0), help="How many more professionals.")
@click.option("--units", type=click.IntRange(min=1), help="How many more units.")
def seed(people: int | None, units: int | None) -> None:
    """Write made-up people and units.

    All have one known password. Without options: the small demonstration province, once. With
    them: a synthetic province of any size beside what is there.
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
    """Build the front end of a checkout, with its catalogues."""
    try:
        built = front_end.build(force=force)
    except front_end.AssetsMissing as error:
        raise click.ClickException(str(error)) from error
    click.echo("Built." if built else "Nothing changed.")
