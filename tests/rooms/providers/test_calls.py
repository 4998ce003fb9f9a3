"""What is sent to each kind of model, what is tried again, and what is counted."""

from __future__ import annotations

import base64
from collections.abc import AsyncGenerator
from typing import Any

import pytest

from jupyter_llmops.core.errors import LLMOpsError
from jupyter_llmops.providers import problems
from jupyter_llmops.providers.base import (
    AnswerDelta,
    ChatMessage,
    ChatRequest,
    Finish,
    ImagePart,
    ModelInfo,
    Notice,
    Piece,
    Protocol,
    Target,
    ThinkingDelta,
    ToolCall,
    Usage,
)
from jupyter_llmops.providers.builtin import anthropic, ollama, openai
from jupyter_llmops.providers.capabilities import guess_capabilities, guess_parameter_size, guess_quantization
from jupyter_llmops.providers.estimate import estimate_tokens
from jupyter_llmops.providers.http import HttpPool
from jupyter_llmops.providers.pieces import join, whole
from jupyter_llmops.providers.policy import EndpointPolicy
from jupyter_llmops.providers.pricing import load_table
from jupyter_llmops.providers.problems import Interrupted, Overloaded, RateLimited, RequestRefused
from jupyter_llmops.providers.quirks import FAMILIES, culprit, family_of, plan
from jupyter_llmops.providers.retry import Patience, ReliableProtocol, pause_before
from tests.fakes.openai import FakeOpenAI
from tests.fakes.server import Script

EVERYTHING = {
    "temperature": 1.5,
    "top_p": 0.9,
    "top_k": 40,
    "max_tokens": 100,
    "presence_penalty": 0.5,
    "frequency_penalty": 0.5,
    "stop": ["END"],
    "seed": 7,
    "reasoning_effort": "high",
}
PNG = ImagePart("image/png", b"\x89PNG")


def body(
    provider_id: str, model: str, parameters: dict[str, Any] | None = None, *messages: ChatMessage
) -> dict[str, Any]:
    module = {"ollama": ollama, "anthropic": anthropic}.get(provider_id, openai)
    chat = messages or (ChatMessage("system", "Be brief"), ChatMessage("user", "Hi"))
    sent: dict[str, Any]
    sent, _ = module.request_body(Target(provider_id, ""), ChatRequest(model, chat, parameters or {}))
    return sent


def notices(provider_id: str, model: str, parameters: dict[str, Any]) -> set[str]:
    return {str(notice.params["parameter"]) for notice in plan(provider_id, model, parameters).notices}


# -- parameters -----------------------------------------------------------------------------------


@pytest.mark.spec("LLM-4")
@pytest.mark.parametrize(
    ("provider_id", "model"),
    [(family.provider or "custom", "any") for family in FAMILIES]
    + [("openai", "gpt-4o"), ("deepseek", "x-r1")],
)
def test_nothing_is_sent_that_the_user_did_not_set(provider_id: str, model: str) -> None:
    sent = body(provider_id, model)
    sent.pop("max_tokens", None) if provider_id == "anthropic" else None
    assert set(sent) <= {"model", "messages", "stream", "stream_options", "system"}


@pytest.mark.spec("LLM-4")
@pytest.mark.parametrize(
    ("provider_id", "model", "sent", "dropped"),
    [
        (
            "openai",
            "gpt-4o",
            {"max_completion_tokens": 100, "temperature": 1.5, "stop": ["END"], "seed": 7},
            {"top_k", "reasoning_effort"},
        ),
        (
            "openai",
            "o3-mini",
            {"max_completion_tokens": 100, "reasoning_effort": "high", "seed": 7},
            {"temperature", "top_p", "top_k", "presence_penalty", "frequency_penalty", "stop"},
        ),
        ("openai", "gpt-5.1", {"reasoning_effort": "high"}, {"temperature"}),
        (
            "anthropic",
            "claude-sonnet-4-5",
            {
                "thinking": {"type": "enabled", "budget_tokens": 24576},
                "max_tokens": 24676,
                "stop_sequences": ["END"],
            },
            {"temperature", "top_p", "top_k", "seed", "presence_penalty", "frequency_penalty"},
        ),
        (
            "anthropic",
            "claude-opus-4-8",
            {"thinking": {"type": "adaptive", "display": "summarized"}, "output_config": {"effort": "high"}},
            {"temperature", "top_p", "top_k"},
        ),
        (
            "deepseek",
            "deepseek-chat",
            {"thinking": {"type": "enabled"}, "max_tokens": 100},
            {"top_k", "seed"},
        ),
        ("deepseek", "deepseek-reasoner", {"max_tokens": 100}, {"temperature", "reasoning_effort"}),
        (
            "siliconflow",
            "Qwen/Qwen3-8B",
            {"enable_thinking": True, "thinking_budget": 24576, "top_k": 40},
            set(),
        ),
        (
            "zhipu",
            "glm-4.6",
            {"temperature": 1, "thinking": {"type": "enabled"}},
            {"seed", "presence_penalty"},
        ),
        ("baichuan", "Baichuan4", {"top_k": 40, "temperature": 1}, {"stop", "reasoning_effort"}),
        ("openrouter", "x/y", {"reasoning": {"effort": "high"}, "top_k": 40}, set()),
        (
            "vllm",
            "qwen3",
            {"reasoning_effort": "high", "chat_template_kwargs": {"enable_thinking": True}},
            set(),
        ),
        ("custom", "x", {"reasoning_effort": "high", "top_k": 40, "seed": 7}, set()),
    ],
)
def test_each_family_gets_what_it_takes(
    provider_id: str, model: str, sent: dict[str, Any], dropped: set[str]
) -> None:
    request = body(provider_id, model, EVERYTHING)
    assert {name: request.get(name) for name in sent} == sent
    assert dropped <= notices(provider_id, model, EVERYTHING)


@pytest.mark.spec("LLM-4")
def test_ollama_takes_its_options_apart() -> None:
    request = body(
        "ollama", "qwen3", {**EVERYTHING, "extra": {"options": {"num_ctx": 8192}, "keep_alive": "5m"}}
    )
    assert request["think"] is True
    assert request["options"]["num_predict"] == 100
    assert request["options"]["num_ctx"] == 8192
    assert request["keep_alive"] == "5m"
    assert body("ollama", "gpt-oss:20b", {"reasoning_effort": "low"})["think"] == "low"


@pytest.mark.spec("LLM-4")
@pytest.mark.parametrize(
    ("provider_id", "expected"),
    [
        ("vllm", {"chat_template_kwargs": {"enable_thinking": False}}),
        ("siliconflow", {"enable_thinking": False}),
        ("zhipu", {"thinking": {"type": "disabled"}}),
        ("openrouter", {"reasoning": {"enabled": False}}),
        ("ollama", {"think": False}),
        ("anthropic", {"thinking": {"type": "disabled"}}),
    ],
)
def test_thinking_can_be_switched_off(provider_id: str, expected: dict[str, Any]) -> None:
    request = body(provider_id, "m", {"reasoning_effort": "none"})
    assert {name: request.get(name) for name in expected} == expected
    assert "temperature" in body(
        "anthropic", "claude-haiku-4-5", {"reasoning_effort": "none", "temperature": 0.5}
    )


@pytest.mark.spec("PROV-5")
def test_extra_fields_are_sent_as_they_are() -> None:
    assert body("custom", "m", {"extra": {"min_p": 0.05}})["min_p"] == 0.05


@pytest.mark.spec("LLM-4")
def test_usage_is_asked_for_only_where_that_is_allowed() -> None:
    assert "stream_options" in body("custom", "m")
    assert "stream_options" not in body("zhipu", "glm-4.6")
    assert family_of("zhipu", "glm-4.6").name == "Zhipu"


# -- images ---------------------------------------------------------------------------------------


@pytest.mark.spec("LLM-6")
def test_images_go_in_each_protocols_own_way() -> None:
    data = base64.b64encode(PNG.data).decode()
    message = ChatMessage("user", "What is this?", (PNG,))
    text, image = body("custom", "m", {}, message)["messages"][0]["content"]
    assert text == {"type": "text", "text": "What is this?"}
    assert image["image_url"]["url"] == f"data:image/png;base64,{data}"
    assert body("ollama", "m", {}, message)["messages"][0]["images"] == [data]
    block = body("anthropic", "m", {}, message)["messages"][0]["content"][0]
    assert block["source"] == {"type": "base64", "media_type": "image/png", "data": data}


@pytest.mark.spec("LLM-1")
def test_anthropic_gets_the_system_prompt_apart_and_no_empty_turns() -> None:
    request = body(
        "anthropic",
        "m",
        {},
        ChatMessage("system", "S"),
        ChatMessage("assistant", ""),
        ChatMessage("user", "U"),
    )
    assert request["system"] == "S"
    assert request["messages"] == [{"role": "user", "content": "U"}]


# -- retries --------------------------------------------------------------------------------------


class Scripted(Protocol):
    """Plays one list of pieces and errors a call."""

    id = "scripted"

    def __init__(self, *calls: list[Piece | LLMOpsError]) -> None:
        self.calls = list(calls)
        self.requests: list[ChatRequest] = []

    async def stream(self, target: Target, request: ChatRequest) -> AsyncGenerator[Piece]:
        """Play the next call."""
        self.requests.append(request)
        for piece in self.calls.pop(0):
            if isinstance(piece, LLMOpsError):
                raise piece
            yield piece

    async def models(self, target: Target) -> list[ModelInfo]:
        """Return nothing."""
        return []


REQUEST = ChatRequest("m", [ChatMessage("user", "hello there")], {"temperature": 0.5, "top_k": 3})
GOOD: list[Piece | LLMOpsError] = [AnswerDelta("ok"), Finish("stop")]


class Clock:
    """Sleeps without taking time."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.slept.append(seconds)


async def run(protocol: Scripted, clock: Clock | None = None) -> list[Piece]:
    reliable = ReliableProtocol(protocol, sleep=clock or Clock())
    return [piece async for piece in reliable.stream(Target("custom", "", label="Acme"), REQUEST)]


@pytest.mark.spec("LLM-3")
async def test_a_busy_provider_is_asked_again_with_a_note() -> None:
    clock = Clock()
    pieces = await run(Scripted([RateLimited(retry_after=7)], [Overloaded()], GOOD), clock)
    assert [type(piece) for piece in pieces] == [Notice, Notice, AnswerDelta, Usage, Finish]
    assert isinstance(pieces[0], Notice)
    assert pieces[0].params == {"provider": "Acme", "seconds": "7"}
    assert clock.slept[0] == 7
    assert 1.5 <= clock.slept[1] <= 2.5


@pytest.mark.spec("LLM-3")
async def test_nothing_is_repeated_after_the_first_piece() -> None:
    protocol = Scripted([AnswerDelta("o"), RateLimited()], GOOD)
    with pytest.raises(RateLimited):
        await run(protocol)
    assert len(protocol.requests) == 1


@pytest.mark.spec("LLM-3")
@pytest.mark.parametrize(
    "problem",
    [
        problems.InvalidKey(),
        problems.NoBalance(),
        problems.ModelNotFound(),
        problems.FirstTokenTimeout(),
        Interrupted(),
    ],
)
async def test_what_a_retry_cannot_mend_is_told_at_once(problem: LLMOpsError) -> None:
    protocol = Scripted([problem], GOOD)
    with pytest.raises(type(problem)):
        await run(protocol)
    assert len(protocol.requests) == 1


@pytest.mark.spec("LLM-3")
async def test_after_three_attempts_the_user_is_told() -> None:
    protocol = Scripted([Overloaded()], [Overloaded()], [Overloaded()], GOOD)
    with pytest.raises(Overloaded):
        await run(protocol)
    assert len(protocol.requests) == 3


def test_a_retry_after_beyond_our_patience_goes_to_the_user() -> None:
    assert pause_before(2, RateLimited(retry_after=600), Patience()) is None
    assert pause_before(2, RateLimited(retry_after=3), Patience()) == 3
    assert pause_before(4, RateLimited(), Patience()) is None


@pytest.mark.spec("LLM-4")
async def test_a_parameter_that_is_refused_is_left_out_and_noted() -> None:
    refused = RequestRefused("{said}", said="Unsupported parameter: 'top_k'")
    protocol = Scripted([refused], GOOD)
    pieces = await run(protocol)
    assert isinstance(pieces[0], Notice)
    assert pieces[0].params["parameter"] == "top_k"
    assert protocol.requests[1].parameters == {"temperature": 0.5}


@pytest.mark.spec("LLM-4")
async def test_a_refusal_that_names_no_parameter_is_told() -> None:
    with pytest.raises(RequestRefused):
        await run(Scripted([RequestRefused("{said}", said="no")], GOOD))


@pytest.mark.spec("LLM-4")
async def test_a_real_refusal_costs_one_more_request() -> None:
    http = HttpPool(lambda: EndpointPolicy(loopback=True))
    async with FakeOpenAI(Script(reject=frozenset({"top_k", "min_p"}))) as fake:
        parameters = {"top_k": 5, "temperature": 0.1, "extra": {"min_p": 0.1, "other": 1}}
        request = ChatRequest("fake-model", [ChatMessage("user", "x")], parameters)
        protocol = ReliableProtocol(openai.OpenAIProtocol(http))
        result = whole(await protocol.complete(Target("custom", fake.endpoint), request))
        assert [notice.params["parameter"] for notice in result.notices] == ["min_p", "top_k"]
        assert fake.last.body["temperature"] == 0.1
        assert fake.last.body["other"] == 1
        assert result.finish == "stop"
    await http.aclose()


def test_the_culprit_is_found_by_its_wire_name_too() -> None:
    refusal = RequestRefused("{said}", said="'max_completion_tokens' is too large")
    assert culprit(refusal, "openai", "gpt-4o", {"max_tokens": 5}) == "max_tokens"
    thinking = RequestRefused("{said}", said='"x" does not support thinking')
    assert culprit(thinking, "ollama", "x", {"reasoning_effort": "high"}) == "reasoning_effort"


# -- usage, prices --------------------------------------------------------------------------------


@pytest.mark.spec("LLM-5")
async def test_usage_is_estimated_and_marked_where_the_provider_does_not_count() -> None:
    pieces = await run(Scripted([ThinkingDelta("abcd" * 10), AnswerDelta("abcd" * 10), Finish("stop")]))
    usage = pieces[-2]
    assert isinstance(usage, Usage)
    assert usage.estimated
    assert 18 <= usage.completion_tokens <= 24
    assert usage.total_tokens == usage.prompt_tokens + usage.completion_tokens


@pytest.mark.spec("LLM-5")
def test_chinese_has_more_tokens_a_character() -> None:
    assert estimate_tokens("") == 0
    assert 20 <= estimate_tokens("今天天气很好，我们去公园散步吧。今天天气很好，我们去公园散步吧。") <= 32
    assert 9 <= estimate_tokens("The quick brown fox jumps over the lazy dog.") <= 13


@pytest.mark.spec("LLM-5")
def test_prices_are_known_unknown_or_corrected(tmp_path: Any) -> None:
    override = tmp_path / "prices.json"
    override.write_text(
        '{"providers": {"vllm": {"mine": {"in": 1, "out": 2}}, "openai": {"gpt-4o": {"in": 99}}}}'
    )
    table = load_table(override)
    million = Usage(1_000_000, 500_000, 1_500_000)
    assert table.cost("vllm", "mine", million) == 2
    assert table.cost("vllm", "other", million) is None
    corrected = table.find("openai", "gpt-4o")
    assert corrected is not None
    assert (corrected.input_price, corrected.context_length) == (99, 128_000)
    cached = load_table().cost("openai", "gpt-4o", Usage(1_000_000, 0, 1_000_000, cached_tokens=1_000_000))
    assert cached == 1.25
    assert table.dated


@pytest.mark.spec("PROV-4")
@pytest.mark.parametrize(
    ("model", "capabilities", "size", "quantization"),
    [
        ("qwen3:8b-q4_K_M", {"chat", "reasoning", "tools"}, "8B", "Q4_K_M"),
        ("Qwen/Qwen2.5-VL-72B-Instruct-AWQ", {"chat", "vision", "tools"}, "72B", "AWQ"),
        ("bge-m3", {"embedding"}, None, None),
        ("gpt-4o-2024-08-06", {"chat", "vision", "tools"}, None, None),
        ("deepseek-r1:1.5b", {"chat", "reasoning"}, "1.5B", None),
        ("whisper-1", set(), None, None),
        ("mixtral-8x7b", {"chat"}, "8X7B", None),
        ("some-model", {"chat"}, None, None),
    ],
)
def test_names_tell_what_a_model_can(
    model: str, capabilities: set[str], size: str | None, quantization: str | None
) -> None:
    assert guess_capabilities(model) == capabilities
    assert guess_parameter_size(model) == size
    assert guess_quantization(model) == quantization


# -- pieces ---------------------------------------------------------------------------------------


def test_neighbouring_deltas_are_joined_and_nothing_else() -> None:
    pieces: list[Piece] = [
        ThinkingDelta("a"),
        ThinkingDelta("b"),
        AnswerDelta("c"),
        ToolCall(0, "1", "f", "{}"),
        AnswerDelta("d"),
        AnswerDelta("e"),
    ]
    assert join(pieces) == [
        ThinkingDelta("ab"),
        AnswerDelta("c"),
        ToolCall(0, "1", "f", "{}"),
        AnswerDelta("de"),
    ]


# -- readings -------------------------------------------------------------------------------------


def read(*lines: bytes) -> list[Piece]:
    reading = openai.OpenAIReading(Target("custom", ""), REQUEST)
    return [piece for line in lines for piece in reading.feed(line)] + reading.close()


@pytest.mark.spec("LLM-2")
def test_reasoning_is_read_from_one_field_never_both() -> None:
    both = b'data: {"choices":[{"delta":{"reasoning_content":"r","reasoning":"r","content":""}}]}'
    end = b'data: {"choices":[{"delta":{},"finish_reason":"stop"}]}'
    assert whole(read(both, end, b"data: [DONE]")).thinking == "r"


@pytest.mark.spec("LLM-2")
def test_content_in_parts_is_read() -> None:
    parts = (
        b'data: {"choices":[{"delta":{"content":[{"type":"thinking","thinking":[{"type":"text","text":"t"}]},'
        b'{"type":"text","text":"a"}]},"finish_reason":"stop"}]}'
    )
    result = whole(read(parts, b"data: [DONE]"))
    assert (result.thinking, result.answer) == ("t", "a")


@pytest.mark.spec("LLM-2")
def test_tags_are_text_once_the_server_separates_the_reasoning() -> None:
    result = whole(
        read(
            b'data: {"choices":[{"delta":{"reasoning":"r"}}]}',
            b'data: {"choices":[{"delta":{"content":"Use </think> to close"},"finish_reason":"stop"}]}',
            b"data: [DONE]",
        )
    )
    assert (result.thinking, result.answer) == ("r", "Use </think> to close")


@pytest.mark.spec("LLM-1")
def test_comments_empty_fields_and_missing_usage_are_no_problem() -> None:
    result = whole(
        read(
            b": OPENROUTER PROCESSING",
            b"event: message",
            b"data:",
            b'data:{"choices":[]}',
            b'data: {"choices":[{"delta":{"role":"assistant","content":null}}],"usage":null}',
            b'data: {"choices":[{"delta":{"content":"x"}}]}',
            b"data: [DONE]",
        )
    )
    assert (result.answer, result.finish, result.usage) == ("x", "stop", None)


@pytest.mark.spec("LLM-1")
def test_the_tokens_of_reasoning_and_cache_are_read() -> None:
    usage = whole(
        read(
            b'data: {"choices":[{"delta":{"content":"x"},"finish_reason":"length"}]}',
            b'data: {"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":5,"total_tokens":14,'
            b'"prompt_cache_hit_tokens":4,"completion_tokens_details":{"reasoning_tokens":3}}}',
            b"data: [DONE]",
        )
    ).usage
    assert usage == Usage(9, 5, 14, reasoning_tokens=3, cached_tokens=4)


def test_an_answer_without_an_end_was_interrupted() -> None:
    with pytest.raises(Interrupted):
        read(b'data: {"choices":[{"delta":{"content":"x"}}]}')
