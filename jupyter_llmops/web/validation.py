"""What pydantic found wrong, in words of ours: field, reason and what would be right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from ..core.errors import BadRequest, FieldError, Invalid, LLMOpsError
from ..core.i18n import msg

__all__ = ["invalid_from", "query_values"]

# Pydantic's error types (docs.pydantic.dev/latest/errors/validation_errors) in our words; the
# names in braces are the keys of the error's context.
_WORDS: dict[str, str] = {
    "missing": msg("This field is required."),
    "extra_forbidden": msg("This field is not known here. Check its spelling or leave it out."),
    "string_type": msg("Must be text."),
    "int_type": msg("Must be a whole number."),
    "int_parsing": msg("Must be a whole number."),
    "int_from_float": msg("Must be a whole number."),
    "int_parsing_size": msg("This number is too large."),
    "float_type": msg("Must be a number."),
    "float_parsing": msg("Must be a number."),
    "finite_number": msg("Must be a finite number."),
    "bool_type": msg("Must be true or false."),
    "bool_parsing": msg("Must be true or false."),
    "list_type": msg("Must be a list."),
    "dict_type": msg("Must be an object."),
    "model_type": msg("Must be an object."),
    "model_attributes_type": msg("Must be an object."),
    "greater_than_equal": msg("Must be at least {ge}."),
    "greater_than": msg("Must be more than {gt}."),
    "less_than_equal": msg("Must be at most {le}."),
    "less_than": msg("Must be less than {lt}."),
    "string_too_short": msg("Must have at least {min_length} characters."),
    "string_too_long": msg("Must have at most {max_length} characters."),
    "too_short": msg("Must have at least {min_length} items."),
    "too_long": msg("Must have at most {max_length} items; there are {actual_length}."),
    "literal_error": msg("Must be one of: {expected}."),
    "enum": msg("Must be one of: {expected}."),
    "string_pattern_mismatch": msg("Does not have the expected form."),
    "datetime_parsing": msg("Must be a date and time in ISO 8601."),
    "datetime_from_date_parsing": msg("Must be a date and time in ISO 8601."),
    "base64_decode": msg("Must be base64."),
}
_OTHER = msg("Not valid: {reason}.")

MAX_ERRORS = 50


def invalid_from(error: ValidationError) -> LLMOpsError:
    """Return our error for pydantic's: 400 when it is no JSON at all, else 422 per field."""
    details = error.errors(include_url=False, include_input=False)
    if any(detail["type"] == "json_invalid" for detail in details):
        return BadRequest(msg("The body is not valid JSON."))
    return Invalid(errors=[_field_error(detail) for detail in details[:MAX_ERRORS]])


def _field_error(detail: ErrorDetails) -> FieldError:
    field = ".".join(str(part) for part in detail["loc"]) or "body"
    context = {name: value for name, value in detail.get("ctx", {}).items() if name != "error"}
    words = _WORDS.get(detail["type"])
    if words is None:
        words, context = _own_words(detail, context)
    return FieldError(field, words, tuple(context.items()))


def _own_words(detail: ErrorDetails, context: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    if detail["type"] == "value_error":  # a validator of ours raised ValueError(msg(...))
        return str(detail["ctx"]["error"]), context
    if "template" in context:  # PydanticCustomError(type, "{template}", {"template": msg(...), ...})
        return str(context.pop("template")), context
    return _OTHER, {"reason": detail["msg"].rstrip(".")}


def query_values(arguments: Mapping[str, Sequence[bytes]], model: type[BaseModel]) -> dict[str, Any]:
    """Return the query string as plain values; a list only where the type has one.

    `after` belongs to the stream, not to the type. A parameter given twice where one is expected
    keeps both, so that validation names it.
    """
    values: dict[str, Any] = {}
    for name, raw in arguments.items():
        # Jupyter's own credential, and the time that JupyterLab appends to get past caches.
        if name == "token" or (name.isdecimal() and raw == [b""]):
            continue
        texts = [item.decode("utf-8", "replace") for item in raw]
        field = model.model_fields.get(name)
        if field is not None and get_origin(field.annotation) in (list, tuple):
            values[name] = [part for text in texts for part in text.split(",") if part]
        else:
            values[name] = texts[0] if len(texts) == 1 else texts
    return values
