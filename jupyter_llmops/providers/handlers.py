"""REST verbs of providers and model configurations."""

from __future__ import annotations

from ..core.paging import Page
from ..core.scopes import ADMIN, USE
from ..web import BaseHandler, Route, api, needs_scope
from .schemas import (
    ConfigChange,
    ConfigDetail,
    ConfigQuery,
    ConfigVersion,
    Ids,
    LiveModelsRequest,
    ManualModel,
    Model,
    ModelConfig,
    ModelList,
    ModelQuery,
    ModelsQuery,
    NewConfig,
    ParameterTemplate,
    Policy,
    PolicyChange,
    Provider,
    ProviderChange,
    Rollback,
    TestRequest,
    TestResult,
)

__all__ = ["routes"]


class Providers(BaseHandler):
    """The sources of models."""

    @needs_scope(USE)
    @api("List the providers", reply=Page[Provider])
    async def get(self) -> None:
        """Answer all providers."""
        items = await self.services.providers.providers(self.actor.language)
        self.reply(Page[Provider](items=items, next=None, total=len(items)))


class OneProvider(BaseHandler):
    """One source of models."""

    @needs_scope(ADMIN)
    @api("Enable or disable a provider, set the key for everybody", body=ProviderChange, reply=Provider)
    async def patch(self, provider_id: str) -> None:
        """Change and answer the provider."""
        change = self.body(ProviderChange)
        self.reply(await self.services.providers.change(provider_id, change, self.actor.language))


class ProviderModels(BaseHandler):
    """The models of one provider."""

    @needs_scope(USE)
    @api("List the models of a provider, live", query=ModelsQuery, reply=ModelList)
    async def get(self, provider_id: str) -> None:
        """Answer the models; where the provider cannot be asked, the known ones and the problem."""
        query = LiveModelsRequest(**self.query(ModelsQuery).model_dump())
        self.reply(await self.services.models.models(self.actor, provider_id, query))

    @needs_scope(USE)
    @api("Add a model that the provider does not list", body=ManualModel, reply=Model, status=201)
    async def post(self, provider_id: str) -> None:
        """Add and answer the model."""
        model = self.body(ManualModel)
        self.reply(await self.services.providers.add_model(self.actor, provider_id, model), 201)

    @needs_scope(USE)
    @api("Delete a model that I added", query=ModelQuery, status=204)
    async def delete(self, provider_id: str) -> None:
        """Delete the model."""
        await self.services.providers.delete_model(self.actor, provider_id, self.query(ModelQuery).model)
        self.no_content()


class LiveModels(BaseHandler):
    """The models seen with a key that is not saved."""

    @needs_scope(USE)
    @api(
        "List the models of a provider with a key that is not saved", body=LiveModelsRequest, reply=ModelList
    )
    async def post(self, provider_id: str) -> None:
        """Answer the models."""
        request = self.body(LiveModelsRequest)
        self.reply(await self.services.models.models(self.actor, provider_id, request))


class ModelConfigs(BaseHandler):
    """My model configurations."""

    @needs_scope(USE)
    @api("List my model configurations", query=ConfigQuery, reply=Page[ModelConfig])
    async def get(self) -> None:
        """Answer a page of configurations."""
        self.reply(await self.services.models.configs(self.actor, self.query(ConfigQuery)))

    @needs_scope(USE)
    @api("Create a model configuration", body=NewConfig, reply=ModelConfig, status=201)
    async def post(self) -> None:
        """Keep and answer the configuration."""
        self.reply(await self.services.models.create(self.actor, self.body(NewConfig)), 201)


class OneModelConfig(BaseHandler):
    """One model configuration."""

    @needs_scope(USE)
    @api("Show a model configuration and what uses it", reply=ConfigDetail)
    async def get(self, config_id: int) -> None:
        """Answer the configuration."""
        self.reply(await self.services.models.config(self.actor, config_id))

    @needs_scope(USE)
    @api("Change a model configuration", body=ConfigChange, reply=ModelConfig)
    async def patch(self, config_id: int) -> None:
        """Change and answer the configuration."""
        self.reply(await self.services.models.change(self.actor, config_id, self.body(ConfigChange)))

    @needs_scope(USE)
    @api("Delete a model configuration", status=204)
    async def delete(self, config_id: int) -> None:
        """Delete the configuration."""
        await self.services.models.delete(self.actor, config_id)
        self.no_content()


class DuplicateConfig(BaseHandler):
    """Copies."""

    @needs_scope(USE)
    @api("Copy a model configuration", reply=ModelConfig, status=201)
    async def post(self, config_id: int) -> None:
        """Answer the copy."""
        self.reply(await self.services.models.duplicate(self.actor, config_id), 201)


class DefaultConfig(BaseHandler):
    """The default."""

    @needs_scope(USE)
    @api("Make this the configuration that new chats use", reply=ModelConfig)
    async def post(self, config_id: int) -> None:
        """Answer the configuration."""
        self.reply(await self.services.models.make_default(self.actor, config_id))


class ConfigVersions(BaseHandler):
    """The history of a configuration."""

    @needs_scope(USE)
    @api("Show the versions of a model configuration and what changed", reply=Page[ConfigVersion])
    async def get(self, config_id: int) -> None:
        """Answer the versions, the newest first."""
        self.reply(await self.services.models.versions(self.actor, config_id))


class ConfigRollback(BaseHandler):
    """Old versions brought back."""

    @needs_scope(USE)
    @api("Bring an old version back, as a new one", body=Rollback, reply=ModelConfig)
    async def post(self, config_id: int) -> None:
        """Answer the configuration."""
        version = self.body(Rollback).version
        self.reply(await self.services.models.rollback(self.actor, config_id, version))


class DeleteConfigs(BaseHandler):
    """Several configurations."""

    @needs_scope(USE)
    @api("Delete several model configurations", body=Ids, status=204)
    async def post(self) -> None:
        """Delete them."""
        await self.services.models.delete_many(self.actor, self.body(Ids).ids)
        self.no_content()


class TestConfig(BaseHandler):
    """Tests."""

    __test__ = False  # no test case, whatever pytest thinks

    @needs_scope(USE)
    @api("Send a short message to a configuration and tell how it went", body=TestRequest, reply=TestResult)
    async def post(self) -> None:
        """Answer the result; a failed test is one, too."""
        self.reply(await self.services.models.test(self.actor, self.body(TestRequest)))


class ModelTemplates(BaseHandler):
    """Ready-made sets of parameters."""

    @needs_scope(USE)
    @api("List the parameter templates", reply=Page[ParameterTemplate])
    async def get(self) -> None:
        """Answer the templates."""
        self.reply(self.services.models.templates(self.actor))


class HostPolicy(BaseHandler):
    """Which hosts a configuration may point at."""

    @needs_scope(ADMIN)
    @api("Show the allowed hosts", reply=Policy)
    async def get(self) -> None:
        """Answer the policy."""
        self.reply(self.services.providers.policy())

    @needs_scope(ADMIN)
    @api("Replace the allowed hosts", body=PolicyChange, reply=Policy)
    async def patch(self) -> None:
        """Change and answer the policy."""
        self.reply(await self.services.providers.change_policy(self.body(PolicyChange)))


routes: list[Route] = [
    ("/providers", Providers),
    ("/providers/{provider_id:str}", OneProvider),
    ("/providers/{provider_id:str}/models", ProviderModels),
    ("/providers/{provider_id:str}/models/live", LiveModels),
    ("/model-configs", ModelConfigs),
    ("/model-configs/test", TestConfig),
    ("/model-configs/delete", DeleteConfigs),
    ("/model-configs/{config_id}", OneModelConfig),
    ("/model-configs/{config_id}/duplicate", DuplicateConfig),
    ("/model-configs/{config_id}/default", DefaultConfig),
    ("/model-configs/{config_id}/versions", ConfigVersions),
    ("/model-configs/{config_id}/rollback", ConfigRollback),
    ("/model-templates", ModelTemplates),
    ("/endpoint-policy", HostPolicy),
]
