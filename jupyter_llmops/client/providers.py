"""Providers, their models, and my model configurations."""

from __future__ import annotations

from typing import Any

from .errors import UnknownModelError
from .listing import Listing
from .resource import Resource, given, id_of
from .types import ConfigVersion, Model, ModelConfig, Provider, Template, TestResult

__all__ = ["AsyncModelConfigs", "AsyncProviders", "ModelName"]

# A configuration, its id, its name, or the name of its model.
ModelName = int | str | ModelConfig


class AsyncProviders(Resource):
    """The sources of models."""

    async def list(self) -> Listing[Provider]:
        """Return all providers."""
        return await self._connection.items("providers", Provider)

    async def models(self, provider_id: str, *, refresh: bool = False) -> Listing[Model]:
        """Return the models a provider offers; `refresh` asks it anew."""
        return await self._connection.items(
            f"providers/{provider_id}/models", Model, {"refresh": True} if refresh else None
        )

    async def add_model(self, /, provider_id: str, model: str, **facts: Any) -> Model:
        """Add a model that the provider does not list itself."""
        return Model.model_validate(
            await self._connection.json(
                "POST", f"providers/{provider_id}/models", body={"id": model, **facts}
            )
        )

    async def update(self, /, provider_id: str, **changes: Any) -> Provider:
        """Enable or disable a provider, or set its organisation-wide key (administrators)."""
        return Provider.model_validate(
            await self._connection.json("PATCH", f"providers/{provider_id}", body=changes)
        )


class AsyncModelConfigs(Resource):
    """My model configurations."""

    async def list(
        self,
        q: str | None = None,
        *,
        provider_id: str | None = None,
        sort: str | None = None,
        limit: int | None = None,
    ) -> Listing[ModelConfig]:
        """Return my configurations and those shared with me."""
        query = {"q": q, "provider_id": provider_id, "sort": sort}
        return await self._connection.listing("model-configs", ModelConfig, limit, query)

    async def get(self, config: ModelName) -> ModelConfig:
        """Return one configuration by id or name."""
        number = await self.resolve(config)
        return ModelConfig.model_validate(await self._connection.json("GET", f"model-configs/{number}"))

    async def create(
        self,
        name: str,
        provider_id: str,
        model: str,
        *,
        endpoint: str | None = None,
        api_key: str | None = None,
        parameters: dict[str, Any] | None = None,
        system_prompt: str | None = None,
        notes: str | None = None,
        is_default: bool | None = None,
    ) -> ModelConfig:
        """Make a configuration; without an endpoint it takes the provider's own."""
        body = {"name": name, "provider_id": provider_id, "model": model} | given(
            {
                "endpoint": endpoint,
                "api_key": api_key,
                "parameters": parameters,
                "system_prompt": system_prompt,
                "notes": notes,
                "is_default": is_default,
            }
        )
        return ModelConfig.model_validate(await self._connection.json("POST", "model-configs", body=body))

    async def update(self, /, config: ModelName, **changes: Any) -> ModelConfig:
        """Change fields of a configuration; this makes a new version."""
        path = await self._path(config)
        return ModelConfig.model_validate(await self._connection.json("PATCH", path, body=changes))

    async def delete(self, *configs: ModelName) -> None:
        """Delete configurations; conversations made with them stay readable."""
        if len(configs) == 1:
            await self._connection.json("DELETE", await self._path(configs[0]))
        elif configs:
            ids = [await self.resolve(config) for config in configs]
            await self._connection.json("POST", "model-configs/delete", body={"ids": ids})

    async def duplicate(self, config: ModelName) -> ModelConfig:
        """Copy a configuration."""
        path = await self._path(config)
        return ModelConfig.model_validate(await self._connection.json("POST", f"{path}/duplicate"))

    async def set_default(self, config: ModelName) -> ModelConfig:
        """Make a configuration the one that new conversations use."""
        path = await self._path(config)
        return ModelConfig.model_validate(await self._connection.json("POST", f"{path}/default"))

    async def versions(self, config: ModelName) -> Listing[ConfigVersion]:
        """Return the history of a configuration, the newest first."""
        return await self._connection.items(f"{await self._path(config)}/versions", ConfigVersion)

    async def rollback(self, config: ModelName, version: int) -> ModelConfig:
        """Bring an old version back, as a new one."""
        path = await self._path(config)
        return ModelConfig.model_validate(
            await self._connection.json("POST", f"{path}/rollback", body={"version": version})
        )

    async def templates(self) -> Listing[Template]:
        """Return the parameter templates (precise, balanced, creative, code)."""
        return await self._connection.items("model-templates", Template)

    async def test(
        self,
        config: ModelName | None = None,
        *,
        provider_id: str | None = None,
        endpoint: str | None = None,
        api_key: str | None = None,
        model: str | None = None,
    ) -> TestResult:
        """Send a short question to a configuration, or to one not saved yet, and tell how it went."""
        fields = {"provider_id": provider_id, "endpoint": endpoint, "api_key": api_key, "model": model}
        body = given({"id": await self.resolve(config), **fields})
        return TestResult.model_validate(await self._connection.json("POST", "model-configs/test", body=body))

    async def resolve(self, config: ModelName | None) -> int | None:
        """Return the id for a configuration, an id or a name; None for None.

        A name is looked up among the names of configurations first, then among their models.
        """
        if config is None or not isinstance(config, str):
            return None if config is None else id_of(config)
        known = await self.list()
        for attribute in ("name", "model"):
            for each in known:
                if getattr(each, attribute) == config:
                    return each.id
        names = ", ".join(f'"{each.name}"' for each in known) or "–"
        raise UnknownModelError(self._connection.language, name=config, names=names)

    async def _path(self, config: ModelName) -> str:
        return f"model-configs/{await self.resolve(config)}"
