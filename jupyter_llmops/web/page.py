"""The web page: our panels without JupyterLab, at `<base_url>llmops/`."""

from __future__ import annotations

import json
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jupyter_server.base.handlers import AuthenticatedFileHandler, JupyterHandler
from tornado import web

__all__ = ["Page", "StaticFiles", "page_rules"]

# Places have addresses of their own, so that reload, bookmarks and the back button work.
_PLACES = r"(?:chats|models|settings)(?:/.*)?"

# Two speech bubbles, drawn in place: one file less to fetch.
_ICON = "data:image/svg+xml," + quote(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path fill="#1976d2" d="M3 3h13a1 1 0 0 1 1 '
    "1v9a1 1 0 0 1-1 1H8l-5 4V4a1 1 0 0 1 0-1zm16 5h1a1 1 0 0 1 1 1v12l-4-3h-7a1 1 0 0 1-1-1v-1h9a1 1 0 0 0 "
    '1-1z"/></svg>'
)

_HTML = """<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>LLMOps</title>
    <link rel="icon" href="{icon}">
    <link rel="stylesheet" href="{static}/page-style.css">
  </head>
  <body class="jp-LLMOps-page">
    <div id="root"></div>
    <noscript>This page needs JavaScript. 此页面需要 JavaScript。</noscript>
    <script id="llmops-config" type="application/json">{config}</script>
    <script type="module" src="{static}/page.js"></script>
  </body>
</html>
"""


def _static_dir() -> Path:
    return Path(str(files("jupyter_llmops") / "static"))


class Page(JupyterHandler):
    """The page; the script in it takes over."""

    @property
    def content_security_policy(self) -> str:
        """Allow our own files only; pictures of other hosts load after the reader's consent."""
        return (
            "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
            "img-src 'self' data: blob: https: http:; font-src 'self' data:; object-src 'none'; "
            "base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
        )

    @web.authenticated
    async def get(self) -> None:
        """Answer the page with what the script must know."""
        static = self.base_url + "llmops/static"
        # the cookie of the XSRF token is set when it is read
        config = {"baseUrl": self.base_url, "xsrf": self.xsrf_token.decode("utf-8")}
        self.set_header("Cache-Control", "no-store")
        self.finish(_HTML.format(icon=_ICON, static=escape(static), config=_in_script(config)))


def _in_script(value: dict[str, Any]) -> str:
    return json.dumps(value).replace("<", "\\u003c")


class StaticFiles(AuthenticatedFileHandler):
    """The page's script, styles and pictures, from the package."""

    @property
    def content_security_policy(self) -> str:
        """Allow the module script to load its parts."""
        return "default-src 'self'; object-src 'none'; sandbox allow-scripts"

    def set_extra_headers(self, path: str) -> None:
        """Let the browser keep a file whose name holds its hash."""
        hashed = "-" in Path(path).stem
        self.set_header("Cache-Control", "private, max-age=31536000, immutable" if hashed else "no-cache")

    def validate_absolute_path(self, root: str, absolute_path: str) -> str:
        """Serve what lies in the package's folder, nothing else."""
        if "\0" in absolute_path:  # no file system has such a name; asking for it raises
            raise web.HTTPError(404)
        # Jupyter's own refuses hidden folders, and an environment is often called .venv.
        return web.StaticFileHandler.validate_absolute_path(self, root, absolute_path) or ""


def page_rules(base_url: str) -> list[tuple[Any, ...]]:
    """Return the Tornado rules of the page."""
    prefix = base_url.rstrip("/") + "/llmops"
    return [
        (prefix + "/?", Page),
        (f"{prefix}/{_PLACES}", Page),
        (prefix + r"/static/(.*)", StaticFiles, {"path": str(_static_dir())}),
    ]
