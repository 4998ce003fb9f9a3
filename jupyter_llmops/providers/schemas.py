"""Wire types of providers and model configurations."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import orjson
from pydantic import AfterValidator, BeforeValidator, Field

from ..core.i18n import msg
from ..core.paging import PageQuery
from ..core.wire import Wire

__all__ = [
    "ConfigChange",
    "ConfigDetail",
    "ConfigQuery",
    "ConfigVersion",
    "Effort",
    "FieldChange",
    "Ids",
    "LastTest",
    "LiveModelsRequest",
    "ManualModel",
    "Model",
    "ModelConfig",
    "ModelList",
    "ModelQuery",
    "ModelsQuery",
    "NewConfig",
    "ParameterTemplate",
    "Parameters",
    "Policy",
    "PolicyChange",
    "Problem",
    "Provider",
    "ProviderChange",
    "Rollback",
    "TestRequest",
    "TestResult",
    "TestUsage",
    "UsedBy",
]

Id = Annotated[int, Field(ge=1, lt=1 << 63)]
Effort = Literal["none", "minimal", "low", "medium", "high", "xhigh"]
Capability = Literal["chat", "reasoning", "vision", "tools", "embedding"]

MAX_EXTRA = 20_000
MAX_SYSTEM_PROMPT = 100_000
# What we set ourselves; `extra` must not be a way around it.
_RESERVED = frozenset({"model", "messages", "stream", "stream_options", "system", "api_key"})


def _visible(text: str) -> str:
    text = " ".join(text.split())
    if not text:
        raise ValueError(msg("Needs at least one visible character."))
    return text


def _trimmed(text: str) -> str:
    return text.strip()


def _key(text: str) -> str:
    text = text.strip()
    if not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError(msg("Contains characters that no key has. Copy the key again, without spaces."))
    return text


def _extra(extra: dict[str, Any]) -> dict[str, Any]:
    if not _RESERVED.isdisjoint(extra):
        raise ValueError(msg("Must not set model, messages, system, stream, stream_options or api_key."))
    try:
        size = len(orjson.dumps(extra))
    except TypeError:  # numbers beyond 64 bits
        raise ValueError(msg("Contains a number that is too large.")) from None
    if size > MAX_EXTRA:
        raise ValueError(msg("Is too long: at most 20,000 characters of JSON."))
    return extra


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Name = Annotated[str, Field(max_length=100), AfterValidator(_visible)]
ModelId = Annotated[str, Field(max_length=300), AfterValidator(_visible)]
Notes = Annotated[str, Field(max_length=5000)]
Endpoint = Annotated[str, Field(max_length=1000), AfterValidator(_trimmed)]
ApiKey = Annotated[str, Field(max_length=500), AfterValidator(_key)]
SystemPrompt = Annotated[str, Field(max_length=MAX_SYSTEM_PROMPT)]
ProviderId = Annotated[str, Field(min_length=1, max_length=64)]


class Parameters(Wire):
    """How the model is to answer. What is left out is not sent: the provider's default holds."""

    temperature: float | None = Field(None, ge=0, le=2)
    top_p: float | None = Field(None, ge=0, le=1)
    top_k: int | None = Field(None, ge=-1, le=100_000)
    max_tokens: int | None = Field(None, ge=1, le=10_000_000)
    presence_penalty: float | None = Field(None, ge=-2, le=2)
    frequency_penalty: float | None = Field(None, ge=-2, le=2)
    stop: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=200)]] | None, BeforeValidator(_as_list)
    ] = Field(None, max_length=16)
    seed: int | None = Field(None, ge=-(1 << 63), lt=1 << 63)
    reasoning_effort: Effort | None = None
    extra: Annotated[dict[str, Any], AfterValidator(_extra)] | None = Field(
        None, description="Further fields of the request, as the provider documents them."
    )


class Problem(Wire):
    """What went wrong, in words, and what to do."""

    code: str
    message: str
    remedy: str


class Provider(Wire):
    """A source of models."""

    id: str
    name: str
    icon: str
    kind: Literal["local", "cloud", "embedded", "custom"]
    protocol: str
    default_endpoint: str | None
    needs_key: bool
    has_org_key: bool
    enabled: bool
    models_endpoint: str | None
    docs_url: str | None
    capabilities: list[str]


class ProviderChange(Wire):
    """What an administrator changes; null as key removes it."""

    enabled: bool | None = None
    org_key: ApiKey | None = Field(None, description="Key for everybody: usable, never readable.")


class Model(Wire):
    """A model as its provider lists it, or as somebody added it."""

    id: str
    name: str
    capabilities: list[str]
    context_length: int | None = None
    parameter_size: str | None = None
    quantization: str | None = None
    available: bool = True
    source: Literal["live", "manual", "catalogue"]
    input_price: float | None = Field(None, description="US dollars per million tokens.")
    output_price: float | None = Field(None, description="US dollars per million tokens.")


class ModelList(Wire):
    """The models of one provider. Where it could not be asked, `problem` says why."""

    items: list[Model]
    next: str | None = None
    total: int
    problem: Problem | None = None


class ModelsQuery(Wire):
    """Which list: of a saved configuration, or of an endpoint."""

    refresh: bool = Field(
        False, description="Ask the provider although a list of the last ten minutes is there."
    )
    endpoint: Endpoint | None = None
    config_id: Id | None = Field(None, description="Use endpoint and key of this configuration.")


class LiveModelsRequest(ModelsQuery):
    """The same with a key that is not saved yet."""

    api_key: ApiKey | None = None


class ModelQuery(Wire):
    """One model of a provider."""

    model: ModelId


class ManualModel(Wire):
    """A model that its provider does not list."""

    id: ModelId
    name: Annotated[str, Field(max_length=300), AfterValidator(_trimmed)] | None = None
    capabilities: list[Capability] | None = Field(None, max_length=5)
    context_length: int | None = Field(None, ge=1, le=1_000_000_000)
    parameter_size: Annotated[str, Field(max_length=32)] | None = None
    quantization: Annotated[str, Field(max_length=32)] | None = None


class NewConfig(Wire):
    """A new model configuration."""

    name: Name
    provider_id: ProviderId
    model: ModelId
    endpoint: Endpoint | None = Field(None, description="The provider's own when left out.")
    api_key: ApiKey | None = Field(None, description="Write only.")
    notes: Notes = ""
    parameters: Parameters = Field(default_factory=Parameters)
    system_prompt: SystemPrompt = ""
    groups: list[Annotated[str, Field(max_length=100)]] = Field(default_factory=list, max_length=50)
    is_default: bool = False


class ConfigChange(Wire):
    """What changes; what is left out stays. `api_key` null removes the stored key."""

    name: Name | None = None
    provider_id: ProviderId | None = None
    model: ModelId | None = None
    endpoint: Endpoint | None = None
    api_key: ApiKey | None = None
    notes: Notes | None = None
    parameters: Parameters | None = None
    system_prompt: SystemPrompt | None = None
    groups: list[Annotated[str, Field(max_length=100)]] | None = Field(None, max_length=50)
    is_default: bool | None = None


class LastTest(Wire):
    """How the last test went."""

    ok: bool
    at: datetime
    latency_ms: float | None = None
    ttft_ms: float | None = None
    problem: Problem | None = None


class ModelConfig(Wire):
    """A model configuration. Of its key only the last four characters are ever shown."""

    id: int
    name: str
    notes: str
    provider_id: str
    endpoint: str | None
    model: str
    api_key_hint: str | None
    parameters: dict[str, Any]
    system_prompt: str
    is_default: bool
    version: int
    groups: list[str]
    demo: bool
    capabilities: list[str] = Field(description="Known or guessed from the model's name.")
    last_test: LastTest | None
    created_at: datetime
    updated_at: datetime


class UsedBy(Wire):
    """What still uses a configuration."""

    sessions: int


class ConfigDetail(ModelConfig):
    """A configuration with what uses it."""

    used_by: UsedBy


class ConfigQuery(PageQuery):
    """Which configurations."""

    provider_id: ProviderId | None = None


class Ids(Wire):
    """Several things of a kind."""

    ids: list[Id] = Field(min_length=1, max_length=500)


class FieldChange(Wire):
    """One field that differs from the version before."""

    field: str
    before: Any
    after: Any


class ConfigVersion(Wire):
    """A saved state of a configuration, without its key."""

    version: int
    created_at: datetime
    data: dict[str, Any]
    changes: list[FieldChange]


class Rollback(Wire):
    """The version to bring back."""

    version: int = Field(ge=1, lt=1 << 31)


class TestRequest(Wire):
    """What to test: a saved configuration, one not saved yet, or a saved one with changes."""

    __test__ = False  # no test case, whatever pytest thinks

    id: Id | None = None
    provider_id: ProviderId | None = None
    endpoint: Endpoint | None = None
    api_key: ApiKey | None = None
    model: ModelId | None = None
    parameters: Parameters | None = None


class TestUsage(Wire):
    """Tokens of the test."""

    __test__ = False

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int
    estimated: bool


class TestResult(Wire):
    """How the test went; when it failed, why and what to do."""

    __test__ = False

    ok: bool
    latency_ms: float | None = None
    ttft_ms: float | None = None
    usage: TestUsage | None = None
    text: str | None = None
    notices: list[str] = Field(default_factory=list)
    problem: Problem | None = None


class ParameterTemplate(Wire):
    """A named set of parameters."""

    id: str
    name: str
    parameters: dict[str, Any]


class Policy(Wire):
    """Which hosts a configuration may point at."""

    allowed_hosts: list[str]
    preset_hosts: list[str] = Field(description="Always allowed.")
    loopback: bool = Field(description="Whether this machine itself is allowed.")


class PolicyChange(Wire):
    """The new list: host, host:port, *.domain or network/bits."""

    allowed_hosts: list[Annotated[str, Field(max_length=300)]] = Field(max_length=500)
