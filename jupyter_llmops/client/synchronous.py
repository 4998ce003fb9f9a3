"""The client for code that does not await: the asynchronous one behind a portal.

Each method here names the one it stands for; signature, types and documentation are taken from
there. A test keeps the two lists equal.
"""

from __future__ import annotations

import functools
import ssl
import weakref
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from .asynchronous import AsyncLLMOps
from .chat import AsyncExports, AsyncMessages, AsyncSessions
from .portal import Portal, Stream
from .providers import AsyncModelConfigs, AsyncProviders

if TYPE_CHECKING:
    from httpx import AsyncBaseTransport

__all__ = ["LLMOps"]

P = ParamSpec("P")
R = TypeVar("R")


class Face:
    """The synchronous side of one asynchronous object."""

    def __init__(self, portal: Portal, awaited: Any) -> None:
        self.portal = portal
        self.awaited = awaited

    def __repr__(self) -> str:
        return repr(self.awaited)


def blocking(
    method: Callable[Concatenate[Any, P], Coroutine[Any, Any, R]],
) -> Callable[Concatenate[Any, P], R]:
    """Return the method that waits for the result of an asynchronous one."""

    @functools.wraps(method)
    def call(self: Face, /, *args: P.args, **kwargs: P.kwargs) -> R:
        return self.portal.call(method(self.awaited, *args, **kwargs))

    return _plain(call)


def iterating(
    method: Callable[Concatenate[Any, P], AsyncIterator[R]],
) -> Callable[Concatenate[Any, P], Stream[R]]:
    """Return the method that iterates over what an asynchronous one yields."""

    @functools.wraps(method)
    def call(self: Face, /, *args: P.args, **kwargs: P.kwargs) -> Stream[R]:
        return Stream(self.portal, method(self.awaited, *args, **kwargs))

    return _plain(call)


def _plain(call: Callable[P, R]) -> Callable[P, R]:
    # `wraps` also says "this is a coroutine function" to those who look at the wrapped one.
    import inspect

    call.__signature__ = inspect.signature(call)  # type: ignore[attr-defined]
    del call.__wrapped__  # type: ignore[attr-defined]
    return call


class Sessions(Face):
    """My conversations."""

    list = blocking(AsyncSessions.list)
    get = blocking(AsyncSessions.get)
    create = blocking(AsyncSessions.create)
    update = blocking(AsyncSessions.update)
    messages = blocking(AsyncSessions.messages)
    clear = blocking(AsyncSessions.clear)
    delete = blocking(AsyncSessions.delete)
    restore = blocking(AsyncSessions.restore)


class Messages(Face):
    """Questions and answers."""

    send = blocking(AsyncMessages.send)
    ask = iterating(AsyncMessages.ask)
    events = iterating(AsyncMessages.events)
    wait = blocking(AsyncMessages.wait)
    regenerate = blocking(AsyncMessages.regenerate)
    get = blocking(AsyncMessages.get)
    stop = blocking(AsyncMessages.stop)
    rate = blocking(AsyncMessages.rate)
    image = blocking(AsyncMessages.image)
    search = blocking(AsyncMessages.search)


class Exports(Face):
    """Conversations out of here and in again."""

    session = blocking(AsyncExports.session)
    sessions = blocking(AsyncExports.sessions)
    load = blocking(AsyncExports.load)


class Providers(Face):
    """The sources of models."""

    list = blocking(AsyncProviders.list)
    models = blocking(AsyncProviders.models)
    add_model = blocking(AsyncProviders.add_model)
    update = blocking(AsyncProviders.update)


class ModelConfigs(Face):
    """My model configurations."""

    list = blocking(AsyncModelConfigs.list)
    get = blocking(AsyncModelConfigs.get)
    create = blocking(AsyncModelConfigs.create)
    update = blocking(AsyncModelConfigs.update)
    delete = blocking(AsyncModelConfigs.delete)
    duplicate = blocking(AsyncModelConfigs.duplicate)
    set_default = blocking(AsyncModelConfigs.set_default)
    versions = blocking(AsyncModelConfigs.versions)
    rollback = blocking(AsyncModelConfigs.rollback)
    templates = blocking(AsyncModelConfigs.templates)
    test = blocking(AsyncModelConfigs.test)
    resolve = blocking(AsyncModelConfigs.resolve)


class LLMOps(Face):
    """An LLM workbench from Python: `llm.chat("hi")`.

    Without arguments it finds the server by itself: from the environment of a notebook's kernel,
    or among the Jupyter servers that run on this machine.
    """

    def __init__(
        self,
        url: str | None = None,
        token: str | None = None,
        *,
        language: str | None = None,
        verify: bool | ssl.SSLContext = True,
        transport: AsyncBaseTransport | None = None,
    ) -> None:
        """Take what `AsyncLLMOps` takes, and find the server now."""
        awaited = AsyncLLMOps(url, token, language=language, verify=verify, transport=transport)
        super().__init__(Portal(), awaited)
        self._finalizer = weakref.finalize(self, self.portal.close)
        self.sessions = Sessions(self.portal, awaited.sessions)
        self.messages = Messages(self.portal, awaited.messages)
        self.exports = Exports(self.portal, awaited.exports)
        self.model_configs = ModelConfigs(self.portal, awaited.model_configs)
        self.providers = Providers(self.portal, awaited.providers)
        self.connect()

    def __repr__(self) -> str:
        return f"LLMOps({self.url})"

    @property
    def url(self) -> str:
        """The root of the REST interface."""
        url: str = self.awaited.url
        return url

    def __enter__(self) -> LLMOps:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections and end the thread behind them."""
        if not self.portal.is_closed:
            self.portal.call(self.awaited.aclose())
            self._finalizer()

    connect = blocking(AsyncLLMOps.connect)
    chat = blocking(AsyncLLMOps.chat)
    stream = iterating(AsyncLLMOps.stream)
    search = blocking(AsyncLLMOps.search)
    me = blocking(AsyncLLMOps.me)
    update_settings = blocking(AsyncLLMOps.update_settings)
    health = blocking(AsyncLLMOps.health)
