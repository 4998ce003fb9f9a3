"""The chat panel in a notebook cell."""

from __future__ import annotations

import asyncio
import re
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from ..client import Answer, LLMOps, LLMOpsAPIError
from ..client.resource import given
from ..client.types import Message, Sent
from .forwarder import Forwarder
from .strings import catalogue

__all__ = ["ChatPanel"]

STATIC = Path(__file__).parents[1] / "static"
# Only in a checkout whose front end was never built.
NOT_BUILT = """
export default { render({ el }) {
  el.textContent = "The panel's script is missing: run `make install` and restart the kernel.";
} };
"""
REFRESH_SECONDS = 2.0
ARGUMENTS = ("session_id", "model", "system_prompt", "height", "language", "layout")
_SESSION_PATH = re.compile(r"/?chat/sessions/(\d+)(/|$)")


def _asset(name: str, otherwise: str) -> Path | str:
    path = STATIC / name
    return path if path.is_file() else otherwise


class ChatPanel(anywidget.AnyWidget):
    """A conversation in a cell; `panel.messages` is its content for the next cell.

    The browser draws the panel and speaks to the server through this object. The network side runs
    in a thread of its own, so that an answer goes on streaming while a cell runs. What is typed into
    the panel meanwhile waits for the end of the cell, unless the front end uses a kernel subshell.
    """

    _esm = _asset("chat-widget.js", NOT_BUILT)
    _css = _asset("widget.css", "")

    session_id = traitlets.Int(
        None, allow_none=True, help="The conversation shown; None until the first message."
    ).tag(sync=True)
    model = traitlets.Unicode(
        None, allow_none=True, help="Name of the model configuration for new conversations."
    ).tag(sync=True)
    system_prompt = traitlets.Unicode("", help="System prompt of new conversations.").tag(sync=True)
    height = traitlets.Unicode("480px", help="Height of the panel, as CSS has it.").tag(sync=True)
    language = traitlets.Enum(
        ("auto", "en", "zh-CN"), "auto", help="Language of the panel; auto: that of the page around it."
    ).tag(sync=True)
    strings = traitlets.Dict(help="Texts in other languages (set by `language`).").tag(sync=True)
    messages = traitlets.List(
        traitlets.Dict(), help="The messages of the branch shown: dicts with role, content, thinking, …"
    )

    def __init__(self, llm: LLMOps | None = None, **traits: Any) -> None:
        """Take a client (one is made if None) and the traits as keyword arguments."""
        _refuse_unknown(type(self), traits)
        self._llm = llm or LLMOps()
        if traits.get("model"):  # a misspelt name is told here, not at the first question
            self._llm.model_configs.resolve(traits["model"])
        super().__init__(**{"strings": catalogue(traits.get("language", "auto")), **traits})
        self._watched: set[int] = set()
        self._forwarder = Forwarder(
            self._llm.awaited.connection, self._to_browser, self._request_ended, self._answered
        )
        self.on_msg(self._from_browser)
        if self.session_id is not None:
            self.refresh()

    def send(
        self, content: Any, buffers: Any = None, *, wait: bool = False, images: Any = None
    ) -> Answer | None:
        """Ask from Python, as if the text were typed into the panel; with `wait` return the answer.

        Without `wait` the cell ends at once and the panel shows the answer as it streams. (Content
        that is no text is a message to the browser's side, as every widget sends them.)
        """
        if not isinstance(content, str):
            super().send(content, buffers)
            return None
        sent = self._ask(content, images)
        if wait:
            answer = self._llm.messages.wait(sent.message)
            self.refresh()
            return answer
        self._llm.portal.start(self._await_answer(sent.message.id))
        return None

    def _ask(self, text: str, images: Any) -> Sent:
        if self.session_id is None:
            session = self._llm.sessions.create(model=self.model, system=self.system_prompt or None)
            self.session_id = session.id
        sent = self._llm.messages.send(self.session_id, text, model=self.model, images=images)
        self.send({"kind": "changed", "session_id": self.session_id, "message_id": sent.message.id})
        return sent

    def refresh(self) -> None:
        """Read `messages` anew from the server."""
        self._llm.portal.call(self._refresh())

    def close(self) -> None:
        """Remove the panel and end its requests."""
        forwarder = getattr(self, "_forwarder", None)
        if forwarder is not None and not self._llm.portal.is_closed:
            self._llm.portal.start(forwarder.close())
        super().close()

    @traitlets.observe("language")
    def _language_changed(self, change: Any) -> None:
        self.strings = catalogue(change["new"])

    @traitlets.observe("session_id")
    def _session_changed(self, change: Any) -> None:
        if change["old"] is not traitlets.Undefined and hasattr(self, "_forwarder"):
            self._start_refresh()

    def _from_browser(self, _: Any, content: dict[str, Any], buffers: list[Any]) -> None:
        self._llm.portal.start(self._take(content, buffers))

    def _to_browser(self, content: dict[str, Any], buffers: list[bytes]) -> None:
        self.send(content, buffers)

    async def _take(self, content: dict[str, Any], buffers: list[Any]) -> None:
        path = str(content.get("path", "")).strip("/")
        if content.get("kind") == "request" and content.get("method") == "POST" and path == "chat/sessions":
            try:
                content = {**content, "body": await self._with_defaults(content.get("body") or {})}
            except LLMOpsAPIError as error:
                super().send({"kind": "error", "id": content.get("id"), "message": str(error)})
                return
        await self._forwarder.take(content, buffers)

    async def _with_defaults(self, session: dict[str, Any]) -> dict[str, Any]:
        """Give a new conversation the panel's model and system prompt, unless the user chose others."""
        config = None
        if self.model and session.get("model_config_id") is None:
            config = await self._llm.awaited.model_configs.resolve(self.model)
        defaults = given({"model_config_id": config, "system_prompt": self.system_prompt or None})
        return defaults | given(session)

    def _request_ended(self, method: str, path: str, status: int) -> None:
        # Whatever changed the conversation, or streamed an answer to its end, changed its messages.
        is_answer = path.strip("/").startswith("chat/messages/")
        is_change = method != "GET" and _SESSION_PATH.match(path) is not None
        if status < 400 and (is_answer or is_change):
            self._start_refresh()

    def _start_refresh(self) -> Future[None]:
        return self._llm.portal.start(self._refresh())

    async def _answered(self) -> None:
        # So that the value is there when the panel shows the end and the next cell is run.
        with suppress(TimeoutError):
            async with asyncio.timeout(REFRESH_SECONDS):
                await self._refresh()

    async def _refresh(self) -> None:
        session_id = self.session_id
        if session_id is None:
            self.messages = []
            return
        try:
            found = await self._llm.awaited.sessions.messages(session_id)
        except LLMOpsAPIError:
            return  # the panel shows what is wrong; the value stays what it was
        if session_id == self.session_id:
            self.messages = [message.model_dump() for message in found]
            self._watch(found)

    def _watch(self, messages: list[Message]) -> None:
        """Follow an answer that is still being written, here or in another tab, to its end."""
        for message in messages:
            if message.status == "streaming" and message.id not in self._watched:
                self._watched.add(message.id)
                self._llm.portal.start(self._await_answer(message.id))

    async def _await_answer(self, message_id: int) -> None:
        with suppress(LLMOpsAPIError):  # a failed answer is a message too
            await self._llm.awaited.messages.wait(message_id)
        await self._refresh()


def _refuse_unknown(kind: type[ChatPanel], traits: dict[str, Any]) -> None:
    known = ["llm", *ARGUMENTS]
    unknown = sorted(set(traits) - set(known))
    if unknown:
        raise TypeError(f"{kind.__name__} has no argument {', '.join(unknown)}. It has {', '.join(known)}.")
