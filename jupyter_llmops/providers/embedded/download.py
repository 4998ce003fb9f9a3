"""Fetch a file over HTTP or from a folder, going on where an earlier attempt stopped."""

from __future__ import annotations

import base64
import errno
import ssl
import time
from collections.abc import Callable
from contextlib import closing
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import unquote, urlsplit, urlunsplit
from urllib.request import Request, url2pathname, urlopen

import certifi

from ...core.errors import StorageFull
from .index import ACCEPT, links

__all__ = ["AnotherFile", "Progress", "Transfer", "TransferFailed"]

# Called with bytes done and bytes in all. What it raises ends the transfer; the part stays.
Progress = Callable[[int, int], None]

TIMEOUT = 30.0  # seconds without a byte
ATTEMPTS = 5  # in a row without a new byte
_CHUNK = 256 * 1024


class TransferFailed(Exception):
    """The place does not have the file, or does not answer."""


class AnotherFile(TransferFailed):
    """The place has a file of this name that cannot be the right one: its size differs."""


class Transfer:
    """The way to index pages and files, with the trust settings of pip.

    The standard library does it all here, `file:` URLs of mirrors included; the pooled client of
    the providers would refuse these hosts, and rightly.
    """

    def __init__(self, cert: str | None = None, pause: Callable[[float], None] = time.sleep) -> None:
        self._cert = cert
        self._pause = pause
        self._logins: dict[str, str] = {}  # origin → Authorization; files lie at their index's origin

    def find(self, page: str, name: str) -> str | None:
        """Return the URL of the named file if the page (or folder) has it; raise TransferFailed."""
        folder = _folder(page)
        if folder is not None and (folder / name).is_file():
            return (folder / name).as_uri()
        if folder is not None and folder.is_dir():
            page = (folder / "index.html").as_uri()
        try:
            with closing(self._open(page, {"Accept": ACCEPT})) as reply:
                content_type = reply.headers.get("Content-Type", "text/html")
                return links(reply.read().decode(errors="replace"), content_type, reply.url).get(name)
        except (OSError, HTTPException, ValueError, KeyError) as error:
            raise TransferFailed(str(error)) from error

    def fetch(self, url: str, part: Path, size: int, progress: Progress) -> None:
        """Add what is missing to `part` until it has `size` bytes; raise TransferFailed when stuck."""
        failures = 0
        while (have := _size(part)) < size:
            try:
                self._append(url, part, have, size, progress)
            except AnotherFile:
                part.unlink()
                raise
            except _Retry as error:
                failures = 0 if _size(part) > have else failures + 1
                if failures >= ATTEMPTS or not error.worth_it:
                    raise TransferFailed(str(error)) from error
                self._pause(min(8.0, 0.5 * 2**failures))

    def _append(self, url: str, part: Path, have: int, size: int, progress: Progress) -> None:
        with closing(self._reply(url, have)) as reply, part.open("ab") as file:
            if have and getattr(reply, "status", None) != 206:  # no ranges here: from the start
                file.truncate(0)
                have = 0
            _require_size(reply, have, size)
            progress(have, size)
            while block := _read(reply):
                _write(file.write, block)
                have += len(block)
                progress(have, size)
                if have > size:
                    raise AnotherFile(f"more than {size} bytes")
        if have != size:
            raise _Retry(f"the transfer ended after {have} of {size} bytes")

    def _reply(self, url: str, have: int) -> HTTPResponse:
        try:
            return self._open(url, {"Range": f"bytes={have}-"} if have else {})
        except HTTPError as error:
            if error.code == 416:  # Range Not Satisfiable: the file there is shorter than our part
                raise AnotherFile(str(error)) from error
            raise _Retry(str(error), worth_it=error.code in (408, 429) or error.code >= 500) from error
        except (OSError, HTTPException) as error:
            raise _Retry(str(error)) from error

    def _open(self, url: str, headers: dict[str, str]) -> HTTPResponse:
        url, origin, login = _without_login(url)
        if login:
            self._logins[origin] = login
        request = Request(url, headers=headers)  # noqa: S310 - pip's own settings name the URL
        if origin in self._logins:
            # Not repeated at a redirect, which may lead to another host.
            request.add_unredirected_header("Authorization", self._logins[origin])
        context = _trust(self._cert) if url.startswith("https:") else None
        reply: HTTPResponse = urlopen(request, timeout=TIMEOUT, context=context)  # noqa: S310
        return reply


class _Retry(Exception):
    def __init__(self, reason: str, worth_it: bool = True) -> None:
        super().__init__(reason)
        self.worth_it = worth_it


def _read(reply: HTTPResponse) -> bytes:
    try:
        return reply.read(_CHUNK)
    except (OSError, HTTPException) as error:
        raise _Retry(str(error)) from error


def _require_size(reply: HTTPResponse, have: int, size: int) -> None:
    """Refuse a file of another size before its first byte; a reply need not tell the size."""
    rest = reply.headers.get("Content-Length")
    if rest is not None and have + int(rest) != size:
        raise AnotherFile(f"{have + int(rest)} bytes instead of {size}")


def _write(write: Callable[[bytes], int], block: bytes) -> None:
    try:
        write(block)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFull() from error
        raise


def _size(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0


def _folder(url: str) -> Path | None:
    parts = urlsplit(url)
    return Path(url2pathname(parts.path)) if parts.scheme == "file" else None


def _without_login(url: str) -> tuple[str, str, str]:
    """Split off `user:password@`; return the URL, its origin and the header pip would send."""
    parts = urlsplit(url)
    login, _, host = parts.netloc.rpartition("@")
    header = "Basic " + base64.b64encode(unquote(login).encode()).decode() if login else ""
    return urlunsplit(parts._replace(netloc=host)), f"{parts.scheme}://{host}", header


def _trust(cert: str | None) -> ssl.SSLContext:
    context = ssl.create_default_context()  # honours SSL_CERT_FILE
    context.load_verify_locations(cert or certifi.where())
    return context
