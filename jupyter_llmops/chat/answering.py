"""From a question to a running generation, and what can be done with one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from ..core.actor import Actor
from ..core.clock import now
from ..core.errors import Conflict, Invalid, LLMOpsError, NotFound
from ..core.events import EventLog
from ..core.i18n import msg
from ..providers.base import (
    AnswerDelta,
    ChatMessage,
    ImagePart,
    Piece,
    Retag,
    Usage,
)
from .engine import GenerationEngine, Job
from .generation import Answer, Generation
from .history import conversation
from .images import prepare_images
from .schemas import NewMessage, Regeneration
from .store import ChatStore, NewTurn, StoredImage
from .titles import clean_title, first_words, title_question

__all__ = ["Answering", "Model", "Models", "Started", "refuse_prompts"]

TITLE_LIMIT_SECONDS = 30.0
TITLE_LIMIT_CHARACTERS = 200

Row = Mapping[str, Any]


class Model(Protocol):
    """A model configuration ready to be asked (`providers.ready.ReadyModel`)."""

    @property
    def config_id(self) -> int: ...
    @property
    def provider_id(self) -> str: ...
    @property
    def model(self) -> str: ...
    @property
    def parameters(self) -> Mapping[str, Any]: ...
    @property
    def system_prompt(self) -> str: ...
    @property
    def capabilities(self) -> frozenset[str] | None:
        """What the model can, None where nobody knows."""

    def stream(self, messages: Sequence[ChatMessage]) -> AsyncGenerator[Piece, None]:
        """Yield the answer; retries, policy and quirks are inside."""

    def estimate(self, messages: Sequence[ChatMessage], text: str) -> Usage:
        """Estimate the tokens of an answer that broke off before the provider counted."""

    def cost(self, usage: Usage) -> tuple[float | None, str | None]:
        """Return amount and currency of a call; None where the price is unknown."""


class Models(Protocol):
    """Where configurations come from."""

    async def resolve(self, actor: Actor, config_id: int | None) -> Model:
        """Return a configuration the actor may use; None: the actor's default."""


@dataclass(frozen=True, slots=True)
class Started:
    """A generation that runs."""

    generation: Generation

    @property
    def log(self) -> EventLog:
        """The events of the answer."""
        return self.generation.log


class Answering:
    """Starts answers and finds them again."""

    def __init__(self, store: ChatStore, models: Models, engine: GenerationEngine) -> None:
        self._store = store
        self._models = models
        self._engine = engine

    async def ask(self, actor: Actor, session_id: int, new: NewMessage) -> Started:
        """Store a question and start its answer."""
        session = await self.writable(actor, session_id)
        refuse_prompts(new.prompt_ids)
        with self._engine.reserve(session_id):
            model = await self._models.resolve(actor, new.model_config_id or session["model_config_id"])
            images = await prepare_images([image.data for image in new.images])
            if images and _is_blind(model):
                raise Invalid.field("images", _BLIND, model=model.model)
            parent = _parent(session, new)
            before = await self._branch(actor, session_id, parent)
            question = _question_row(actor, session_id, parent, new.content)
            told = await self._told(actor, model, session, [*before, {**question, "id": 0}], images)
            return await self._start(_Plan(actor, session, model, told, question, images, None))

    async def again(self, actor: Actor, message_id: int, how: Regeneration) -> Started:
        """Answer the question of a message once more, beside the answer that is there."""
        message = await self._store.message(actor.id, message_id)
        if message is None:
            raise NotFound(msg("There is no such message."))
        question_id = message["parent_id"] if message["role"] == "assistant" else message["id"]
        if question_id is None:
            raise Conflict(msg("This answer has no question to answer again."))
        session = await self.writable(actor, message["session_id"])
        with self._engine.reserve(session["id"]):
            model = await self._models.resolve(actor, how.model_config_id or session["model_config_id"])
            before = await self._branch(actor, session["id"], question_id)
            told = await self._told(actor, model, session, before, ())
            return await self._start(_Plan(actor, session, model, told, None, (), question_id))

    async def writable(self, actor: Actor, session_id: int) -> Row:
        """Return the actor's session; raise NotFound, or Conflict when it is in the trash."""
        session = await self._store.session(actor.id, session_id)
        if session is None:
            raise NotFound(msg("There is no such chat session."))
        if session["deleted_at"] is not None:
            raise Conflict(
                msg("This chat session is in the trash."), remedy=msg("Restore it from the trash first.")
            )
        return session

    async def _branch(self, actor: Actor, session_id: int, leaf: int | None) -> Sequence[Row]:
        if leaf is None:
            return ()
        rows = await self._store.branch(actor.id, session_id, leaf)
        if not rows:
            raise Invalid.field("parent_id", msg("There is no such message in this session."))
        return rows

    async def _told(
        self, actor: Actor, model: Model, session: Row, rows: Sequence[Row], images: Sequence[StoredImage]
    ) -> _Told:
        """Return the conversation for the provider; 0 is the id of the new question."""
        shown: dict[int, list[ImagePart]] = {}
        older = [row["id"] for row in rows if row.get("images")]
        if older and not _is_blind(model):
            for image in await self._store.image_data(actor.id, older):
                shown.setdefault(image["message_id"], []).append(
                    ImagePart(image["media_type"], image["data"])
                )
        shown[0] = [ImagePart(image.media_type, image.data) for image in images]
        system_prompt = session["system_prompt"] or model.system_prompt
        return _Told(conversation(system_prompt, rows, shown), bool(older) and _is_blind(model))

    async def _start(self, plan: _Plan) -> Started:
        session, model, moment = plan.session, plan.model, now()
        answer = _answer_row(plan, moment)
        title = session["title"] or first_words(plan.question["content"] if plan.question else "")
        turn = NewTurn(
            plan.question, answer, plan.images, model.config_id, model.model, model.provider_id, title
        )
        question_id, answer_id = await self._store.add_turn(plan.actor.id, session["id"], turn)
        generation = self._engine.start(
            Answer(answer_id, question_id, session["id"], plan.actor.id, model.model, plan.actor.language),
            self._job(plan),
        )
        if plan.told.images_left_out:
            generation.notice(
                msg("{model} cannot see images: those of earlier messages were left out."), model=model.model
            )
        return Started(generation)

    def _job(self, plan: _Plan) -> Job:
        messages, model = plan.told.messages, plan.model
        is_first = plan.session["title_source"] == "auto" and sum(m.role == "user" for m in messages) == 1
        return Job(
            pieces=partial(model.stream, messages),
            settle=partial(_settle, model, messages),
            title=partial(self._title, plan) if is_first else None,
        )

    async def _title(self, plan: _Plan, generation: Generation) -> str | None:
        """Ask the model for a title of the first exchange and store it; None when there is no good one."""
        asked = title_question(plan.told.messages[-1].content, generation.content)
        try:
            async with asyncio.timeout(TITLE_LIMIT_SECONDS):
                title = clean_title(await _short_reply(plan.model.stream(asked)))
            stored = title and await self._store.set_title(plan.actor.id, plan.session["id"], title)
        except (LLMOpsError, TimeoutError):
            return None  # the first words of the question stay
        return title if stored else None


@dataclass(frozen=True, slots=True)
class _Told:
    """What the provider is told."""

    messages: list[ChatMessage]
    images_left_out: bool


@dataclass(frozen=True, slots=True)
class _Plan:
    """All that is known before the rows of a turn are written."""

    actor: Actor
    session: Row
    model: Model
    told: _Told
    question: Row | None
    images: Sequence[StoredImage]
    question_id: int | None  # the question answered again


_BLIND = msg("The model {model} cannot see images. Choose a model that can, or remove the images.")


def refuse_prompts(prompt_ids: Sequence[int] | None) -> None:
    """Raise `Invalid` for prompts that do not exist; there is no prompt library yet."""
    if prompt_ids:
        raise Invalid.field("prompt_ids", msg("There is no prompt with the number {id}."), id=prompt_ids[0])


def _is_blind(model: Model) -> bool:
    return model.capabilities is not None and "vision" not in model.capabilities


def _parent(session: Row, new: NewMessage) -> int | None:
    if new.parent_id is None:
        leaf: int | None = session["current_message_id"]
        return leaf
    return new.parent_id or None


def _question_row(actor: Actor, session_id: int, parent: int | None, content: str) -> Row:
    moment = now()
    return {
        "owner": actor.id,
        "session_id": session_id,
        "parent_id": parent,
        "role": "user",
        "content": content,
        "status": "complete",
        "created_at": moment,
        "updated_at": moment,
    }


def _answer_row(plan: _Plan, moment: datetime) -> Row:
    return {
        "owner": plan.actor.id,
        "session_id": plan.session["id"],
        "parent_id": plan.question_id,
        "role": "assistant",
        "content": "",
        "status": "streaming",
        "model": plan.model.model,
        "provider_id": plan.model.provider_id,
        "model_config_id": plan.model.config_id,
        "parameters": dict(plan.model.parameters),
        "created_at": moment,
        "updated_at": moment,
    }


def _settle(model: Model, messages: Sequence[ChatMessage], generation: Generation) -> None:
    """Fill in tokens and cost of an answer that has ended."""
    usage = generation.usage
    if usage is None:
        if not generation.content and not generation.thinking:
            return  # nothing was answered, nothing is known to have been counted
        usage = model.estimate(messages, generation.thinking + generation.content)
    cost, currency = model.cost(usage)
    generation.metrics.usage = {**asdict(usage), "cost": cost, "currency": currency}


async def _short_reply(pieces: AsyncGenerator[Piece, None]) -> str:
    """Read a reply of one line and leave when there is more."""
    text = ""
    async with aclosing(pieces) as stream:
        async for piece in stream:
            if isinstance(piece, AnswerDelta):
                text += piece.text
            elif isinstance(piece, Retag):
                text = ""
            if len(text) > TITLE_LIMIT_CHARACTERS or "\n" in text.strip():
                break
    return text
