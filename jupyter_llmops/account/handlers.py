"""REST verbs of `/me`."""

from __future__ import annotations

from ..core.scopes import USE
from ..web import BaseHandler, Route, api, needs_scope
from .schemas import Me, Settings, SettingsChange

__all__ = ["routes"]


class MyAccount(BaseHandler):
    """The signed-in person."""

    @needs_scope(USE)
    @api("Tell who I am, what I may do and what I chose", reply=Me)
    async def get(self) -> None:
        """Answer the account."""
        self.reply(await self.services.account.me(self.actor))


class MySettings(BaseHandler):
    """What I chose."""

    @needs_scope(USE)
    @api("Change my settings; what is left out stays", body=SettingsChange, reply=Settings)
    async def patch(self) -> None:
        """Change and answer all settings."""
        change = self.body(SettingsChange)
        self.reply(await self.services.account.change_settings(self.actor, change))


routes: list[Route] = [("/me", MyAccount), ("/me/settings", MySettings)]
