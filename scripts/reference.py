"""The text of the reference pages that are made from the code."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from typing import Any

NOTICE = "<!-- Made from the code by `make docs`. Do not edit. -->\n"
Json = Mapping[str, Any]


# ---- REST -----------------------------------------------------------------------------------------


def rest() -> str:
    """Return the page of all endpoints and wire types."""
    from jupyter_llmops import __version__
    from jupyter_llmops.container import ROUTES
    from jupyter_llmops.web.openapi import document

    api = document(ROUTES, __version__)
    return "\n".join([NOTICE, REST_HEAD, *endpoint_tables(api), *type_tables(api)]).rstrip() + "\n"


REST_HEAD = """# REST API

Everything below is under `<base url>llmops/api/v1`. A running server shows the same with every detail at `/docs` and
as OpenAPI 3.1 at `/openapi.json` (also `jupyter llmops openapi`).

- JSON in UTF-8; times are ISO 8601 with `Z`; an unknown field in a request is refused.
- Sign in with `Authorization: token …`, as for any Jupyter Server. Only `/health` needs none.
- Lists take `limit` (1–200, default 50), `cursor`, `q` and `sort`, and answer `{"items": [...], "next": cursor or null,
  "total": n}`.
- Errors are `application/problem+json` (RFC 9457) with `code`, `detail`, `errors` (one for each field), `remedy` and
  `request_id`, in the language of `Accept-Language`.
- Streams are server-sent events with increasing `id`s. Resume with the header `Last-Event-ID` or with `?after=`; a
  comment comes every 15 s. See [streaming](../explanation/streaming.md).
"""


def endpoint_tables(api: Json) -> Iterator[str]:
    """Yield one table for each tag."""
    for tag in api["tags"]:
        yield f"## {tag['name']}\n"
        yield "| method and path | what | request | answer | scope |\n| --- | --- | --- | --- | --- |"
        for path, item in api["paths"].items():
            for method, operation in item.items():
                if method != "parameters" and tag["name"] in operation["tags"]:
                    yield endpoint_row(method, path, operation)
        yield ""


def endpoint_row(method: str, path: str, operation: Json) -> str:
    """Return the line of one verb."""
    request = content_types(operation.get("requestBody", {}))
    query = ", ".join(f"`{p['name']}`" for p in operation.get("parameters", ()) if p["in"] == "query")
    asked = "; ".join(part for part in (request, f"query {query}" if query else "") if part)
    answers = [
        f"{status} {content_types(answer)}".strip()
        for status, answer in operation["responses"].items()
        if status != "default"
    ]
    scope = "none" if operation.get("security") == [] else operation.get("description", "").partition("`")[2]
    scope = scope.partition("`")[0].removeprefix("custom:llmops:")
    cells = [f"`{method.upper()} {path}`", cell(operation["summary"]), asked, "; ".join(answers), scope]
    return f"| {' | '.join(cells)} |"


def content_types(part: Json) -> str:
    """Return what a body or an answer carries: its type, or its media types."""
    names = []
    for media_type, content in part.get("content", {}).items():
        names.append(type_name(content["schema"]) if media_type == "application/json" else f"`{media_type}`")
    return " or ".join(dict.fromkeys(names))


def type_tables(api: Json) -> Iterator[str]:
    """Yield one table for each wire type."""
    yield "## Types\n"
    for name, schema in api["components"]["schemas"].items():
        yield f"### {name}\n"
        if description := schema.get("description"):
            yield f"{cell(description)}\n"
        if "enum" in schema:
            yield f"One of {', '.join(f'`{value}`' for value in schema['enum'])}.\n"
        fields = schema.get("properties", {})
        if fields:
            yield "| field | type | notes |\n| --- | --- | --- |"
            required = set(schema.get("required", ()))
            yield from (field_row(field, of, field in required) for field, of in fields.items())
            yield ""


def field_row(name: str, schema: Json, required: bool) -> str:
    """Return the line of one field."""
    notes = [schema.get("description", "")]
    limits = {"minimum": "≥", "maximum": "≤", "maxLength": "length ≤", "maxItems": "items ≤"}
    for part in (schema, *schema.get("anyOf", ())):
        notes += [f"{sign} {part[key]}" for key, sign in limits.items() if key in part]
    if required:
        notes.append("required")
    elif schema.get("default") not in (None, "", [], {}):
        notes.append(f"default `{schema['default']}`")
    return f"| `{name}` | {type_name(schema)} | {cell('; '.join(note for note in notes if note))} |"


def type_name(schema: Json) -> str:
    """Return a short name for a JSON schema."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(type_name(part) for part in schema["anyOf"]))
    if "enum" in schema:
        return " or ".join(f"`{value}`" for value in schema["enum"])
    if "const" in schema:
        return f"`{schema['const']}`"
    if schema.get("type") == "array":
        return f"list of {type_name(schema.get('items', {}))}"
    return str(schema.get("format") or schema.get("type") or "any")


# ---- configuration --------------------------------------------------------------------------------


def configuration() -> str:
    """Return the page of all settings an operator can make."""
    from jupyter_llmops.app import LLMOpsApp

    rows = [
        f"| `LLMOpsApp.{name}` | {type(trait).__name__} | {default_of(trait)} | {cell(trait.help)} |"
        for name, trait in sorted(LLMOpsApp.class_own_traits(config=True).items())
    ]
    table = "\n".join(["| name | type | default | what |", "| --- | --- | --- | --- |", *rows])
    return f"{NOTICE}\n{CONFIGURATION_HEAD}\n{table}\n{CONFIGURATION_TAIL}"


CONFIGURATION_HEAD = """# Configuration

Set these in `jupyter_server_config.py` (`c.LLMOpsApp.trash_days = 60`) or on the command line
(`jupyter lab --LLMOpsApp.trash_days=60`). Nothing has to be set.
"""

CONFIGURATION_TAIL = """
## Environment

| variable | what |
| --- | --- |
| `LLMOPS_DATA_DIR` | the data folder, when `data_dir` is not set |
| `LLMOPS_DATABASE_URL` | the database, when `database_url` is not set |
| `LLMOPS_MASTER_KEY` | the keys that encrypt the stored API keys, newest first, separated by commas; see [rotate the master key](../howto/rotate-keys.md) |

A kernel finds its server through `LLMOPS_URL` and `LLMOPS_TOKEN`, which the extension sets for it.
"""


def default_of(trait: Any) -> str:
    """Return the default as one would write it."""
    value = trait.default_value
    if value in ("", None) or type(value).__name__ == "Sentinel":
        return "—"
    return f"`{value}`"


# ---- command line ---------------------------------------------------------------------------------


def command_line() -> str:
    """Return the page of all commands."""
    from jupyter_llmops.cli import build_parser

    parts = [NOTICE, COMMAND_LINE_HEAD, *sections(build_parser(), "jupyter llmops", "")]
    return "\n".join(parts).rstrip() + "\n"


COMMAND_LINE_HEAD = """# Command line

`jupyter llmops COMMAND --help` says the same. The exit code is 0 when it is done, 1 when it is not, and 2 for a wrong call.
"""


def sections(parser: argparse.ArgumentParser, name: str, purpose: str) -> Iterator[str]:
    """Yield the text of each command that does something, depth first."""
    below = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    for group in below:
        helps = {choice.dest: choice.help or "" for choice in group._choices_actions}
        for word, command in group.choices.items():
            yield from sections(command, f"{name} {word}", helps.get(word, ""))
    if not below:
        yield f"## {name}\n"
        yield f"{(purpose[:1].upper() + purpose[1:]).rstrip('.')}. {parser.description or ''}".rstrip() + "\n"
        yield from option_table(parser)


def option_table(parser: argparse.ArgumentParser) -> Iterator[str]:
    """Yield the arguments of one command as a table; nothing when it has none."""
    actions = [action for action in parser._actions if not isinstance(action, argparse._HelpAction)]
    if actions:
        yield "| argument | what |\n| --- | --- |"
        yield from (option_row(action) for action in actions)
        yield ""


def option_row(action: argparse.Action) -> str:
    """Return the line of one argument."""
    word = str(action.metavar or action.dest)
    value = "" if action.nargs == 0 else f" {word.upper()}"
    names = ", ".join(f"`{name}{value}`" for name in action.option_strings) or f"`{word}`"
    notes = [cell(action.help or "")]
    if action.choices:
        notes.append(f"one of {', '.join(map(str, action.choices))}")
    if action.default not in (None, "", argparse.SUPPRESS, False, []) and action.option_strings:
        notes.append(f"default {action.default}")
    return f"| {names} | {'; '.join(note for note in notes if note)} |"


def cell(text: str) -> str:
    """Return the text so that it fits into one cell of a table."""
    return " ".join(text.split()).replace("|", "\\|").replace("*", "\\*")
