"""Every text a person can see exists in each language, and no catalogue holds what nobody says."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "jupyter_llmops"
FRONT_END = ROOT / "labextension"
SERVER_CATALOGUE = PACKAGE / "core" / "messages" / "zh_CN.json"
FRONT_END_CATALOGUE = PACKAGE / "locale" / "zh_CN" / "LC_MESSAGES" / "jupyter_llmops.json"
FIELD = re.compile(r"\{\w+\}")
CONTEXT = "\u0004"


# ---- the server -----------------------------------------------------------------------------------


def marked_templates() -> Iterator[tuple[str, str]]:
    """Yield (template, where) for each `msg(...)` in the package."""
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "msg":
                where = f"{path.relative_to(ROOT)}:{node.lineno}"
                (argument,) = node.args
                assert isinstance(argument, ast.Constant), f"{where}: msg() takes one literal"
                assert isinstance(argument.value, str), f"{where}: msg() takes one literal"
                yield argument.value, where


@pytest.fixture(scope="module")
def server_catalogue() -> dict[str, str]:
    return json.loads(SERVER_CATALOGUE.read_text(encoding="utf-8"))


@pytest.mark.spec("UI-5")
def test_every_server_message_is_translated(server_catalogue: dict[str, str]) -> None:
    missing = [f"{where}: {text}" for text, where in marked_templates() if not server_catalogue.get(text)]
    assert not missing, "add to core/messages/zh_CN.json:\n" + "\n".join(missing)


def test_no_server_translation_is_left_over(server_catalogue: dict[str, str]) -> None:
    unused = set(server_catalogue) - {text for text, _ in marked_templates()}
    assert not unused, "remove from core/messages/zh_CN.json:\n" + "\n".join(sorted(unused))


@pytest.mark.spec("UI-5")
def test_server_translations_keep_the_fields(server_catalogue: dict[str, str]) -> None:
    wrong = [
        text
        for text, chinese in server_catalogue.items()
        if set(FIELD.findall(text)) != set(FIELD.findall(chinese))
    ]
    assert not wrong


# ---- the front end --------------------------------------------------------------------------------

STRING = r"""(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|`((?:[^`\\$]|\\.)*)`)"""
# A long text may be joined from literals: 'a ' + 'b'.
JOINED = rf"{STRING}(?:\s*\+\s*{STRING})*"
ANY_CALL = re.compile(r"\b_{1,2}[np]{0,2}\(\s*(?=['\"`])")
CALL = re.compile(rf"\b(__|_n|_p|_np)\(\s*({JOINED})\s*(?:,\s*({JOINED}))?", re.S)
LITERAL = re.compile(STRING, re.S)
TRANSLATED_KEYS = {"title", "description", "jupyter.lab.setting-icon-label"}


def literal_value(source: str) -> str:
    """Return the text of one or more joined TypeScript string literals."""
    parts = ["".join(groups) for groups in LITERAL.findall(source)]
    escapes = {"n": "\n", "t": "\t"}
    return "".join(
        re.sub(
            r"\\(?:u([0-9a-fA-F]{4})|(.))",
            lambda m: chr(int(m[1], 16)) if m[1] else escapes.get(m[2], m[2]),
            part,
        )
        for part in parts
    )


def without_comments(source: str) -> str:
    """Return TypeScript without its block comments and whole-line comments."""
    return re.sub(r"^\s*//.*$", "", re.sub(r"/\*.*?\*/", "", source, flags=re.S), flags=re.M)


def front_end_texts() -> Iterator[tuple[str, str]]:
    """Yield (catalogue key, file) for each translated text in the sources and the settings schema."""
    for path in sorted((FRONT_END / "src").rglob("*.ts*")):
        if ".spec." in path.name or path.suffix not in (".ts", ".tsx"):
            continue
        for name, first, *rest in CALL.findall(without_comments(path.read_text(encoding="utf-8"))):
            second = rest[6]
            key = literal_value(first)
            if name in ("_p", "_np"):
                key = f"{key}{CONTEXT}{literal_value(second)}"
            yield key, str(path.relative_to(ROOT))
    for path in sorted((FRONT_END / "schema").glob("*.json")):
        yield from schema_texts(json.loads(path.read_text(encoding="utf-8")), str(path.relative_to(ROOT)))


def schema_texts(node: object, file: str, top: bool = True) -> Iterator[tuple[str, str]]:
    """Yield the texts of a settings schema; JupyterLab looks them up with a context."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key in TRANSLATED_KEYS and isinstance(value, str):
                yield f"{'schema' if top else 'settings'}{CONTEXT}{value}", file
            elif key == "caption" and isinstance(value, str):
                yield value, file
            else:
                yield from schema_texts(value, file, top=False)
    elif isinstance(node, list):
        for value in node:
            yield from schema_texts(value, file, top=False)


@pytest.fixture(scope="module")
def front_end_catalogue() -> dict[str, list[str]]:
    catalogue = json.loads(FRONT_END_CATALOGUE.read_text(encoding="utf-8"))
    header = catalogue.pop("")
    assert header["domain"] == "jupyter_llmops"
    assert header["language"] == "zh-CN"
    return catalogue


@pytest.mark.spec("UI-5")
def test_every_front_end_text_is_translated(front_end_catalogue: dict[str, list[str]]) -> None:
    missing = [
        f"{file}: {key}" for key, file in front_end_texts() if not any(front_end_catalogue.get(key, ()))
    ]
    assert not missing, f"add to {FRONT_END_CATALOGUE.relative_to(ROOT)}:\n" + "\n".join(missing)


@pytest.mark.spec("UI-5")
def test_counted_texts_have_two_forms(front_end_catalogue: dict[str, list[str]]) -> None:
    """JupyterLab takes a translation with one form for no translation of a counted text."""
    sources = [path.read_text(encoding="utf-8") for path in (FRONT_END / "src").rglob("*.ts*")]
    counted = [literal_value(call[1]) for text in sources for call in CALL.findall(text) if call[0] == "_n"]
    assert [key for key in counted if len(front_end_catalogue.get(key, ("", ""))) != 2] == []


def test_no_front_end_translation_is_left_over(front_end_catalogue: dict[str, list[str]]) -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in (FRONT_END / "src").rglob("*.ts*"))
    texts = {key for key, _ in front_end_texts()}
    unused = [key for key in front_end_catalogue if key not in texts and f"msg('{key}')" not in sources]
    assert not unused, f"remove from {FRONT_END_CATALOGUE.relative_to(ROOT)}:\n" + "\n".join(sorted(unused))


@pytest.mark.spec("UI-5")
def test_front_end_translations_keep_the_placeholders(front_end_catalogue: dict[str, list[str]]) -> None:
    placeholder = re.compile(r"%\d|\{\w+\}")
    wrong = [
        key
        for key, values in front_end_catalogue.items()
        for value in values
        if set(placeholder.findall(key)) - {"%1"} != set(placeholder.findall(value)) - {"%1"}
    ]
    assert not wrong


@pytest.mark.parametrize(
    ("source", "text"),
    [("'it\\'s'", "it's"), ("`a`", "a"), ("'a ' + 'b'", "a b"), ("'x\\u2026'", "x…")],
)
def test_literals_are_read_as_typescript_reads_them(source: str, text: str) -> None:
    assert literal_value(source) == text
