"""Which parameters each family of models takes, and under which names. Data first, then one reader.

What a model is known to refuse is left out with a notice. What it refuses unexpectedly is found in
its complaint (`culprit`) and left out on a second try. Nothing is sent that the user did not set.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..core.i18n import msg
from .base import Notice
from .problems import RequestRefused

__all__ = ["FAMILIES", "Family", "Plan", "culprit", "family_of", "plan", "without"]

EVERYTHING = frozenset(
    {
        "temperature",
        "top_p",
        "top_k",
        "max_tokens",
        "presence_penalty",
        "frequency_penalty",
        "stop",
        "seed",
        "reasoning_effort",
    }
)
_PENALTIES = frozenset({"presence_penalty", "frequency_penalty"})
_SAMPLING = frozenset({"temperature", "top_p", "top_k"})

_BUDGETS = {"minimal": 1024, "low": 2048, "medium": 8192, "high": 24576, "xhigh": 32768}
_OFF = "none"

Wire = dict[str, Any]


def _plain(effort: str, model: str) -> Wire:
    return {"reasoning_effort": effort}


def _type_switch(effort: str, model: str) -> Wire:
    return {"thinking": {"type": "disabled" if effort == _OFF else "enabled"}}


def _enable_switch(effort: str, model: str) -> Wire:
    if effort == _OFF:
        return {"enable_thinking": False}
    return {"enable_thinking": True, "thinking_budget": _BUDGETS[effort]}


def _template_switch(effort: str, model: str) -> Wire:
    if effort == _OFF:
        return {"chat_template_kwargs": {"enable_thinking": False}}
    return {"chat_template_kwargs": {"enable_thinking": True}, "reasoning_effort": effort}


def _reasoning_object(effort: str, model: str) -> Wire:
    return {"reasoning": {"enabled": False} if effort == _OFF else {"effort": effort}}


def _think(effort: str, model: str) -> Wire:
    if "gpt-oss" in model and effort in ("low", "medium", "high"):
        return {"think": effort}
    return {"think": effort != _OFF}


def _budget(effort: str, model: str) -> Wire:
    if effort == _OFF:
        return {"thinking": {"type": "disabled"}}
    return {"thinking": {"type": "enabled", "budget_tokens": _BUDGETS[effort]}}


def _adaptive(effort: str, model: str) -> Wire:
    if effort == _OFF:
        return {"thinking": {"type": "disabled"}}
    return {
        "thinking": {"type": "adaptive", "display": "summarized"},
        "output_config": {"effort": "low" if effort == "minimal" else effort},
    }


@dataclass(frozen=True)
class Family:
    """What the models of one family take."""

    name: str
    provider: str = ""  # preset id; "" is any
    models: str = ""  # regular expression searched in the model's id; "" is any
    takes: frozenset[str] = EVERYTHING
    renames: Mapping[str, str] = field(default_factory=dict)
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    effort: Callable[[str, str], Wire] = _plain
    # A parameter that is set silences others which the model refuses beside it.
    silences: Mapping[str, frozenset[str]] = field(default_factory=dict)
    # Whether `stream_options: {include_usage}` may be sent.
    usage_option: bool = True

    def fits(self, provider_id: str, model: str) -> bool:
        """Tell whether a model is of this family."""
        if self.provider and self.provider != provider_id:
            return False
        return not self.models or re.search(self.models, model, re.IGNORECASE) is not None


_COMPLETION_TOKENS = {"max_tokens": "max_completion_tokens"}
_CLAUDE = EVERYTHING - _PENALTIES - {"seed"}
_CLAUDE_NAMES = {"stop": "stop_sequences"}

# The first family that fits wins.
FAMILIES: tuple[Family, ...] = (
    Family(
        "OpenAI reasoning models",
        "openai",
        r"^(o\d|gpt-[5-9](?!.*chat)|codex)",
        takes=frozenset({"max_tokens", "reasoning_effort", "seed"}),
        renames=_COMPLETION_TOKENS,
    ),
    Family(
        "OpenAI",
        "openai",
        takes=EVERYTHING - {"top_k", "reasoning_effort"},
        renames=_COMPLETION_TOKENS,
    ),
    Family(
        "Claude, adaptive thinking only",
        "anthropic",
        r"claude-(opus|sonnet|haiku|fable|mythos)-(4-[7-9]|[5-9])",
        takes=_CLAUDE - _SAMPLING,
        renames=_CLAUDE_NAMES,
        effort=_adaptive,
    ),
    Family(
        "Claude",
        "anthropic",
        takes=_CLAUDE,
        renames=_CLAUDE_NAMES,
        ranges={"temperature": (0, 1)},
        effort=_budget,
        silences={"reasoning_effort": _SAMPLING, "temperature": frozenset({"top_p"})},
    ),
    Family(
        "DeepSeek reasoner",
        "deepseek",
        r"reasoner|-r1",
        takes=frozenset({"max_tokens", "stop"}),
    ),
    Family("DeepSeek", "deepseek", takes=EVERYTHING - {"top_k", "seed"}, effort=_type_switch),
    Family("SiliconFlow", "siliconflow", takes=EVERYTHING - {"presence_penalty"}, effort=_enable_switch),
    Family(
        "Zhipu",
        "zhipu",
        takes=frozenset({"temperature", "top_p", "max_tokens", "stop", "reasoning_effort"}),
        ranges={"temperature": (0, 1), "top_p": (0.01, 1)},
        effort=_type_switch,
        usage_option=False,
    ),
    Family(
        "Baichuan",
        "baichuan",
        takes=frozenset({"temperature", "top_p", "top_k", "max_tokens"}),
        ranges={"temperature": (0, 1)},
        usage_option=False,
    ),
    Family("OpenRouter", "openrouter", effort=_reasoning_object),
    Family("302.AI", "302ai"),
    Family(
        "Ollama",
        "ollama",
        renames={"max_tokens": "num_predict"},
        effort=_think,
    ),
    Family("vLLM", "vllm", effort=_template_switch),
    Family("SGLang", "sglang", effort=_template_switch),
    Family("LMDeploy", "lmdeploy", effort=_template_switch),
    Family("llama.cpp", "llamacpp", effort=_template_switch),
    Family("embedded", "embedded", takes=EVERYTHING - {"reasoning_effort"}),
    Family("anything OpenAI-compatible"),
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What to send: parameters under their wire names, the user's extra fields, and what to tell."""

    body: Wire
    extra: Wire
    notices: tuple[Notice, ...]
    usage_option: bool


def family_of(provider_id: str, model: str) -> Family:
    """Return the family of a model."""
    return next(family for family in FAMILIES if family.fits(provider_id, model))


def plan(provider_id: str, model: str, parameters: Mapping[str, Any]) -> Plan:
    """Turn the user's parameters into what this model takes."""
    family = family_of(provider_id, model)
    silenced = {
        name
        for loud, names in family.silences.items()
        if parameters.get(loud) not in (None, _OFF)
        for name in names
    }
    body: Wire = {}
    notices: list[Notice] = []
    for name, value in parameters.items():
        if name == "extra" or value is None:
            continue
        if name not in family.takes or name in silenced:
            notices.append(_left_out(name, model))
        elif name == "reasoning_effort":
            body.update(family.effort(value, model))
        else:
            body[family.renames.get(name, name)] = _within(family, name, value, notices)
    return Plan(body, dict(parameters.get("extra") or {}), tuple(notices), family.usage_option)


def _within(family: Family, name: str, value: Any, notices: list[Notice]) -> Any:
    low, high = family.ranges.get(name, (None, None))
    if low is None or high is None or low <= value <= high:
        return value
    nearest = min(max(value, low), high)
    notices.append(
        Notice(
            msg("{parameter} was set to {value}, the nearest value the provider takes."),
            {"parameter": name, "value": nearest},
        )
    )
    return nearest


def _left_out(name: str, model: str) -> Notice:
    return Notice(
        msg("“{model}” does not take {parameter}; it was left out."), {"parameter": name, "model": model}
    )


def culprit(
    problem: RequestRefused, provider_id: str, model: str, parameters: Mapping[str, Any]
) -> str | None:
    """Return which of our parameters a refusal complains about: its name, or `extra.<field>`."""
    words = {problem.parameter, *re.findall(r"[A-Za-z_]\w*", str(problem.params.get("said", "")))}
    family = family_of(provider_id, model)
    for name, value in parameters.items():
        if name == "extra":
            found = next((key for key in value or {} if key in words), None)
            if found is not None:
                return f"extra.{found}"
        elif not words.isdisjoint(_wire_names(family, name, value, model)):
            return name
    return None


def _wire_names(family: Family, name: str, value: Any, model: str) -> set[str]:
    if name != "reasoning_effort":
        return {name, family.renames.get(name, name)}
    # Ollama says `"x" does not support thinking`.
    return {name, "thinking", *family.effort(value, model)}


def without(parameters: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return the parameters without one; `extra.<field>` takes a field out of `extra`."""
    if name.startswith("extra."):
        extra = {key: value for key, value in parameters["extra"].items() if f"extra.{key}" != name}
        return {**parameters, "extra": extra}
    return {key: value for key, value in parameters.items() if key != name}
