"""Connections are reused, watched and closed; whatever a server does becomes a clear problem."""

from __future__ import annotations

import asyncio
import ssl
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest

from jupyter_llmops.core.errors import LLMOpsError
from jupyter_llmops.providers import problems
from jupyter_llmops.providers.base import AnswerDelta, ChatMessage, ChatRequest, Protocol, Target
from jupyter_llmops.providers.builtin.anthropic import AnthropicProtocol
from jupyter_llmops.providers.builtin.ollama import OllamaProtocol
from jupyter_llmops.providers.builtin.openai import OpenAIProtocol
from jupyter_llmops.providers.http import HttpPool, Timeouts
from jupyter_llmops.providers.lines import Lines, LineTooLong
from jupyter_llmops.providers.policy import EndpointPolicy
from tests.fakes.anthropic import FakeAnthropic
from tests.fakes.ollama import FakeOllama
from tests.fakes.openai import FakeOpenAI
from tests.fakes.server import FakeServer, Script

REQUEST = ChatRequest("fake-model", [ChatMessage("user", "hi")])
LIMIT = 20.0
KINDS: list[tuple[Callable[..., FakeServer], Callable[[HttpPool], Protocol]]] = [
    (FakeOpenAI, OpenAIProtocol),
    (FakeOllama, OllamaProtocol),
    (FakeAnthropic, AnthropicProtocol),
]


@pytest.fixture
async def http() -> AsyncIterator[HttpPool]:
    """An impatient pool that may call this machine."""
    pool = HttpPool(lambda: EndpointPolicy(loopback=True), Timeouts(connect=5, first_token=0.5, idle=0.5))
    yield pool
    await pool.aclose()


@pytest.fixture(params=KINDS, ids=["openai", "ollama", "anthropic"])
async def pair(request: pytest.FixtureRequest, http: HttpPool) -> AsyncIterator[tuple[FakeServer, Protocol]]:
    """Each fake with the protocol that speaks to it."""
    make_fake, make_protocol = request.param
    async with make_fake(Script(text="one two three four")) as fake:
        yield fake, make_protocol(http)


def target(fake: FakeServer, key: str = "k") -> Target:
    return Target("custom", fake.endpoint, key)


async def until(condition: Callable[[], bool]) -> None:
    """Wait for something that must come true."""
    async with asyncio.timeout(LIMIT):
        while not condition():
            await asyncio.sleep(0.005)


@pytest.mark.spec("LLM-3", "PROV-7")
@pytest.mark.parametrize(
    ("script", "problem"),
    [
        (Script(first_byte_after=30), problems.FirstTokenTimeout),
        (Script(hang_after=3), problems.IdleTimeout),
        (Script(cut_after=3), problems.Interrupted),
        (Script(garbage_after=2), problems.BadResponse),
        (Script(endless_line=True), problems.BadResponse),
        (Script(error_after=3, message="overloaded"), problems.Overloaded),
        (Script(status=302, headers=(("location", "http://169.254.169.254/"),)), problems.Redirected),
        (Script(status=307, headers=(("location", "/elsewhere"),)), problems.Redirected),
        (Script(status=500, error="<h1>kaboom</h1>"), problems.ProviderError),
    ],
)
async def test_whatever_a_server_does_becomes_a_clear_problem(
    pair: tuple[FakeServer, Protocol], script: Script, problem: type[LLMOpsError]
) -> None:
    fake, protocol = pair
    fake.next.append(script)
    async with asyncio.timeout(LIMIT):
        with pytest.raises(problem):
            await protocol.complete(target(fake), REQUEST)
        await until(lambda: fake.active == 0)
        assert await protocol.complete(target(fake), REQUEST)


@pytest.mark.spec("LLM-3")
async def test_a_redirect_is_never_followed(pair: tuple[FakeServer, Protocol]) -> None:
    fake, protocol = pair
    async with FakeOpenAI() as other:
        fake.next.append(Script(status=302, headers=(("location", f"{other.endpoint}/chat/completions"),)))
        with pytest.raises(problems.Redirected):
            await protocol.complete(target(fake), REQUEST)
        assert other.connections == 0


@pytest.mark.spec("LLM-3")
async def test_calls_one_after_the_other_share_a_connection(pair: tuple[FakeServer, Protocol]) -> None:
    fake, protocol = pair
    for _ in range(5):
        await protocol.complete(target(fake), REQUEST)
        await protocol.models(target(fake))
    assert fake.connections == 1


@pytest.mark.spec("LLM-3")
async def test_a_kept_connection_that_died_is_replaced_unseen(pair: tuple[FakeServer, Protocol]) -> None:
    fake, protocol = pair
    await protocol.complete(target(fake), REQUEST)
    for connection in list(fake._open):
        connection.transport.abort()
    await protocol.complete(target(fake), REQUEST)
    assert fake.connections == 2


@pytest.mark.spec("LLM-3")
async def test_a_server_that_closes_at_once_after_the_request_is_asked_once_more_only(http: HttpPool) -> None:
    calls = 0

    async def rude(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal calls
        calls += 1
        await reader.readuntil(b"\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(rude, "127.0.0.1", 0) as server:
        endpoint = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
        with pytest.raises(problems.Unreachable):
            await OpenAIProtocol(http).complete(Target("custom", endpoint), REQUEST)
    assert calls == 1  # a fresh connection: it was not staleness


@pytest.mark.spec("LLM-3")
async def test_closing_the_stream_closes_the_connection(pair: tuple[FakeServer, Protocol]) -> None:
    fake, protocol = pair
    fake.script = Script(tokens=("word ",) * 1000, speed=50)
    stream: Any = protocol.stream(target(fake), REQUEST)
    async with aclosing(stream) as pieces:
        async for piece in pieces:
            if isinstance(piece, AnswerDelta):
                break
    await until(lambda: fake.disconnects == 1)
    assert fake.active == 0


@pytest.mark.spec("LLM-3")
async def test_cancelling_before_the_first_byte_closes_the_connection(
    pair: tuple[FakeServer, Protocol],
) -> None:
    fake, protocol = pair
    fake.script = Script(first_byte_after=30)
    task = asyncio.create_task(protocol.complete(target(fake), REQUEST))
    await until(lambda: fake.active == 1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await until(lambda: fake.active == 0)


@pytest.mark.spec("LLM-3")
async def test_slow_tokens_are_no_silence(pair: tuple[FakeServer, Protocol]) -> None:
    fake, protocol = pair
    fake.script = Script(text="a b c d e f", speed=8)  # 0.125 s apart, 0.75 s in all, the limit is 0.5 s
    assert await protocol.complete(target(fake), REQUEST)


@pytest.mark.spec("LLM-1")
async def test_a_server_that_ignores_streaming_is_understood(http: HttpPool) -> None:
    async with FakeOpenAI() as fake:
        document = (
            '{\n "choices": [{"message": {"content": "whole", "reasoning_content": "why"},\n'
            ' "finish_reason": "stop"}],\n "usage": {"prompt_tokens": 1, "completion_tokens": 2}\n}'
        )

        def plain(seen: object) -> Any:
            return fake.refuse(Script(status=200, error=document))

        fake.route = plain  # type: ignore[method-assign]
        pieces = await OpenAIProtocol(http).complete(target(fake), REQUEST)
    assert AnswerDelta("whole") in pieces


@pytest.mark.spec("PROV-7")
@pytest.mark.parametrize("body", ["<html>hello</html>", "", "7", '{"object": "list"}', "data: 5", "data: {}"])
async def test_a_page_instead_of_an_answer_is_a_bad_response(
    pair: tuple[FakeServer, Protocol], body: str
) -> None:
    fake, protocol = pair
    fake.route = lambda seen: fake.refuse(Script(status=200, error=body))  # type: ignore[method-assign]
    with pytest.raises((problems.BadResponse, problems.Interrupted, problems.ProviderError)):
        await protocol.complete(target(fake), REQUEST)
    with pytest.raises(problems.BadResponse):
        await protocol.models(target(fake))


@pytest.mark.parametrize("key", ["a\nb", "a b", "schlüssel", "a\r\nx-evil: 1"])
async def test_a_key_that_could_break_a_header_is_refused(
    pair: tuple[FakeServer, Protocol], key: str
) -> None:
    fake, protocol = pair
    with pytest.raises(problems.InvalidKey):
        await protocol.complete(target(fake, key), REQUEST)
    assert fake.connections == 0


@pytest.mark.spec("PROV-7")
async def test_what_is_no_http_is_a_bad_response(http: HttpPool) -> None:
    async def ssh(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")
        await reader.read(10_000)
        writer.close()

    async with await asyncio.start_server(ssh, "127.0.0.1", 0) as server:
        endpoint = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
        with pytest.raises(problems.BadResponse):
            await OpenAIProtocol(http).complete(Target("custom", endpoint), REQUEST)


@pytest.mark.spec("PROV-7")
async def test_tls_against_a_plain_server_says_so(http: HttpPool) -> None:
    async with FakeOpenAI() as fake:
        secure = Target("custom", fake.endpoint.replace("http:", "https:"))
        with pytest.raises((problems.TlsFailed, problems.ConnectTimeout)) as refused:
            async with asyncio.timeout(LIMIT):
                await OpenAIProtocol(http).complete(secure, REQUEST)
        assert refused.value.advice()


@pytest.mark.spec("PROV-7")
async def test_an_untrusted_certificate_says_so(http: HttpPool, tmp_path: Path) -> None:
    certificate, key = tmp_path / "c.pem", tmp_path / "k.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=x"]
    arguments = [*command, "-keyout", str(key), "-out", str(certificate)]
    await asyncio.to_thread(subprocess.run, arguments, check=True, capture_output=True)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)

    async def never(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async with await asyncio.start_server(never, "127.0.0.1", 0, ssl=context) as server:
        endpoint = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
        with pytest.raises(problems.TlsFailed) as refused:
            await OpenAIProtocol(http).complete(Target("custom", endpoint), REQUEST)
    assert "self-signed" in refused.value.message()


@pytest.mark.spec("PROV-7")
async def test_an_unknown_name_says_so(http: HttpPool) -> None:
    pool = HttpPool(lambda: EndpointPolicy(("nowhere.invalid",)))
    with pytest.raises(problems.Unreachable) as refused:
        await OpenAIProtocol(pool).models(Target("custom", "http://nowhere.invalid/v1"))
    assert "nowhere.invalid" in refused.value.message()


@pytest.mark.spec("LLM-3")
async def test_hundreds_of_streams_at_once_lose_nothing(http: HttpPool) -> None:
    async with FakeOpenAI(Script(tokens=("x",) * 20, speed=100)) as fake:
        protocol = OpenAIProtocol(http)
        answers = await asyncio.gather(*(protocol.complete(target(fake), REQUEST) for _ in range(200)))
        assert all(AnswerDelta("x" * 20) in pieces for pieces in answers)
        assert fake.disconnects == 0


def test_lines_come_whole_whatever_the_pieces() -> None:
    raw = b"one\r\ntwo\n\n\r\nthree"
    for size in range(1, len(raw) + 1):
        lines = Lines()
        found = [line for i in range(0, len(raw), size) for line in lines.feed(raw[i : i + size])]
        assert found + lines.close() == [b"one", b"two", b"three"]


def test_an_endless_line_is_refused_at_its_limit() -> None:
    lines = Lines(limit=10)
    lines.feed(b"x" * 10)
    with pytest.raises(LineTooLong):
        lines.feed(b"x")
