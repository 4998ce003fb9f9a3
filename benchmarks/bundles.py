"""How much a browser loads until the first chat, and what comes only when it is used.

SPEC: < 500 kB gzip to the first chat. Sizes are those of the files as the server sends them, gzip level 6.
"""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "jupyter_llmops"
STATIC = PACKAGE / "static"
LAB = PACKAGE / "labextension"

# `import … from "./chunks/x.js"` and `import "./x.js"`; not `import("./x.js")`, which is fetched later.
_IMPORT = re.compile(r"""(?:from|import)\s*["'](\./[^"']+|\.\./[^"']+)["']""")


def main() -> None:
    """Print a row a host."""
    print(f"{'what':<46}{'gzip kB':>10}{'plain kB':>10}{'files':>7}")
    page = closure(STATIC / "page.js")
    row("page: script and style to the first chat", [*page, STATIC / "page-style.css"])
    later = [path for path in STATIC.glob("chunks/*.js") if path not in page]
    row("page: fetched when used (KaTeX, Mermaid, …)", later)
    row("notebook cell: widget", [STATIC / "chat-widget.js", STATIC / "widget.css"])
    entry, parts = lab_files()
    row("JupyterLab: entry", [entry])
    row("JupyterLab: all parts, most fetched when used", parts)


def closure(entry: Path) -> list[Path]:
    """Return the module and all it imports at once."""
    found: list[Path] = []
    waiting = [entry]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.append(path)
            imports = _IMPORT.findall(path.read_text(encoding="utf-8"))
            waiting += [(path.parent / name).resolve() for name in imports]
    return found


def lab_files() -> tuple[Path, list[Path]]:
    """Return the entry that JupyterLab loads at its start, and the chunks it asks for."""
    build = json.loads((LAB / "package.json").read_text(encoding="utf-8"))["jupyterlab"]["_build"]
    entry = LAB / build["load"]
    return entry, [path for path in (LAB / "static").glob("*.js") if path != entry]


def row(name: str, files: list[Path]) -> None:
    """Print the sum of some files."""
    data = [path.read_bytes() for path in files]
    packed = sum(len(gzip.compress(content, 6)) for content in data)
    print(f"{name:<46}{packed / 1000:>10.1f}{sum(map(len, data)) / 1000:>10.1f}{len(files):>7}")


if __name__ == "__main__":
    main()
