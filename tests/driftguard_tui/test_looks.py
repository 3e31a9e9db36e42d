"""A theme of one's own is on the screen as soon as it is saved."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from textual.app import App

from driftguard_tui.looks import Looks
from engine.errors import ConfigError


def save(folder: Path, accent: str, name: str = "mine") -> None:
    (folder / f"{name}.toml").write_text(f"[colors]\naccent = '{accent}'\n", "utf-8")


async def within(seconds: float, done: Callable[[], bool], again: Callable[[], Awaitable[None]]) -> None:
    for _ in range(round(seconds / 0.05)):
        if done():
            return
        await again()
        await asyncio.sleep(0.05)
    raise AssertionError("nothing came of it")


def test_the_users_themes_stand_beside_the_shipped_ones_and_over_them(tmp_path: Path) -> None:
    save(tmp_path, "#ff00aa")
    save(tmp_path, "#00ffaa", "calm")
    app: App[None] = App()
    looks = Looks(app, [tmp_path])
    assert {"mine", "calm", "dusk"} <= set(looks.names)
    for name, accent in (("mine", "#ff00aa"), ("calm", "#00ffaa")):
        theme = app.get_theme(name)
        assert theme is not None
        assert theme.accent == accent
    assert looks.after("calm") == "calm-light"
    assert looks.after(looks.names[-1]) == looks.names[0]


def test_a_theme_that_is_not_there_is_refused_with_what_there_is() -> None:
    looks = Looks(App())
    assert looks.named("dusk") == "dusk"
    with pytest.raises(ConfigError, match=r"there is no theme 'dsk'; did you mean \"dusk\"\?"):
        looks.named("dsk")


def test_saving_changes_the_screen_and_a_mistake_keeps_the_last_good_one(tmp_path: Path) -> None:
    said: list[str] = []

    class Watching(App[None]):
        def on_mount(self) -> None:
            self.run_worker(looks.watch(lambda sentence, _: said.append(sentence)))

    app = Watching()
    save(tmp_path, "#ff00aa")
    looks = Looks(app, [tmp_path])

    async def run() -> None:
        async with app.run_test() as pilot:
            app.theme = "mine"
            await pilot.pause(0.3)
            save(tmp_path, "#00ff00")
            await within(5, lambda: app.theme_variables["accent"] == "#00FF00", pilot.pause)
            (tmp_path / "mine.toml").write_text("[colors]\naccent = 'green'\n", "utf-8")
            await within(5, lambda: "'green' is no colour" in said[-1], pilot.pause)
            assert app.theme_variables["accent"] == "#00FF00"
            save(tmp_path, "#0000ff")
            await within(5, lambda: app.theme_variables["accent"] == "#0000FF", pilot.pause)

    asyncio.run(run())


def test_without_a_folder_there_is_nothing_to_watch(tmp_path: Path) -> None:
    asyncio.run(Looks(App(), [tmp_path / "nowhere"]).watch(lambda *_: None))
