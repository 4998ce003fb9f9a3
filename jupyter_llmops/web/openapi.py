"""The OpenAPI 3.1 document, written from the route tables and the wire types."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, TypeAdapter

from ..core.wire import Wire
from .routes import API_PREFIX, Route, parameters
from .verbs import PUBLIC, Operation, operation_of, scope_of

__all__ = ["FieldProblem", "ProblemDetails", "document"]

METHODS = ("get", "post", "put", "patch", "delete")
_REF = "#/components/schemas/{model}"


class FieldProblem(Wire):
    """One field of the request and what is wrong with it."""

    field: str
    message: str


class ProblemDetails(Wire):
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
    shapes = _Shapes(table)
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
        "paths": {_plain(path): _path_item(path, handler, shapes) for path, handler in table},
        "components": {
            "schemas": shapes.components,
            "securitySchemes": {"token": _TOKEN},
            "responses": {"Problem": _problem_response(shapes)},
        },
    }


_TOKEN = {
    "type": "apiKey",
    "in": "header",
    "name": "Authorization",
    "description": "`token <token>` or `Bearer <token>`, as Jupyter Server takes it.",
}


class _Shapes:
    """The JSON schema of every body and answer; shared ones become components."""

    def __init__(self, routes: list[Route]) -> None:
        self._kinds: list[Any] = [ProblemDetails]
        for _, handler in routes:
            for _, operation, _ in _operations(handler):
                self._kinds += [kind for kind in (operation.body, operation.reply) if kind is not None]
        adapters = [(number, "validation", TypeAdapter(kind)) for number, kind in enumerate(self._kinds)]
        self._schemas, definitions = TypeAdapter.json_schemas(adapters, ref_template=_REF)  # type: ignore[arg-type]
        found: dict[str, Any] = definitions.get("$defs", {})
        # pydantic writes generic names as Page_Session_; nothing else needs to be made fit
        self.components = dict(sorted(found.items()))

    def of(self, kind: Any) -> dict[str, Any]:
        """Return the schema of a type that a route speaks."""
        return dict(self._schemas[self._kinds.index(kind), "validation"])


def _plain(path: str) -> str:
    return re.sub(r":\w+\}", "}", path)


def _tag(path: str) -> str:
    return path.split("/")[1]


def _operations(handler: type[Any]) -> Iterable[tuple[str, Operation, str | None]]:
    for method in METHODS:
        verb = getattr(handler, method, None)
        if (operation := operation_of(verb)) is not None:
            yield method, operation, scope_of(verb)


def _path_item(path: str, handler: type[Any], shapes: _Shapes) -> dict[str, Any]:
    item: dict[str, Any] = {
        method: _operation(
            path, f"{handler.__module__.split('.')[-2]}_{handler.__name__}_{method}", described, scope, shapes
        )
        for method, described, scope in _operations(handler)
    }
    if fields := parameters(path):
        item["parameters"] = [_path_parameter(name, kind) for name, kind in fields.items()]
    return item


def _path_parameter(name: str, kind: str) -> dict[str, Any]:
    schema: dict[str, Any] = _NUMBER
    if kind == "str":
        schema = {"type": "string", "minLength": 1}
    return {"name": name, "in": "path", "required": True, "schema": schema}


_NUMBER = {"type": "integer", "minimum": 0, "maximum": 10**18 - 1}
_RESUME = [
    {"name": name, "in": place, "required": False, "schema": _NUMBER}
    for name, place in (("Last-Event-ID", "header"), ("after", "query"))
]

# OpenAPI 3.1 has no word for streams: no `type`, since some tools check each event and some the text.
_EVENT = {
    "description": "Server-sent events.",
    "properties": {
        "id": {"type": "string", "pattern": "^[0-9]+$"},
        "event": {"type": "string"},
        "data": {"type": "string", "contentMediaType": "application/json"},
    },
}
_UPLOAD = {
    "multipart/form-data": {
        "schema": {
            "type": "object",
            "properties": {"file": {"type": "string", "format": "binary"}},
            "required": ["file"],
        }
    },
    "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
}


def _operation(
    path: str, name: str, operation: Operation, scope: str | None, shapes: _Shapes
) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": name,
        "summary": operation.summary,
        "tags": [_tag(path)],
        "responses": {**_responses(operation, shapes), "default": {"$ref": "#/components/responses/Problem"}},
    }
    if scope == PUBLIC:
        described["security"] = []
    elif scope:
        described["description"] = f"Needs the scope `{scope}`."
    if operation.query is not None:
        described["parameters"] = _query_parameters(operation.query)
    if operation.events:
        described["parameters"] = [*described.get("parameters", ()), *_RESUME]
    if operation.body is not None:
        described["requestBody"] = {
            "required": operation.body_required,
            "content": {"application/json": {"schema": shapes.of(operation.body)}},
        }
    if operation.upload:
        described["requestBody"] = {"required": True, "content": _UPLOAD}
    return described


def _responses(operation: Operation, shapes: _Shapes) -> dict[str, Any]:
    content: dict[str, Any] = {}
    if operation.reply is not None:
        content["application/json"] = {"schema": shapes.of(operation.reply)}
    for media_type in operation.media_types:
        # a file of JSON is a document to whoever reads it, not a text
        kind = {} if media_type.endswith("json") else {"type": "string"}
        content[media_type] = {"schema": {**kind, "contentMediaType": media_type}}
    answer: dict[str, Any] = {"description": "Done."}
    if content:
        answer["content"] = content
    responses = {str(operation.status): answer}
    if operation.events:
        stream = {"text/event-stream": {"schema": _EVENT}}
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


def _problem_response(shapes: _Shapes) -> dict[str, Any]:
    return {
        "description": "It did not work; the problem says why and what to do.",
        "content": {"application/problem+json": {"schema": shapes.of(ProblemDetails)}},
    }
