"""Model configurations: kept with their history, tested, and made ready to be asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..core.actor import Actor
from ..core.clock import now
from ..core.errors import Conflict, FieldError, Invalid, LLMOpsError, NotFound
from ..core.i18n import msg, translator
from ..core.paging import Page
from ..storage.vault import Vault
from .prepared import PreparedModels
from .probe import probe
from .ready import ReadyModel
from .revisions import history
from .schemas import (
    ConfigChange,
    ConfigDetail,
    ConfigQuery,
    ConfigVersion,
    LastTest,
    LiveModelsRequest,
    ModelConfig,
    ModelList,
    NewConfig,
    ParameterTemplate,
    TestRequest,
    TestResult,
    UsedBy,
)
from .service import ProviderService, as_problem, hint
from .store import ConfigStore, Row
from .templates import TEMPLATES

__all__ = ["ModelConfigService"]


class ModelConfigService:
    """Answer everything about a person's model configurations."""

    def __init__(self, store: ConfigStore, providers: ProviderService, vault: Vault) -> None:
        self._store = store
        self._providers = providers
        self._vault = vault
        self._prepared = PreparedModels()

    # -- read ------------------------------------------------------------------------------------

    async def configs(self, actor: Actor, query: ConfigQuery) -> Page[ModelConfig]:
        """Return a page of the actor's configurations."""
        rows, following, total = await self._store.page(actor.id, query)
        return Page[ModelConfig](items=[self._shown(row) for row in rows], next=following, total=total)

    async def config(self, actor: Actor, config_id: int) -> ConfigDetail:
        """Return one configuration with what uses it."""
        shown = self._shown(await self._mine(actor, config_id))
        sessions = await self._store.sessions_using(actor.id, config_id)
        return ConfigDetail(**dict(shown), used_by=UsedBy(sessions=sessions))

    async def versions(self, actor: Actor, config_id: int) -> Page[ConfigVersion]:
        """Return the history of a configuration, the newest first."""
        await self._mine(actor, config_id)
        items = history(await self._store.versions(actor.id, config_id))
        return Page[ConfigVersion](items=items, next=None, total=len(items))

    def templates(self, actor: Actor) -> Page[ParameterTemplate]:
        """Return the ready-made sets of parameters."""
        translate = translator(actor.language)
        items = [
            ParameterTemplate(id=template_id, name=translate(name), parameters=parameters)
            for template_id, (name, parameters) in TEMPLATES.items()
        ]
        return Page[ParameterTemplate](items=items, next=None, total=len(items))

    # -- write -----------------------------------------------------------------------------------

    async def create(self, actor: Actor, new: NewConfig) -> ModelConfig:
        """Keep a new configuration."""
        values = {
            **new.model_dump(exclude={"api_key", "parameters"}),
            "endpoint": new.endpoint or "",
            "parameters": new.parameters.model_dump(exclude_none=True),
            **self._key_columns(new.api_key or ""),
        }
        self._refuse_bad_place(values)
        await self._refuse_taken_name(actor, new.name)
        return self._shown(await self._added(actor, values))

    async def change(self, actor: Actor, config_id: int, change: ConfigChange) -> ModelConfig:
        """Change a configuration; what really differs makes a new version."""
        row = await self._mine(actor, config_id)
        values = self._changes(row, change)
        if values:
            self._refuse_bad_place({**row, **values})
            if "name" in values:
                await self._refuse_taken_name(actor, values["name"])
            await self._store.change(actor.id, config_id, values)
        return self._shown(await self._mine(actor, config_id))

    async def delete(self, actor: Actor, config_id: int) -> None:
        """Delete a configuration; conversations made with it stay readable."""
        if not await self._store.delete(actor.id, [config_id]):
            raise _absent()

    async def delete_many(self, actor: Actor, config_ids: list[int]) -> None:
        """Delete those of the configurations that are the actor's; others are left alone."""
        await self._store.delete(actor.id, config_ids)

    async def duplicate(self, actor: Actor, config_id: int) -> ModelConfig:
        """Copy a configuration with its key under a new name."""
        row = await self._mine(actor, config_id)
        values = {name: row[name] for name in _COPIED}
        names = await self._store.names(actor.id)
        return self._shown(await self._added(actor, {**values, "name": _free_name(row["name"], names)}))

    async def make_default(self, actor: Actor, config_id: int) -> ModelConfig:
        """Make a configuration the one that new conversations use."""
        await self._mine(actor, config_id)
        await self._store.change(actor.id, config_id, {"is_default": True})
        return self._shown(await self._mine(actor, config_id))

    async def rollback(self, actor: Actor, config_id: int, version: int) -> ModelConfig:
        """Bring an old version back, key included, as a new one."""
        await self._mine(actor, config_id)
        rows = await self._store.versions(actor.id, config_id)
        chosen = next((row for row in rows if row["version"] == version), None)
        if chosen is None:
            raise NotFound(msg("This configuration has no version {version}."), version=version)
        key = {name: chosen[name] for name in ("api_key_encrypted", "api_key_hint")}
        self._refuse_bad_place(chosen["data"])
        if chosen["data"]["name"] != rows[0]["data"]["name"]:
            await self._refuse_taken_name(actor, chosen["data"]["name"])
        await self._store.change(actor.id, config_id, {**chosen["data"], **key})
        return self._shown(await self._mine(actor, config_id))

    async def ensure_demo(self, actor: Actor, model: str, name: str) -> None:
        """Give somebody who never had a configuration the embedded demo model as the default."""
        if await self._store.ever_had_one(actor.id):
            return
        values = {**_EMPTY, "name": name, "provider_id": "embedded", "model": model}
        await self._added(actor, {**values, "is_default": True, "demo": True})

    # -- use -------------------------------------------------------------------------------------

    async def resolve(self, actor: Actor, config_id: int | None) -> ReadyModel:
        """Return a configuration ready to be asked; None is the actor's default.

        Raise NotFound, Conflict when there is none at all or its provider is switched off, or a
        problem of `providers.problems`.
        """
        revision = self._store.revision, self._providers.revision
        model = self._prepared.find(actor.id, config_id, revision)
        if model is None:
            model = await self._ready(actor, await self._chosen(actor, config_id))
            self._prepared.keep(actor.id, config_id, revision, model)
        return model

    async def test(self, actor: Actor, request: TestRequest) -> TestResult:
        """Send a short message to a configuration, saved or not, and tell how it went."""
        row = await self._tested(actor, request)
        try:
            result = await probe(await self._ready(actor, row, patient=False), actor)
        except LLMOpsError as error:
            result = TestResult(ok=False, problem=as_problem(error, actor))
        if request.id is not None and request.model_fields_set == {"id"}:
            kept = LastTest(at=now(), **result.model_dump(include={"ok", "latency_ms", "ttft_ms", "problem"}))
            await self._store.set_last_test(actor.id, request.id, kept.model_dump(mode="json"))
        return result

    async def models(self, actor: Actor, provider_id: str, request: LiveModelsRequest) -> ModelList:
        """Return the models of a provider, at the place and with the key of the request."""
        endpoint, key = request.endpoint or "", request.api_key or ""
        self._providers.preset(provider_id)
        if request.config_id is not None:
            row = await self._mine(actor, request.config_id)
            if row["provider_id"] == provider_id:
                endpoint, key = endpoint or row["endpoint"], key or self._key(row)
        problem = self._providers.check_endpoint(provider_id, endpoint) if endpoint else None
        if problem is not None:
            raise Invalid(code="endpoint_not_allowed", errors=[problem])
        target = await self._providers.target(provider_id, endpoint, key)
        return await self._providers.models(actor, target, request.refresh)

    # -- inside ----------------------------------------------------------------------------------

    async def _chosen(self, actor: Actor, config_id: int | None) -> Row:
        if config_id is not None:
            return await self._mine(actor, config_id)
        row = await self._store.default(actor.id)
        if row is None:
            raise Conflict(
                msg("No model is set up yet."),
                code="no_model",
                remedy=msg("Set up a model configuration first."),
            )
        return row

    async def _mine(self, actor: Actor, config_id: int) -> Row:
        row = await self._store.get(actor.id, config_id)
        if row is None:
            raise _absent()
        return row

    async def _added(self, actor: Actor, values: Mapping[str, Any]) -> Row:
        return await self._mine(actor, await self._store.add(actor.id, values))

    async def _ready(self, actor: Actor, row: Row, patient: bool = True) -> ReadyModel:
        target = await self._providers.target(row["provider_id"], row["endpoint"], self._key(row))
        self._providers.require_key(target)
        known = self._providers.table.find(row["provider_id"], row["model"])
        return ReadyModel(
            config_id=row["id"],
            config_name=row["name"],
            version=row["version"],
            provider_id=row["provider_id"],
            model=row["model"],
            parameters=row["parameters"],
            system_prompt=row["system_prompt"],
            protocol=self._providers.protocol(self._providers.preset(row["provider_id"]), patient),
            target=target,
            capabilities=await self._providers.capabilities(actor, target, row["model"]),
            context_length=known.context_length if known else None,
            known=known,
        )

    async def _tested(self, actor: Actor, request: TestRequest) -> Row:
        """Return the row to test: a saved one with the request's fields on top, or those alone."""
        row = (
            dict(await self._mine(actor, request.id))
            if request.id is not None
            else {**_EMPTY, "name": "test"}
        )
        for name in ("provider_id", "endpoint", "model"):
            if getattr(request, name) is not None:
                row[name] = getattr(request, name)
        if request.parameters is not None:
            row["parameters"] = request.parameters.model_dump(exclude_none=True)
        if "api_key" in request.model_fields_set:
            row |= self._key_columns(request.api_key or "")
        missing = [name for name in ("provider_id", "model") if not row[name]]
        if missing:
            raise Invalid(errors=[FieldError(name, msg("This field is required.")) for name in missing])
        self._refuse_unknown_provider(row["provider_id"])
        return row

    def _changes(self, row: Row, change: ConfigChange) -> dict[str, Any]:
        """Return the columns that a change really changes."""
        values = change.model_dump(exclude_unset=True, exclude={"api_key", "parameters"})
        if "endpoint" in values:
            values["endpoint"] = values["endpoint"] or ""
        if change.parameters is not None:
            values["parameters"] = change.parameters.model_dump(exclude_none=True)
        changed = {name: value for name, value in values.items() if value is not None and value != row[name]}
        if "api_key" in change.model_fields_set and (change.api_key or "") != self._key(row):
            changed |= self._key_columns(change.api_key or "")
        return changed

    def _key(self, row: Row) -> str:
        encrypted = row["api_key_encrypted"]
        return self._vault.decrypt(encrypted) if encrypted else ""

    def _key_columns(self, key: str) -> dict[str, Any]:
        return {"api_key_encrypted": self._vault.encrypt(key) if key else None, "api_key_hint": hint(key)}

    def _refuse_unknown_provider(self, provider_id: str) -> None:
        if not self._providers.knows(provider_id):
            raise Invalid.field(
                "provider_id", msg("There is no provider “{provider}”."), provider=provider_id
            )

    def _refuse_bad_place(self, values: Mapping[str, Any]) -> None:
        self._refuse_unknown_provider(values["provider_id"])
        problem = self._providers.check_endpoint(values["provider_id"], values["endpoint"])
        if problem is not None:
            raise Invalid(code="endpoint_not_allowed" if values["endpoint"] else None, errors=[problem])

    async def _refuse_taken_name(self, actor: Actor, name: str) -> None:
        if name in await self._store.names(actor.id):
            raise Invalid.field(
                "name", msg("There is already a configuration with this name. Choose another.")
            )

    def _shown(self, row: Row) -> ModelConfig:
        preset_endpoint = (
            self._providers.preset(row["provider_id"]).endpoint
            if self._providers.knows(row["provider_id"])
            else ""
        )
        fields = {name: row[name] for name in _SHOWN}
        return ModelConfig(
            **fields,
            endpoint=row["endpoint"] or preset_endpoint or None,
            api_key_hint=_shown_hint(row),
            capabilities=sorted(self._providers.guess(row["provider_id"], row["model"])),
            last_test=LastTest.model_validate(row["last_test"]) if row["last_test"] else None,
        )


_COPIED = (
    "notes",
    "provider_id",
    "endpoint",
    "model",
    "parameters",
    "system_prompt",
    "groups",
    "api_key_encrypted",
    "api_key_hint",
    "demo",
)
_SHOWN = (
    "id",
    "name",
    "notes",
    "provider_id",
    "model",
    "parameters",
    "system_prompt",
    "is_default",
    "version",
    "groups",
    "demo",
    "created_at",
    "updated_at",
)
_EMPTY: dict[str, Any] = {
    "id": 0,
    "name": "",
    "notes": "",
    "provider_id": "",
    "endpoint": "",
    "model": "",
    "api_key_encrypted": None,
    "api_key_hint": "",
    "parameters": {},
    "system_prompt": "",
    "groups": [],
    "version": 0,
}


def _absent() -> NotFound:
    return NotFound(msg("There is no such model configuration."))


def _shown_hint(row: Row) -> str | None:
    """Return the end of the key; dots for a key too short to show any of it."""
    return (row["api_key_hint"] or "••••") if row["api_key_encrypted"] else None


def _free_name(name: str, taken: set[str]) -> str:
    """Return `name (2)`, `name (3)`, … whichever is free."""
    base = name[:92]
    number = 2
    while f"{base} ({number})" in taken:
        number += 1
    return f"{base} ({number})"
