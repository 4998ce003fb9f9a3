"""Who is asking."""

from __future__ import annotations

from dataclasses import dataclass

from .scopes import ALL

__all__ = ["LOCAL_OWNER", "Actor", "local_actor"]

# Jupyter Server's own user name is random at each start in local mode; rows are kept under this one.
LOCAL_OWNER = "local"


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person or program: the owner id of rows, what it may do, how it reads."""

    id: str
    name: str
    scopes: frozenset[str]
    groups: frozenset[str] = frozenset()
    language: str = "en"

    def may(self, scope: str) -> bool:
        """Tell whether the actor holds the scope."""
        return scope in self.scopes


def local_actor(language: str = "en", name: str = "") -> Actor:
    """Return the one owner of everything in local mode."""
    return Actor(LOCAL_OWNER, name or LOCAL_OWNER, ALL, language=language)
