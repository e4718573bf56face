"""Commands around the phone log."""

from pathlib import Path

import click

from ..phone.icons import SIZES, png_of


@click.command("icons")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def icons(folder: Path) -> None:
    """Draw the icons of the phone log as PNG files into FOLDER (static/img). Safe to run again."""
    for name, (size, maskable) in SIZES.items():
        (folder / name).write_bytes(png_of(size, maskable=maskable))
        click.echo(folder / name)


COMMANDS = (icons,)
