"""Who the actor is and what it chose."""

from __future__ import annotations

from typing import Literal

from ..core.actor import Actor
from .schemas import Me, Settings, SettingsChange
from .store import AccountStore

__all__ = ["AccountService"]


class AccountService:
    """Answer for the signed-in person."""

    def __init__(self, store: AccountStore, mode: Literal["local", "hub"]) -> None:
        self._store = store
        self._mode = mode

    async def me(self, actor: Actor) -> Me:
        """Return the actor with its settings."""
        return Me(
            name=actor.id,
            display_name=actor.name,
            scopes=sorted(actor.scopes),
            mode=self._mode,
            settings=_known(await self._store.settings(actor.id)),
        )

    async def change_settings(self, actor: Actor, change: SettingsChange) -> Settings:
        """Change the given settings and return them all."""
        return _known(await self._store.change(actor.id, change.model_dump(exclude_none=True)))


def _known(data: dict[str, object]) -> Settings:
    # A setting that a later version wrote must not break this one.
    return Settings.model_validate({name: data[name] for name in Settings.model_fields if name in data})
