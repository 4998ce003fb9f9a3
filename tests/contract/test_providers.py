"""One suite over every provider we can run here: the fakes, and the real llama.cpp server.

What holds for the real server must hold for the fakes, or the other tests prove nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

import pytest

from jupyter_llmops.providers.base import (
    AnswerDelta,
    ChatMessage,
    ChatRequest,
    Finish,
    Protocol,
    Target,
    ThinkingDelta,
    Usage,
)
from jupyter_llmops.providers.builtin.anthropic import AnthropicProtocol
from jupyter_llmops.providers.builtin.ollama import OllamaProtocol
from jupyter_llmops.providers.builtin.openai import OpenAIProtocol
from jupyter_llmops.providers.http import HttpPool
from jupyter_llmops.providers.pieces import whole
from jupyter_llmops.providers.policy import EndpointPolicy
from jupyter_llmops.providers.problems import InvalidKey, Unreachable
from jupyter_llmops.providers.retry import Patience, ReliableProtocol
from tests.fakes.anthropic import FakeAnthropic
from tests.fakes.ollama import FakeOllama
from tests.fakes.openai import FakeOpenAI
from tests.fakes.server import FakeServer, Script

KEY = "sk-contract-key-0123456789"
PROTOCOLS: dict[str, Callable[[HttpPool], Protocol]] = {
    "openai": OpenAIProtocol,
    "ollama": OllamaProtocol,
    "anthropic": AnthropicProtocol,
}
FAKES: dict[str, Callable[..., FakeServer]] = {
    "openai": FakeOpenAI,
    "ollama": FakeOllama,
    "anthropic": FakeAnthropic,
}


@dataclass
class Provider:
    """A running provider and how to speak to it."""

    protocol: Protocol
    target: Target
    model: str
    thinks: bool
    knows_key: bool = True

    def request(self, text: str = "Say hello.", **parameters: Any) -> ChatRequest:
        """Return a request for a short answer."""
        messages = [ChatMessage("system", "You are brief."), ChatMessage("user", text)]
        return ChatRequest(self.model, messages, {"max_tokens": 24, "temperature": 0.0, **parameters})


@pytest.fixture
async def http() -> AsyncIterator[HttpPool]:
    """Connections to this machine only."""
    pool = HttpPool(lambda: EndpointPolicy(loopback=True))
    yield pool
    await pool.aclose()


@pytest.fixture(
    params=[
        "fake-openai",
        "fake-ollama",
        "fake-anthropic",
        "llamacpp-openai",
        "llamacpp-anthropic",
        "llamacpp-thinking",
    ]
)
async def provider(request: pytest.FixtureRequest, http: HttpPool) -> AsyncIterator[Provider]:
    """Each provider in turn."""
    kind, _, name = request.param.partition("-")
    if kind == "fake":
        script = Script(text="Hello, how are you today?", thinking="They greet me.", speed=200)
        async with FAKES[name](script, models=["fake-model"]) as fake:
            fake.api_key = KEY
            protocol = ReliableProtocol(PROTOCOLS[name](http), Patience(attempts=1))
            yield Provider(protocol, Target("custom", fake.endpoint, KEY), "fake-model", thinks=True)
        return
    server = request.getfixturevalue("embedded_server")
    thinks = name == "thinking"
    live = await asyncio.to_thread(lambda: server.thinking if thinks else server.target())
    protocol = ReliableProtocol(PROTOCOLS["openai" if thinks else name](http), Patience(attempts=1))
    yield Provider(protocol, Target("llamacpp", live.endpoint, live.api_key), "any-model", thinks=thinks)


@pytest.mark.spec("LLM-1")
async def test_an_answer_comes_in_pieces_and_ends_with_its_finish(provider: Provider) -> None:
    pieces = [piece async for piece in provider.protocol.stream(provider.target, provider.request())]
    text = [piece for piece in pieces if isinstance(piece, (AnswerDelta, ThinkingDelta))]
    assert len(text) > 1
    assert isinstance(pieces[-1], Finish)
    assert pieces[-1].reason in ("stop", "length")
    assert sum(isinstance(piece, Finish) for piece in pieces) == 1


@pytest.mark.spec("LLM-1")
async def test_complete_gives_the_same_joined(provider: Provider) -> None:
    pieces = await provider.protocol.complete(provider.target, provider.request())
    result = whole(pieces)
    assert result.answer.strip() or result.thinking.strip()
    assert len(pieces) <= 4
    assert "<think>" not in result.answer


@pytest.mark.spec("LLM-2")
async def test_reasoning_stands_apart_from_the_answer(provider: Provider) -> None:
    request = provider.request(max_tokens=400)
    result = whole(await provider.protocol.complete(provider.target, request))
    assert bool(result.thinking.strip()) is provider.thinks
    assert result.answer.strip()


@pytest.mark.spec("LLM-5")
async def test_usage_is_what_the_provider_counted(provider: Provider) -> None:
    pieces = await provider.protocol.complete(provider.target, provider.request())
    (usage,) = [piece for piece in pieces if isinstance(piece, Usage)]
    assert not usage.estimated
    assert usage.prompt_tokens > 0
    assert usage.completion_tokens > 0
    assert usage.total_tokens == usage.prompt_tokens + usage.completion_tokens


@pytest.mark.spec("PROV-4")
async def test_models_are_listed(provider: Provider) -> None:
    models = await provider.protocol.models(provider.target)
    assert models
    assert all(model.id and model.name for model in models)


@pytest.mark.spec("PROV-7", "PROV-8")
async def test_a_wrong_key_is_told_without_showing_it(provider: Provider) -> None:
    wrong = "sk-wrong-9876543210abcdef"
    target = Target(provider.target.provider_id, provider.target.endpoint, wrong)
    with pytest.raises(InvalidKey) as refused:
        await provider.protocol.complete(target, provider.request())
    assert wrong not in str(refused.value.problem())
    assert refused.value.advice()


@pytest.mark.spec("LLM-3")
async def test_closing_the_stream_frees_the_provider(provider: Provider) -> None:
    request = provider.request("Count from one to a thousand.", max_tokens=2000)
    stream: Any = provider.protocol.stream(provider.target, request)
    async with aclosing(stream) as pieces, asyncio.timeout(60):
        async for piece in pieces:
            if isinstance(piece, (AnswerDelta, ThinkingDelta)):
                break
    # Were the first one still being answered, the others would wait behind it on a busy server.
    async with asyncio.timeout(60):
        for _ in range(3):
            assert await provider.protocol.complete(provider.target, provider.request(max_tokens=3))


@pytest.mark.spec("PROV-7")
async def test_a_closed_port_is_unreachable(provider: Provider) -> None:
    target = Target("custom", "http://127.0.0.1:9/v1", KEY)
    with pytest.raises(Unreachable) as refused:
        await provider.protocol.complete(target, provider.request())
    assert "127.0.0.1:9" in refused.value.message()
    with pytest.raises(Unreachable):
        await provider.protocol.models(target)


@pytest.mark.spec("LLM-3")
async def test_many_streams_at_once_lose_nothing(provider: Provider) -> None:
    requests = [provider.protocol.complete(provider.target, provider.request(max_tokens=8)) for _ in range(8)]
    for pieces in await asyncio.gather(*requests):
        assert isinstance(pieces[-1], Finish)
        assert whole(pieces).answer or whole(pieces).thinking


@pytest.mark.spec("LLM-4")
async def test_every_parameter_is_taken_or_dropped_with_a_note(provider: Provider) -> None:
    request = provider.request(
        top_p=0.9, top_k=40, presence_penalty=0.1, frequency_penalty=0.1, stop=["END"], seed=7
    )
    result = whole(await provider.protocol.complete(provider.target, request))
    assert result.finish in ("stop", "length")
