"""Providers: presets, what an administrator set, model lists, the endpoint policy."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..core.actor import Actor
from ..core.errors import Conflict, FieldError, Invalid, LLMOpsError, NotFound
from ..core.i18n import msg, translator
from ..storage.vault import Vault
from .base import ModelInfo, Protocol, Target
from .capabilities import guess_capabilities, guess_parameter_size
from .modellist import ModelLists
from .policy import BadEntry, EndpointPolicy, PolicyInForce, parse_origin
from .presets import Preset
from .pricing import ModelTable
from .problems import EndpointNotAllowed, KeyMissing, ProviderError, ProviderTimeout
from .retry import Patience, ReliableProtocol
from .schemas import ManualModel, Model, ModelList, Policy, PolicyChange, Problem, Provider, ProviderChange
from .store import ProviderStore, Row

__all__ = ["ProviderService", "as_problem", "hint"]

_POLICY = "endpoint_policy"
_ONCE = Patience(attempts=1)
_SETTINGS_FRESH_FOR = 15.0  # another process may have changed them


def hint(key: str) -> str:
    """Return what may be shown of a key: its last four characters, nothing of a short one."""
    return key[-4:] if len(key) >= 12 else ""


def as_problem(error: LLMOpsError, actor: Actor) -> Problem:
    """Return an error as part of an answer, in the actor's language."""
    return Problem(
        code=error.code, message=error.message(actor.language), remedy=error.advice(actor.language)
    )


class ProviderService:
    """Who can be asked for models, where, and with which key."""

    def __init__(
        self,
        store: ProviderStore,
        vault: Vault,
        presets: Mapping[str, Preset],
        protocols: Mapping[str, Protocol],
        table: ModelTable,
        policy: PolicyInForce,
        lists: ModelLists | None = None,
    ) -> None:
        self._store = store
        self._vault = vault
        self._presets = presets
        self._protocols = protocols
        self._patient = {name: ReliableProtocol(protocol) for name, protocol in protocols.items()}
        self._prompt = {name: ReliableProtocol(protocol, _ONCE) for name, protocol in protocols.items()}
        self._policy = policy
        self._lists = lists or ModelLists()
        self._settings: dict[str, Row] = {}
        self._settings_until = 0.0
        self.table = table

    @property
    def revision(self) -> int:
        """A number that grows with every change of what a model is made ready from."""
        return self._store.revision

    async def start(self) -> None:
        """Bring the stored endpoint policy into force."""
        stored = await self._store.setting(_POLICY)
        if stored:
            hosts = (*self._policy.current.hosts, *stored["allowed_hosts"])
            self._policy.current = replace(self._policy.current, hosts=EndpointPolicy.normalise(hosts))

    # -- providers -------------------------------------------------------------------------------

    async def providers(self, language: str = "en") -> list[Provider]:
        """Return all presets with what the administrator set, named in the reader's language."""
        settings = await self._all_settings()
        return [_provider(preset, settings.get(preset.id, {}), language) for preset in self._presets.values()]

    async def change(self, provider_id: str, change: ProviderChange, language: str = "en") -> Provider:
        """Enable, disable, or set the organisation's key of a provider."""
        preset = self.preset(provider_id)
        values: dict[str, Any] = {}
        if change.enabled is not None:
            values["enabled"] = change.enabled
        if "org_key" in change.model_fields_set:
            key = change.org_key or ""
            values["api_key_encrypted"] = self._vault.encrypt(key) if key else None
            values["api_key_hint"] = hint(key)
        if values:
            await self._store.change_settings(provider_id, values)
            self._settings_until = 0.0
        return _provider(preset, (await self._all_settings()).get(provider_id, {}), language)

    def preset(self, provider_id: str) -> Preset:
        """Return a preset, or raise NotFound."""
        preset = self._presets.get(provider_id)
        if preset is None:
            raise NotFound(msg("There is no provider “{provider}”."), provider=provider_id)
        return preset

    def knows(self, provider_id: str) -> bool:
        """Tell whether there is such a provider."""
        return provider_id in self._presets

    def protocol(self, preset: Preset, patient: bool = True) -> Protocol:
        """Return the protocol of a provider; one that is not patient tells a failure at once.

        Raise Conflict when its plug-in is gone.
        """
        try:
            return (self._patient if patient else self._prompt)[preset.protocol]
        except KeyError:
            raise Conflict(
                msg("The protocol “{protocol}” of {provider} is not installed."),
                code="protocol_missing",
                remedy=msg("Install the plug-in that brings it, or choose another provider."),
                protocol=preset.protocol,
                provider=preset.name,
            ) from None

    # -- where a call goes -----------------------------------------------------------------------

    async def target(self, provider_id: str, endpoint: str = "", key: str = "") -> Target:
        """Return where a call goes, with the organisation's key where no own one is given.

        Raise Conflict when the provider is switched off.
        """
        preset = self.preset(provider_id)
        settings = (await self._all_settings()).get(provider_id, {})
        if not settings.get("enabled", True):
            raise Conflict(
                msg("{provider} is switched off here."),
                code="provider_disabled",
                remedy=msg("Choose another provider, or ask an administrator to switch it on."),
                provider=preset.name,
            )
        where = endpoint or preset.endpoint
        return Target(provider_id, where, key or self._org_key(preset, settings, where), label=preset.name)

    def require_key(self, target: Target) -> None:
        """Raise KeyMissing when the provider cannot be called without a key."""
        if self.preset(target.provider_id).needs_key and not target.api_key:
            raise KeyMissing(msg("{provider} needs an API key."), provider=target.name)

    def check_endpoint(self, provider_id: str, endpoint: str) -> FieldError | None:
        """Return what is wrong with an endpoint for this provider."""
        preset = self._presets[provider_id]
        if preset.kind == "embedded":
            return None
        if not (endpoint or preset.endpoint):
            return FieldError(
                "endpoint", msg("This provider needs an endpoint, such as http://localhost:8000/v1.")
            )
        try:
            self._policy.current.check_url(endpoint or preset.endpoint)
        except EndpointNotAllowed as refusal:
            return FieldError("endpoint", refusal.detail, tuple(refusal.params.items()))
        return None

    def _org_key(self, preset: Preset, settings: Row, endpoint: str) -> str:
        """Return the organisation's key, only for the provider's own place.

        Anywhere else a user could have it sent to a server of their own and read it there.
        """
        encrypted = settings.get("api_key_encrypted")
        if not encrypted or not preset.endpoint or parse_origin(endpoint) != parse_origin(preset.endpoint):
            return ""
        return self._vault.decrypt(encrypted)

    async def _all_settings(self) -> dict[str, Row]:
        moment = time.monotonic()
        if moment >= self._settings_until:
            self._settings = await self._store.settings()
            self._settings_until = moment + _SETTINGS_FRESH_FOR
        return self._settings

    # -- models ----------------------------------------------------------------------------------

    async def models(self, actor: Actor, target: Target, refresh: bool = False) -> ModelList:
        """Return the models of a target. A provider that cannot be asked leaves the known ones."""
        preset = self.preset(target.provider_id)
        found: dict[str, Model] = {}
        problem: Problem | None = None
        try:
            for info in await self._live(actor, preset, target, refresh):
                found[info.id] = self._model(preset, info, "live" if preset.models_endpoint else "catalogue")
        except (ProviderError, ProviderTimeout, Conflict) as error:
            problem = as_problem(error, actor)
        for row in await self._store.manual_models(actor.id, preset.id):
            found[row["model"]] = self._model(preset, _manual(row), "manual")
        return ModelList(items=list(found.values()), total=len(found), problem=problem)

    async def add_model(self, actor: Actor, provider_id: str, model: ManualModel) -> Model:
        """Add a model by hand."""
        preset = self.preset(provider_id)
        values = {
            "model": model.id,
            "name": model.name or model.id,
            "capabilities": list[str](model.capabilities or ())
            or sorted(self._capabilities(provider_id, model.id)),
            "context_length": model.context_length,
            "parameter_size": model.parameter_size or guess_parameter_size(model.id) or "",
            "quantization": model.quantization or "",
        }
        await self._store.put_manual_model(actor.id, provider_id, values)
        return self._model(preset, _manual(values), "manual")

    async def delete_model(self, actor: Actor, provider_id: str, model: str) -> None:
        """Delete a model that the actor added."""
        self.preset(provider_id)
        if not await self._store.delete_manual_model(actor.id, provider_id, model):
            raise NotFound(msg("There is no such model among those you added."))

    async def capabilities(self, actor: Actor, target: Target, model: str) -> frozenset[str] | None:
        """Return what a model can do as far as somebody said so; None where it would be a guess."""
        for row in await self._store.manual_models(actor.id, target.provider_id):
            if row["model"] == model:
                return frozenset(row["capabilities"])
        preset = self.preset(target.provider_id)
        if preset.kind == "embedded":
            listed = await self.protocol(preset).models(target)
            return next((info.capabilities for info in listed if info.id == model), None)
        known = self.table.find(preset.id, model)
        if known is not None and known.capabilities:
            return known.capabilities
        if preset.protocol in ("ollama", "anthropic"):  # whose lists say it themselves
            listed = self._lists.peek(actor.id, target)
            return next((info.capabilities for info in listed if info.id == model), None)
        return None

    def guess(self, provider_id: str, model: str) -> frozenset[str]:
        """Return what a model can do, from the table or by its name."""
        return self._capabilities(provider_id, model)

    async def _live(self, actor: Actor, preset: Preset, target: Target, refresh: bool) -> list[ModelInfo]:
        if preset.models:
            return [ModelInfo(model, model, guess_capabilities(model)) for model in preset.models]
        self.require_key(target)
        return await self._lists.get(actor.id, self.protocol(preset), target, refresh)

    def _capabilities(self, provider_id: str, model: str) -> frozenset[str]:
        known = self.table.find(provider_id, model)
        return known.capabilities if known and known.capabilities else guess_capabilities(model)

    def _model(self, preset: Preset, info: ModelInfo, source: Any) -> Model:
        known = self.table.find(preset.id, info.id)
        capabilities = info.capabilities
        # A name is a guess; the table was looked up by people.
        if source != "manual" and known and known.capabilities and preset.protocol == "openai":
            capabilities = known.capabilities
        return Model(
            id=info.id,
            name=info.name,
            capabilities=sorted(capabilities),
            context_length=info.context_length or (known.context_length if known else None),
            parameter_size=info.parameter_size,
            quantization=info.quantization,
            available=info.available,
            source=source,
            input_price=known.input_price if known else None,
            output_price=known.output_price if known else None,
        )

    # -- endpoint policy -------------------------------------------------------------------------

    def policy(self) -> Policy:
        """Return which hosts are allowed."""
        current = self._policy.current
        return Policy(
            allowed_hosts=list(current.hosts),
            preset_hosts=sorted(current.preset_hosts),
            loopback=current.loopback,
        )

    async def change_policy(self, change: PolicyChange) -> Policy:
        """Replace the list of allowed hosts, at once and for good."""
        try:
            hosts = EndpointPolicy.normalise(change.allowed_hosts)
        except BadEntry as error:
            raise Invalid.field(
                "allowed_hosts",
                msg(
                    "“{entry}” is no host. Write a host, host:port, *.domain or a network such as 10.0.0.0/8."
                ),
                entry=error.args[0][:100],
            ) from None
        await self._store.put_setting(_POLICY, {"allowed_hosts": list(hosts)})
        self._policy.current = replace(self._policy.current, hosts=hosts)
        return self.policy()


def _provider(preset: Preset, settings: Row, language: str) -> Provider:
    return Provider(
        id=preset.id,
        name=translator(language)(preset.name),
        icon=preset.icon,
        kind=preset.kind,
        protocol=preset.protocol,
        default_endpoint=preset.endpoint or None,
        needs_key=preset.needs_key,
        has_org_key=bool(settings.get("api_key_encrypted")),
        enabled=settings.get("enabled", True),
        models_endpoint=preset.models_endpoint or None,
        docs_url=preset.docs_url or None,
        capabilities=list(preset.capabilities),
    )


def _manual(row: Row) -> ModelInfo:
    return ModelInfo(
        row["model"],
        row["name"] or row["model"],
        frozenset(row["capabilities"]),
        context_length=row["context_length"],
        parameter_size=row["parameter_size"] or None,
        quantization=row["quantization"] or None,
    )
