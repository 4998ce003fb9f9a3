"""The OpenAPI 3.1 document, written from the route tables and the wire types."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import models_json_schema

from ..core.wire import Wire
from .routes import API_PREFIX, Route, parameters
from .verbs import PUBLIC, Operation, operation_of, scope_of

__all__ = ["FieldProblem", "Problem", "document"]

METHODS = ("get", "post", "put", "patch", "delete")
_REF = "#/components/schemas/{model}"


class FieldProblem(Wire):
    """One field of the request and what is wrong with it."""

    field: str
    message: str


class Problem(Wire):
    """Problem details (RFC 9457) with our extension members."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[FieldProblem]
    remedy: str
    request_id: str


def document(routes: Iterable[Route], version: str) -> dict[str, Any]:
    """Return the whole document for these routes."""
    table = list(routes)
    schemas = _schemas(table)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "jupyter-llmops",
            "version": version,
            "description": "LLM workbench inside Jupyter. Errors are `application/problem+json` (RFC 9457).",
            "license": {"name": "BSD-3-Clause", "identifier": "BSD-3-Clause"},
        },
        "servers": [{"url": f"/{API_PREFIX}", "description": "below the server's base URL"}],
        "security": [{"token": []}],
        "tags": [{"name": tag} for tag in sorted({_tag(path) for path, _ in table})],
        "paths": {_plain(path): _path_item(path, handler) for path, handler in table},
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "token": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "Authorization",
                    "description": "`token <token>` or `Bearer <token>`, as Jupyter Server takes it.",
                }
            },
            "responses": {"Problem": _problem_response()},
        },
    }


def _plain(path: str) -> str:
    return re.sub(r":\w+\}", "}", path)


def _tag(path: str) -> str:
    return path.split("/")[1]


def _operations(handler: type[Any]) -> Iterable[tuple[str, Operation, str | None]]:
    for method in METHODS:
        verb = getattr(handler, method, None)
        if (operation := operation_of(verb)) is not None:
            yield method, operation, scope_of(verb)


def _path_item(path: str, handler: type[Any]) -> dict[str, Any]:
    item: dict[str, Any] = {
        method: _operation(path, handler, method, operation, scope)
        for method, operation, scope in _operations(handler)
    }
    if fields := parameters(path):
        item["parameters"] = [_path_parameter(name, kind) for name, kind in fields.items()]
    return item


def _path_parameter(name: str, kind: str) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "integer", "minimum": 0, "maximum": 10**18 - 1}
    if kind == "str":
        schema = {"type": "string", "minLength": 1}
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _operation(
    path: str, handler: type[Any], method: str, operation: Operation, scope: str | None
) -> dict[str, Any]:
    room = handler.__module__.split(".")[-2]
    described: dict[str, Any] = {
        "operationId": f"{room}_{handler.__name__}_{method}",
        "summary": operation.summary,
        "tags": [_tag(path)],
        "responses": {**_responses(operation), "default": {"$ref": "#/components/responses/Problem"}},
    }
    if scope == PUBLIC:
        described["security"] = []
    elif scope:
        described["description"] = f"Needs the scope `{scope}`."
    if operation.query is not None:
        described["parameters"] = _query_parameters(operation.query)
    if operation.events:
        described.setdefault("parameters", []).extend(_RESUME)
    if operation.body is not None:
        described["requestBody"] = {
            "required": operation.body_required,
            "content": {"application/json": {"schema": _schema_of(operation.body)}},
        }
    return described


_EVENT_ID = {"type": "integer", "minimum": 0, "maximum": 10**18 - 1}
_RESUME = [
    {"name": name, "in": place, "required": False, "schema": _EVENT_ID}
    for name, place in (("Last-Event-ID", "header"), ("after", "query"))
]


def _responses(operation: Operation) -> dict[str, Any]:
    content: dict[str, Any] = {}
    if operation.reply is not None:
        content["application/json"] = {"schema": _schema_of(operation.reply)}
    for media_type in operation.media_types:
        content[media_type] = {"schema": {"type": "string", "contentMediaType": media_type}}
    answer: dict[str, Any] = {"description": "Done."}
    if content:
        answer["content"] = content
    responses = {str(operation.status): answer}
    if operation.events:
        stream = {"text/event-stream": {"schema": {"type": "string"}}}
        if operation.reply is None:
            answer["content"] = stream
        else:  # the same verb answers 200 with a stream when asked for one
            responses["200"] = {"description": "The events as they come.", "content": stream}
    return responses


def _query_parameters(model: type[BaseModel]) -> list[dict[str, Any]]:
    schema = model.model_json_schema(ref_template=_REF)
    required = set(schema.get("required", ()))
    return [
        {
            "name": name,
            "in": "query",
            "required": name in required,
            "schema": field,
            **({"style": "form", "explode": False} if field.get("type") == "array" else {}),
        }
        for name, field in schema.get("properties", {}).items()
    ]


def _schema_of(kind: Any) -> dict[str, Any]:
    schema = TypeAdapter(kind).json_schema(ref_template=_REF)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return {"$ref": _REF.format(model=_name(kind))}
    schema.pop("$defs", None)
    return schema


def _name(model: type[BaseModel]) -> str:
    # pydantic names Page[Session] "Page[Session]"; a component may hold no brackets
    return re.sub(r"[^A-Za-z0-9._-]", "_", model.__name__)


def _schemas(routes: list[Route]) -> dict[str, Any]:
    models: dict[type[BaseModel], None] = {Problem: None}
    for _, handler in routes:
        for _, operation, _ in _operations(handler):
            for kind in (operation.body, operation.reply):
                if isinstance(kind, type) and issubclass(kind, BaseModel):
                    models[kind] = None
    _, definitions = models_json_schema([(model, "validation") for model in models], ref_template=_REF)
    found: dict[str, Any] = definitions.get("$defs", {})
    return {re.sub(r"[^A-Za-z0-9._-]", "_", name): schema for name, schema in sorted(found.items())}


def _problem_response() -> dict[str, Any]:
    return {
        "description": "It did not work; the problem says why and what to do.",
        "content": {"application/problem+json": {"schema": {"$ref": _REF.format(model="Problem")}}},
    }
