"""The fakes are taken for the real thing by the vendors' own clients."""

from __future__ import annotations

from collections.abc import AsyncIterator

import anthropic
import ollama
import openai
import pytest

from tests.fakes.anthropic import FakeAnthropic
from tests.fakes.ollama import FakeOllama
from tests.fakes.openai import FakeOpenAI
from tests.fakes.server import Script

pytestmark = pytest.mark.spec("LLM-1")

ANSWER = Script(text="Hello from a fake.", thinking="Let me see", tool="search")
QUESTION = "Say hello."


@pytest.fixture
async def fake_openai() -> AsyncIterator[FakeOpenAI]:
    """OpenAI's fake."""
    async with FakeOpenAI(ANSWER) as fake:
        yield fake


@pytest.fixture
async def fake_anthropic() -> AsyncIterator[FakeAnthropic]:
    """Anthropic's fake, with three pages' worth of models."""
    async with FakeAnthropic(ANSWER, models=["fake-model", "b", "c", "d", "e"]) as fake:
        yield fake


@pytest.fixture
async def fake_ollama() -> AsyncIterator[FakeOllama]:
    """Ollama's fake."""
    async with FakeOllama(ANSWER) as fake:
        yield fake


async def test_openai_streams_from_its_fake(fake_openai: FakeOpenAI) -> None:
    async with openai.AsyncOpenAI(base_url=fake_openai.endpoint, api_key="k", max_retries=0) as client:
        stream = await client.chat.completions.create(
            model="fake-model",
            messages=[{"role": "user", "content": QUESTION}],
            stream=True,
            stream_options={"include_usage": True},
        )
        chunks = [chunk async for chunk in stream]
        listed = [model.id async for model in client.models.list()]
        whole = await client.chat.completions.create(
            model="fake-model", messages=[{"role": "user", "content": QUESTION}]
        )
    deltas = [chunk.choices[0].delta for chunk in chunks if chunk.choices]
    assert "".join(delta.content or "" for delta in deltas) == ANSWER.text
    calls = [call for delta in deltas for call in delta.tool_calls or ()]
    assert "".join(call.function.arguments or "" for call in calls if call.function) == '{"q": 1}'
    assert chunks[-1].usage is not None
    assert chunks[-1].usage.total_tokens == 7 + 4 + 3
    assert listed == ["fake-model"]
    assert whole.choices[0].message.content == ANSWER.text


async def test_openai_knows_the_errors_of_its_fake(fake_openai: FakeOpenAI) -> None:
    async with openai.AsyncOpenAI(base_url=fake_openai.endpoint, api_key="k", max_retries=0) as client:
        for status, kind in (
            (401, openai.AuthenticationError),
            (429, openai.RateLimitError),
            (400, openai.BadRequestError),
            (503, openai.InternalServerError),
        ):
            fake_openai.next.append(Script(status=status))
            with pytest.raises(kind):
                await client.chat.completions.create(
                    model="fake-model", messages=[{"role": "user", "content": QUESTION}], stream=True
                )
        with pytest.raises(openai.NotFoundError):
            await client.chat.completions.create(
                model="missing", messages=[{"role": "user", "content": QUESTION}], stream=True
            )


async def test_anthropic_streams_from_its_fake(fake_anthropic: FakeAnthropic) -> None:
    async with anthropic.AsyncAnthropic(
        base_url=fake_anthropic.endpoint, api_key="k", max_retries=0
    ) as client:
        async with client.messages.stream(
            model="fake-model", max_tokens=100, messages=[{"role": "user", "content": QUESTION}]
        ) as stream:
            message = await stream.get_final_message()
        listed = [model.id async for model in client.models.list()]
    kinds = {block.type: block for block in message.content}
    assert kinds["text"].text == ANSWER.text  # type: ignore[union-attr]
    assert kinds["thinking"].thinking == ANSWER.thinking  # type: ignore[union-attr]
    assert kinds["tool_use"].input == {"q": 1}  # type: ignore[union-attr]
    assert message.stop_reason == "end_turn"
    assert message.usage.output_tokens == 4 + 3
    assert listed == ["fake-model", "b", "c", "d", "e"]


async def test_anthropic_knows_the_errors_of_its_fake(fake_anthropic: FakeAnthropic) -> None:
    async with anthropic.AsyncAnthropic(
        base_url=fake_anthropic.endpoint, api_key="k", max_retries=0
    ) as client:
        for status, kind in (
            (401, anthropic.AuthenticationError),
            (429, anthropic.RateLimitError),
            (529, anthropic.InternalServerError),
        ):
            fake_anthropic.next.append(Script(status=status))
            with pytest.raises(kind):
                await client.messages.create(
                    model="fake-model",
                    max_tokens=9,
                    messages=[{"role": "user", "content": QUESTION}],
                    stream=True,
                )


async def test_ollama_streams_from_its_fake(fake_ollama: FakeOllama) -> None:
    client = ollama.AsyncClient(host=fake_ollama.endpoint)
    stream = await client.chat(
        model="fake-model", messages=[{"role": "user", "content": QUESTION}], stream=True, think=True
    )
    parts = [part async for part in stream]
    assert "".join(part.message.content or "" for part in parts) == ANSWER.text
    assert "".join(part.message.thinking or "" for part in parts) == ANSWER.thinking
    assert parts[-1].eval_count == 4 + 3
    assert [model.model for model in (await client.list()).models] == ["fake-model"]
    shown = await client.show("fake-model")
    assert shown.capabilities == ["completion", "tools", "thinking"]
    await client._client.aclose()


async def test_ollama_knows_the_errors_of_its_fake(fake_ollama: FakeOllama) -> None:
    client = ollama.AsyncClient(host=fake_ollama.endpoint)
    with pytest.raises(ollama.ResponseError) as refused:
        async for _ in await client.chat(model="missing", messages=[], stream=True):
            pass
    assert refused.value.status_code == 404
    fake_ollama.next.append(Script(error_after=1, message="out of memory"))
    with pytest.raises(ollama.ResponseError, match="out of memory"):
        async for _ in await client.chat(model="fake-model", messages=[], stream=True):
            pass
    await client._client.aclose()
