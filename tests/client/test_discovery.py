"""The client finds its server by itself."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from jupyter_llmops.client.discovery import (
    Address,
    address_of,
    environment_address,
    find_server,
    running_servers,
)
from jupyter_llmops.client.errors import ServerNotFoundError

API = "http://localhost:8888/llmops/api/v1/"


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:8888",
        "http://localhost:8888/",
        "localhost:8888",
        "http://localhost:8888/lab",
        "http://localhost:8888/lab/tree/a.ipynb",
        "http://localhost:8888/llmops",
        "http://localhost:8888/llmops/",
        "http://localhost:8888/llmops/api/v1",
    ],
)
def test_whatever_url_is_at_hand_leads_to_the_interface(url: str) -> None:
    assert address_of(url).url == API


def test_a_base_url_is_kept() -> None:
    assert address_of("https://h/user/a/lab?x=1").url == "https://h/user/a/llmops/api/v1/"
    assert address_of("https://h/services/llmops").url == "https://h/services/llmops/api/v1/"


def test_the_token_of_a_printed_url_is_used_and_hidden() -> None:
    address = address_of("http://localhost:8888/lab?token=abc123")
    assert address == Address(API, "abc123")
    assert "abc123" not in repr(address)
    assert "abc123" not in address.url


def test_in_a_kernel_the_environment_names_the_server() -> None:
    found = environment_address({"LLMOPS_URL": "http://localhost:8888/llmops", "LLMOPS_TOKEN": "t"})
    assert found == Address(API, "t")


def test_under_a_hub_the_service_comes_first() -> None:
    environment = {
        "LLMOPS_SERVICE_URL": "http://hub:8081/services/llmops/",
        "JUPYTERHUB_API_TOKEN": "h",
        "LLMOPS_URL": "http://localhost:8888/",
    }
    assert environment_address(environment) == Address("http://hub:8081/services/llmops/api/v1/", "h")


def running(folder: Path, name: str, url: str, pid: int, age: int) -> None:
    file = folder / f"jpserver-{name}.json"
    file.write_text(json.dumps({"pid": pid, "url": url, "token": name, "base_url": "/"}))
    os.utime(file, (1_000_000 - age, 1_000_000 - age))


async def test_of_the_running_servers_the_newest_with_our_interface_is_taken(tmp_path: Path) -> None:
    mine = os.getpid()
    running(tmp_path, "newest-without", "http://localhost:1/", mine, 1)
    running(tmp_path, "newer", "http://localhost:2/", mine, 2)
    running(tmp_path, "older", "http://localhost:3/", mine, 3)
    running(tmp_path, "dead", "http://localhost:4/", 2**22 + 1, 0)
    (tmp_path / "jpserver-broken.json").write_text("{")

    async def answers(address: Address) -> bool:
        return "localhost:1/" not in address.url

    found = await find_server(answers, environment={}, runtime_dir=tmp_path)
    assert found == Address("http://localhost:2/llmops/api/v1/", "newer")
    assert [each.token for each in running_servers(tmp_path)] == ["newest-without", "newer", "older"]


async def test_no_server_is_said_with_what_to_do(tmp_path: Path) -> None:
    async def answers(_: Address) -> bool:
        return True

    with pytest.raises(ServerNotFoundError, match='Start one with "jupyter lab"'):
        await find_server(answers, environment={}, runtime_dir=tmp_path)
