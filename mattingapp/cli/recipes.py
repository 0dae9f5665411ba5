"""`mattingapp recipes`: the recipes that the program brings, to use or to change."""

import argparse

from mattingapp.cli.options import DONE


def parser() -> argparse.ArgumentParser:
    """Return the parser of the options."""
    command = argparse.ArgumentParser(
        "mattingapp recipes", description="List the recipes for 'mattingapp batch', or print one as a file."
    )
    command.add_argument("name", nargs="?", metavar="NAME", help="print this one as TOML, to change it")
    return command


def run(options: argparse.Namespace) -> int:
    """Print the recipes; return the exit status."""
    from mattingapp.project.recipe import PRESETS, read_recipe, recipe_text

    if options.name:
        print(recipe_text(read_recipe(options.name)), end="")
    else:
        for name, recipe in PRESETS.items():
            print(f"{name:12} {recipe.title}")
    return DONE
