"""Presets are data, protocols are found by name, and a broken plug-in harms nobody."""

from __future__ import annotations

import logging
import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from jupyter_llmops.providers.base import AnswerDelta, ChatMessage, ChatRequest, Finish, Target, Usage
from jupyter_llmops.providers.http import HttpPool
from jupyter_llmops.providers.policy import EndpointPolicy
from jupyter_llmops.providers.presets import BadCatalogue, load_presets, preset_hosts
from jupyter_llmops.providers.registry import GROUP, ProtocolRegistry, load_factories
from jupyter_llmops.providers.retry import ReliableProtocol

pytestmark = pytest.mark.spec("PROV-1")

IDS = [
    "embedded",
    "ollama",
    "vllm",
    "sglang",
    "lmdeploy",
    "llamacpp",
    "openai",
    "anthropic",
    "deepseek",
    "siliconflow",
    "zhipu",
    "302ai",
    "baichuan",
    "openrouter",
    "custom",
]


@pytest.fixture
def installed_plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Install the example plug-in into a folder of its own and put that on the path."""
    source = Path(__file__).parents[2] / "plugins" / "echo_provider"
    metadata = tmp_path / "llmops_echo_provider-1.0.dist-info"
    # What `pip install --target` would leave there; pip itself would have to fetch the build backend.
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: llmops-echo-provider\nVersion: 1.0\n")
    project = (source / "pyproject.toml").read_text(encoding="utf-8")
    line = next(line for line in project.splitlines() if line.startswith("echo ="))
    (metadata / "entry_points.txt").write_text(f"[{GROUP}]\n{line.replace(chr(34), '')}\n")
    (tmp_path / "echo_provider.py").write_text((source / "echo_provider.py").read_text(encoding="utf-8"))
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def test_all_presets_of_the_contract_are_there() -> None:
    presets = load_presets()
    assert list(presets) == IDS
    for preset in presets.values():
        assert preset.name
        assert preset.icon
        assert preset.protocol in {"openai", "ollama", "anthropic", "embedded"}
        assert preset.endpoint or preset.kind in ("embedded", "custom")
        assert preset.models_endpoint or preset.models or preset.kind == "embedded"
        assert preset.needs_key == (preset.kind == "cloud")


def test_a_new_provider_is_an_entry_in_a_file(tmp_path: Path) -> None:
    extra = tmp_path / "presets.toml"
    extra.write_text(
        '[acme]\nname = "Acme"\nkind = "cloud"\nprotocol = "openai"\nendpoint = "https://llm.acme.example/v1"\n'
        '[vllm]\nendpoint = "http://gpu1:8000/v1"\n'
    )
    presets = load_presets(extra)
    assert presets["acme"].name == "Acme"
    assert presets["vllm"].endpoint == "http://gpu1:8000/v1"
    assert presets["vllm"].name == "vLLM"
    assert "llm.acme.example" in preset_hosts(presets)
    assert "gpu1" not in preset_hosts(presets)


@pytest.mark.parametrize("text", ["not toml [", "name = 1", '[x]\nname = "X"', "[x]\nunknown = 1"])
def test_a_bad_file_says_which_and_why(tmp_path: Path, text: str) -> None:
    extra = tmp_path / "presets.toml"
    extra.write_text(text)
    with pytest.raises(BadCatalogue, match=str(extra)):
        load_presets(extra)


async def test_a_plug_in_is_found_and_used_by_its_name(installed_plugin: Path) -> None:
    factories = load_factories()
    assert {"openai", "ollama", "anthropic", "echo"} <= set(factories)
    protocols = ProtocolRegistry(HttpPool(EndpointPolicy), factories)
    pieces = await ReliableProtocol(protocols["echo"]).complete(
        Target("custom", ""), ChatRequest("echo", [ChatMessage("user", "say it again")])
    )
    assert pieces[0] == AnswerDelta("say it again ")
    assert isinstance(pieces[1], Usage)
    assert pieces[1].estimated
    assert pieces[2] == Finish("stop")


def test_the_example_is_found_by_a_new_process(installed_plugin: Path) -> None:
    code = "from jupyter_llmops.providers.registry import load_factories; print(sorted(load_factories()))"
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(installed_plugin)!r}); {code}"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "'echo'" in done.stdout


def test_a_broken_plug_in_is_logged_and_left_out(caplog: pytest.LogCaptureFixture) -> None:
    broken = [
        EntryPoint("gone", "no_such_module:Thing", GROUP),
        EntryPoint("wrong", "json:dumps", GROUP),
        EntryPoint("openai", "jupyter_llmops.providers.builtin.ollama:OllamaProtocol", GROUP),
    ]
    with caplog.at_level(logging.WARNING):
        factories = load_factories(broken)
    assert set(factories) == {"openai", "ollama", "anthropic"}
    assert factories["openai"].__name__ == "OpenAIProtocol"
    for name in ("gone", "wrong", "openai"):
        assert any(name in record.getMessage() for record in caplog.records)
