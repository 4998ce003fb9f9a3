"""A configuration can point only where the policy lets it, whatever the name resolves to."""

from __future__ import annotations

import socket
from ipaddress import ip_address

import pytest

from jupyter_llmops.providers.base import ChatMessage, ChatRequest, Target
from jupyter_llmops.providers.builtin.openai import OpenAIProtocol
from jupyter_llmops.providers.http import HttpPool
from jupyter_llmops.providers.policy import BadEntry, EndpointPolicy, parse_origin
from jupyter_llmops.providers.problems import EndpointNotAllowed
from tests.fakes.openai import FakeOpenAI

pytestmark = pytest.mark.spec("PROV-3")

PRESETS = frozenset({"api.openai.com"})
LOCAL = EndpointPolicy((), PRESETS, loopback=True)


@pytest.mark.parametrize(
    "url",
    [
        "https://api.openai.com/v1",
        "http://localhost:8000/v1",
        "http://127.0.0.1:11434",
        "http://[::1]:8080/v1",
        "http://me.localhost:1",
    ],
)
def test_presets_and_this_machine_are_allowed(url: str) -> None:
    LOCAL.check_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://10.0.0.1/v1",
        "http://192.168.1.5:8000",
        "http://172.16.0.1",
        "http://169.254.169.254/latest",
        "http://0.0.0.0:8000",
        "http://[::]:8000",
        "http://224.0.0.1",
        "http://100.64.0.1",
        "http://[fe80::1]",
        "http://[fc00::1]",
        "http://[::ffff:10.0.0.1]/v1",
        "http://[64:ff9b::10.0.0.1]/v1",
        "http://8.8.8.8/v1",
        "https://evil.example/v1",
        "https://api.openai.com.evil.example/v1",
        "http://2130706433/v1",
        "http://0x7f000001/v1",
        "http://0177.0.0.1/v1",
        "http://127.1/v1",
        "http://user:pw@localhost/v1",
        "http://localhost@evil.example/v1",
        "ftp://localhost",
        "file:///etc/passwd",
        "http://",
        "localhost:8000",
        "http://local host/",
        "http://localhost/v1?x=1",
        "http://localhost/v1#x",
        "http://localhost:99999/",
        "http://-bad-/",
        "http://localhost\\@evil.example/",
    ],
)
def test_everything_else_is_refused(url: str) -> None:
    with pytest.raises(EndpointNotAllowed) as refused:
        LOCAL.check_url(url)
    assert refused.value.message("zh-CN") != refused.value.message("en")


def test_without_loopback_this_machine_is_refused() -> None:
    policy = EndpointPolicy((), PRESETS)
    for url in ("http://localhost:8000", "http://127.0.0.1", "http://[::1]"):
        with pytest.raises(EndpointNotAllowed):
            policy.check_url(url)


@pytest.mark.parametrize(
    ("entry", "allowed", "refused"),
    [
        ("10.0.0.5", ["http://10.0.0.5", "http://10.0.0.5:9000"], ["http://10.0.0.6"]),
        ("10.0.0.5:9000", ["http://10.0.0.5:9000"], ["http://10.0.0.5", "http://10.0.0.5:9001"]),
        ("10.0.0.0/8", ["http://10.9.9.9"], ["http://11.0.0.1"]),
        ("gpu.internal", ["http://gpu.internal:1", "https://GPU.internal./v1"], ["http://x.gpu.internal"]),
        ("*.example.com", ["https://a.example.com", "https://b.a.example.com"], ["https://example.com"]),
        ("fd00::/8", ["http://[fd00::1]"], ["http://[fe80::1]"]),
        ("[fd00::5]:80", ["http://[fd00::5]"], ["http://[fd00::5]:81"]),
    ],
)
def test_a_listed_host_is_allowed_and_no_more(entry: str, allowed: list[str], refused: list[str]) -> None:
    policy = EndpointPolicy(EndpointPolicy.normalise([entry]))
    for url in allowed:
        policy.check_url(url)
    for url in refused:
        with pytest.raises(EndpointNotAllowed):
            policy.check_url(url)


@pytest.mark.parametrize(
    ("entry", "name", "address", "allowed"),
    [
        ("api.example.com", "api.example.com", "93.184.216.34", True),
        ("api.example.com", "api.example.com", "10.0.0.1", True),  # written by the administrator
        ("*.example.com", "a.example.com", "93.184.216.34", True),
        ("*.example.com", "a.example.com", "10.0.0.1", False),
        ("*.example.com", "a.example.com", "127.0.0.1", False),
        ("*.example.com", "a.example.com", "::ffff:169.254.169.254", False),
        ("10.0.0.0/8", "gpu.internal", "10.1.1.1", True),
        ("10.0.0.0/8", "gpu.internal", "93.184.216.34", False),
    ],
)
def test_the_address_a_name_leads_to_is_checked_too(
    entry: str, name: str, address: str, allowed: bool
) -> None:
    policy = EndpointPolicy(EndpointPolicy.normalise([entry]), loopback=True)
    origin = policy.check_url(f"http://{name}/v1")
    if allowed:
        policy.check_address(origin, ip_address(address))
    else:
        with pytest.raises(EndpointNotAllowed):
            policy.check_address(origin, ip_address(address))


def test_a_preset_that_resolves_to_this_machine_is_refused() -> None:
    origin = parse_origin("https://api.openai.com/v1")
    with pytest.raises(EndpointNotAllowed):
        LOCAL.check_address(origin, ip_address("127.0.0.1"))


@pytest.mark.parametrize(
    ("entry", "normal"),
    [
        (" GPU.Internal ", "gpu.internal"),
        ("10.1.2.3/8", "10.0.0.0/8"),
        ("::1", "::1"),
        ("[::1]:80", "[::1]:80"),
        ("*.Example.com", "*.example.com"),
        ("host:81", "host:81"),
        ("münchen.example", "xn--mnchen-3ya.example"),
    ],
)
def test_entries_have_one_spelling(entry: str, normal: str) -> None:
    assert EndpointPolicy.normalise([entry, entry]) == (normal,)


@pytest.mark.parametrize(
    "entry",
    ["", "http://x", "a b", "*", "*.1.2.3.4", "*.x:80", "host/99", "x/y", "host:0x", "a@b", "0x7f000001"],
)
def test_a_bad_entry_is_refused(entry: str) -> None:
    with pytest.raises(BadEntry):
        EndpointPolicy.normalise([entry])


async def test_the_checked_address_is_the_one_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name server that changes its answer between check and connection gains nothing."""
    asked: list[str] = []

    def changing(host: str, port: int, *rest: object, **more: object) -> list[tuple[object, ...]]:
        asked.append(host)
        address = "127.0.0.1" if len(asked) == 1 else "10.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    async with FakeOpenAI() as fake:
        http = HttpPool(lambda: EndpointPolicy(("provider.test",), loopback=True))
        # Not for numeric addresses, which asyncio looks up on its own way to connect.
        real = socket.getaddrinfo
        monkeypatch.setattr(
            socket,
            "getaddrinfo",
            lambda host, port, *rest, **more: (changing if host == "provider.test" else real)(
                host, port, *rest, **more
            ),
        )
        target = Target("custom", f"http://provider.test:{fake.port}/v1")
        pieces = await OpenAIProtocol(http).complete(
            target, ChatRequest("fake-model", [ChatMessage("user", "x")])
        )
        assert pieces
        assert asked == ["provider.test"]
        assert fake.last.headers["host"] == f"provider.test:{fake.port}"
        await http.aclose()


async def test_a_name_that_leads_inside_is_refused_before_a_byte_is_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answer = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 80))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *rest, **more: answer)
    http = HttpPool(lambda: EndpointPolicy(("*.example.com",), loopback=True))
    target = Target("custom", "http://rebind.example.com/v1")
    with pytest.raises(EndpointNotAllowed) as refused:
        await OpenAIProtocol(http).models(target)
    assert "rebind.example.com" in refused.value.message()
