"""Where a wheel can be had: pip's own settings, and what an index or a links page says.

Reading the settings runs pip once. The rest takes text and gives URLs.
"""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

__all__ = ["ACCEPT", "PipSettings", "links", "pages", "parse_settings", "pip_settings"]

PYPI = "https://pypi.org/simple"
# PEP 691 with PEP 503 as the fallback that every index and mirror understands.
ACCEPT = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1"
_JSON = "application/vnd.pypi.simple.v1+json"
_PIP_LIMIT = 60  # seconds


@dataclass(frozen=True, slots=True)
class PipSettings:
    """What pip is told about indexes: `find_links` are folders or pages, `cert` a CA file."""

    index_urls: tuple[str, ...] = (PYPI,)
    find_links: tuple[str, ...] = ()
    cert: str | None = None


def pip_settings() -> PipSettings:
    """Ask pip for its settings (files and environment together); without pip, the environment's."""
    command = [sys.executable, "-m", "pip", "config", "list"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_PIP_LIMIT, check=True)
    except (OSError, subprocess.SubprocessError):
        return parse_settings("", os.environ)
    return parse_settings(done.stdout, os.environ)


def parse_settings(listing: str, environ: Mapping[str, str]) -> PipSettings:
    """Read what `pip config list` prints; a later source wins as it does for pip."""
    values: dict[str, str] = {}
    for section in ("global", "download"):
        values |= _section(listing, section)
    for name in ("index-url", "extra-index-url", "find-links", "no-index", "cert"):
        given = environ.get("PIP_" + name.upper().replace("-", "_"))
        if given:
            values[name] = given
    indexes = [values.get("index-url", PYPI), *values.get("extra-index-url", "").split()]
    offline = values.get("no-index", "").lower() in ("1", "true", "yes", "on")
    return PipSettings(
        index_urls=() if offline else tuple(indexes),
        find_links=tuple(values.get("find-links", "").split()),
        cert=values.get("cert"),
    )


def _section(listing: str, section: str) -> dict[str, str]:
    found = re.findall(rf"^{section}\.([\w-]+)=(.*)$", listing, re.MULTILINE)
    return {name: str(ast.literal_eval(value)) for name, value in found}


def pages(settings: PipSettings, project: str) -> Iterator[str]:
    """Yield the URLs of pages and folders that may name the wheel, the nearest first."""
    for place in settings.find_links:
        yield _as_url(place)
    for index in settings.index_urls:
        yield f"{_as_url(index).rstrip('/')}/{project}/"


def _as_url(place: str) -> str:
    # One letter before the colon is a drive of Windows, no scheme.
    return place if len(urlsplit(place).scheme) > 1 else Path(place).expanduser().absolute().as_uri()


def links(page: str, content_type: str, base: str) -> dict[str, str]:
    """Return the files a page names, as {file name: absolute URL}."""
    if content_type.partition(";")[0].strip() == _JSON:
        targets = [entry["url"] for entry in json.loads(page)["files"]]
    else:
        parser = _Anchors()
        parser.feed(page)
        targets = parser.targets
    urls = [urljoin(base, target).partition("#")[0] for target in targets]
    return {unquote(urlsplit(url).path.rsplit("/", 1)[-1]): url for url in urls}


class _Anchors(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.targets: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.targets += [value for name, value in attrs if tag == "a" and name == "href" and value]
