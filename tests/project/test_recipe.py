"""Recipes: files that people read and mend."""

import pytest

from mattingapp.imaging.errors import InputError
from mattingapp.imaging.framing import Framing
from mattingapp.project.deliver import settings_of
from mattingapp.project.recipe import (
    PRESETS,
    Existing,
    Kind,
    Output,
    Recipe,
    Source,
    TrimapSource,
    check_recipe,
    read_recipe,
    write_recipe,
)


@pytest.mark.parametrize("name", PRESETS)
def test_a_recipe_is_the_same_after_a_file(tmp_path, name):
    write_recipe(tmp_path / "recipe.toml", PRESETS[name])
    assert read_recipe(tmp_path / "recipe.toml") == check_recipe(PRESETS[name]) == read_recipe(name)


def test_a_recipe_holds_everything(tmp_path):
    recipe = Recipe(
        "Mine",
        TrimapSource(Source.MASKS, "masks/{photo}.png", 3.0, 12.5),
        "knn",
        {"knn": {"tolerance": 1e-4}},
        "cpu",
        backdrop="#102030",
        framing=Framing(True, 0.2, True, 900),
        outputs=(Output(Kind.ALPHA, "tif", 16, name="{photo}"), Output(Kind.COMPOSITE, "webp")),
        existing=Existing.SKIP,
    )
    write_recipe(tmp_path / "recipe.toml", recipe)
    assert read_recipe(tmp_path / "recipe.toml") == recipe
    assert settings_of(recipe)["knn"].tolerance == 1e-4


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("metod = 'knn'", "has no setting 'metod'; there are title, trimap, method"),
        ("method = 3", "method cannot be 3; write a text"),
        ("method = 'magic'", "no method 'magic'"),
        ("existing = 'eat'", "existing cannot be 'eat'; choose one of skip, replace, number"),
        ("outputs = 'png'", "outputs cannot be 'png'; write a list"),
        ("[[outputs]]\nkind = 'alpha'\nformat = 'jpg'", "alpha cannot be written as jpg; choose png or tif"),
        ("[[outputs]]\nkind = 'composite'\nformat = 'jpg'\nbits = 16", "composite cannot have 16 bits"),
        ("[[outputs]]\nname = '../{photo}'", "leave folders out of it"),
        ("[[outputs]]\nname = 'a'\n[[outputs]]\nname = 'a'", "Two outputs of the recipe have one name"),
        ("outputs = []", "writes nothing"),
        ("framing = {longest = 0}", "at least one pixel"),
        ("framing = {margin = 1e400}", "margin cannot be inf; write a number"),
        ("framing = {margin = 11}", "a share of the subject"),
        ("title = ", "cannot be read"),
    ],
)
def test_what_a_recipe_cannot_say_is_told_in_a_sentence(tmp_path, text, sentence):
    path = tmp_path / "recipe.toml"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        read_recipe(path)
    assert sentence in str(caught.value)


def test_parameters_are_checked_against_their_stage():
    with pytest.raises(InputError, match="has no setting 'neighbors'"):
        settings_of(Recipe(parameters={"knn": {"neighbors": 3}}))


def test_a_recipe_that_is_not_there_names_those_that_are():
    with pytest.raises(InputError, match="one of web-shop, designer"):
        read_recipe("webshop")
