"""The reference page of the Python SDK, made from its signatures and docstrings."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from types import ModuleType
from typing import Any

from reference import option_table

NOTICE = "<!-- Made from the code by `make docs`. Do not edit. -->\n"

HEAD = """# Python

`from jupyter_llmops import LLMOps, AsyncLLMOps`. Both have the same calls: `LLMOps` waits for results, the
calls of `AsyncLLMOps` are awaited (`async for` over what streams). [How to use them](../howto/python.md).

A *session* is an id, a `Session` or an `Answer`; a *message* an id or a `Message`; a *model* the id or the
name of a configuration, a `ModelConfig`, or the name of a model that a configuration uses. Lists are
`Listing`s: Python lists with `.total` (how many there are on the server) and `.to_frame()`. Times are in
milliseconds. `close()` (`await aclose()`) or a `with` block ends the connections.
"""


def page() -> str:
    """Return the whole page."""
    parts = [NOTICE, HEAD, *_client(), *_answers(), *_records(), *_errors(), *_panel(), *_magic()]
    return "\n".join(parts).rstrip() + "\n"


def _client() -> Iterator[str]:
    from jupyter_llmops.client import asynchronous, chat, providers

    yield "## LLMOps\n"
    yield f"`LLMOps{_signature(asynchronous.AsyncLLMOps.__init__)}`\n"
    yield inspect.cleandoc(asynchronous.AsyncLLMOps.__init__.__doc__ or "") + "\n"
    yield from _calls(asynchronous.AsyncLLMOps, "llm", hidden=frozenset({"aclose", "connect"}))
    groups = {
        "llm.exports": chat.AsyncExports,
        "llm.messages": chat.AsyncMessages,
        "llm.model_configs": providers.AsyncModelConfigs,
        "llm.providers": providers.AsyncProviders,
        "llm.sessions": chat.AsyncSessions,
    }
    for name, kind in groups.items():
        yield f"## {name}\n\n{inspect.getdoc(kind)}\n"
        yield from _calls(kind, name)


def _calls(kind: type, prefix: str, hidden: frozenset[str] = frozenset()) -> Iterator[str]:
    yield "| call | what |\n| --- | --- |"
    for name, call in sorted(vars(kind).items()):
        if inspect.isroutine(call) and not name.startswith("_") and name not in hidden:
            yield f"| `{_cell(prefix + '.' + name + _signature(call))}` | {_cell(_doc(call))} |"
    yield ""


def _answers() -> Iterator[str]:
    from jupyter_llmops.client import events
    from jupyter_llmops.client.answer import Answer

    yield f"## Answer\n\n{_doc(Answer)}\n"
    yield ", ".join(f"`{name}`" for name in Answer.__dataclass_fields__) + "\n"
    yield "## Events of a stream\n\n`event.name` tells the kind, `event.event_id` its number.\n"
    yield "| event | name | fields | what |\n| --- | --- | --- | --- |"
    for name, kind in _subclasses(events, events.Event):
        fields = ", ".join(f"`{field}`" for field in kind.model_fields if field != "event_id")
        yield f"| `{name}` | `{kind.name or 'any other'}` | {fields} | {_cell(_doc(kind))} |"
    yield ""


def _records() -> Iterator[str]:
    from jupyter_llmops.client import types

    yield "## Results\n\nFields that a newer server adds can be read too.\n"
    yield "| type | fields | what |\n| --- | --- | --- |"
    for name, kind in _subclasses(types, types.Record):
        fields = ", ".join(f"`{field}`" for field in kind.model_fields)
        yield f"| `{name}` | {fields} | {_cell(_doc(kind))} |"
    yield ""


def _errors() -> Iterator[str]:
    from jupyter_llmops.client import errors

    yield "## Errors\n"
    yield "All are `LLMOpsAPIError`s with `detail`, `code`, `status`, `remedy`, `errors` (each has `field`"
    yield "and `message`), `request_id` and `retry_after`; they are in `jupyter_llmops.client.errors`.\n"
    yield "| error | is a | what |\n| --- | --- | --- |"
    for name, kind in _subclasses(errors, errors.LLMOpsAPIError):
        yield f"| `{name}` | `{kind.__base__.__name__}` | {_cell(_doc(kind))} |"
    yield ""


def _panel() -> Iterator[str]:
    from jupyter_llmops.widgets.panel import ARGUMENTS, ChatPanel

    yield f"## ChatPanel\n\n`from jupyter_llmops.widgets import ChatPanel`. {_doc(ChatPanel)}\n"
    yield "| trait | what |\n| --- | --- |"
    traits = ChatPanel.class_traits()
    for name in sorted({*ARGUMENTS, "messages"} - {"layout"}):
        yield f"| `{name}` | {_cell(traits[name].help)} |"
    yield "\n| call | what |\n| --- | --- |"
    for name in ("close", "refresh", "send"):
        call = getattr(ChatPanel, name)
        yield f"| `{_cell('panel.' + name + _signature(call))}` | {_cell(_doc(call))} |"
    yield ""


def _magic() -> Iterator[str]:
    from jupyter_llmops.widgets.magic import option_parser

    yield "## %%llm\n\n`%load_ext jupyter_llmops` first.\n"
    # Not argparse's own text, which differs between versions of Python.
    yield from option_table(option_parser())


def _subclasses(module: ModuleType, base: type) -> Iterator[tuple[str, Any]]:
    for name in sorted(module.__dict__["__all__"]):
        kind: Any = getattr(module, name)
        if inspect.isclass(kind) and issubclass(kind, base) and kind is not base:
            yield name, kind


def _signature(call: Any) -> str:
    signature = inspect.signature(call)
    parameters = [
        each.replace(annotation=inspect.Parameter.empty)
        for name, each in signature.parameters.items()
        if name not in ("self", "transport")
    ]
    return str(signature.replace(parameters=parameters, return_annotation=inspect.Signature.empty))


def _doc(thing: Any) -> str:
    return " ".join(inspect.cleandoc(thing.__doc__ or "").split())


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
