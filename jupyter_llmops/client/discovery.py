"""Where the server is: given by the caller, by the environment, or by the files of running servers."""

from __future__ import annotations

import json
import os
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit, urlunsplit

from .errors import ServerNotFoundError

__all__ = [
    "Address",
    "address_of",
    "environment_address",
    "find_server",
    "running_servers",
]

API = "llmops/api/v1/"
# What Jupyter prints to be opened in a browser ends in one of these.
_PAGES = ("/lab", "/tree", "/notebooks", "/doc", "/console")


@dataclass(frozen=True, slots=True)
class Address:
    """The root of the REST interface and the token for it. `repr` never shows the token."""

    url: str
    token: str = field(default="", repr=False)

    @property
    def is_local(self) -> bool:
        """Tell whether the server is on this machine."""
        host = urlsplit(self.url).hostname or ""
        return host in ("localhost", "::1") or host.startswith("127.")


def address_of(url: str, token: str | None = None) -> Address:
    """Return the address for what a person has at hand.

    That is the URL Jupyter printed (with `?token=` and a page), the base of a server, the llmops
    page or service under it, or the interface itself.
    """
    parts = urlsplit(url if "://" in url else f"http://{url}")
    found = parse_qs(parts.query).get("token", [""])[0]
    root = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], _api_path(parts.path), "", ""))
    return Address(root, token if token is not None else found)


def _api_path(path: str) -> str:
    path = path.rstrip("/")
    if path.endswith("/" + API.rstrip("/")):
        return path + "/"
    if path.endswith("/llmops"):
        return path + "/api/v1/"
    for page in _PAGES:
        if path.endswith(page) or page + "/" in path:
            path = path[: path.rindex(page)]
            break
    return f"{path}/{API}"


def environment_address(environment: Mapping[str, str]) -> Address | None:
    """Return the address that the environment names: the hub's service, or the local server."""
    service = environment.get("LLMOPS_SERVICE_URL")
    if service:
        root = service.rstrip("/")
        url = root + "/" if root.endswith("/api/v1") else root + "/api/v1/"
        return Address(url, environment.get("JUPYTERHUB_API_TOKEN", ""))
    if environment.get("LLMOPS_URL"):
        return address_of(environment["LLMOPS_URL"], environment.get("LLMOPS_TOKEN"))
    return None


def running_servers(runtime_dir: Path) -> Iterator[Address]:
    """Yield the addresses of the Jupyter servers that run on this machine, the newest first."""
    files = sorted(runtime_dir.glob("jpserver-*.json"), key=_modified, reverse=True)
    for file in files:
        try:
            info = json.loads(file.read_text(encoding="utf-8"))
            alive, url, token = _is_alive(int(info["pid"])), str(info["url"]), str(info.get("token", ""))
        except (OSError, ValueError, KeyError, TypeError):
            continue  # just being written, or just gone
        if alive and url.startswith("http"):
            yield address_of(url, token)


def _modified(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except OSError:
        return 0.0


def _is_alive(pid: int) -> bool:
    if os.name == "nt":  # there, signal 0 would end the process
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


async def find_server(
    answers: Callable[[Address], Awaitable[bool]],
    *,
    environment: Mapping[str, str] | None = None,
    runtime_dir: Path | None = None,
    language: str = "en",
) -> Address:
    """Return the server to use; `answers` tells whether our interface is at an address."""
    named = environment_address(os.environ if environment is None else environment)
    if named is not None:
        return named
    if runtime_dir is None:
        from jupyter_core.paths import jupyter_runtime_dir

        runtime_dir = Path(jupyter_runtime_dir())
    for address in running_servers(runtime_dir):
        if await answers(address):
            return address
    raise ServerNotFoundError(language)
