"""Lists as the SDK returns them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeVar

from .types import Record

if TYPE_CHECKING:
    import pandas

__all__ = ["Listing"]

T = TypeVar("T", bound=Record)


class Listing(list[T]):
    """A list of results that knows how many there are on the server and becomes a table."""

    def __init__(self, items: Iterable[T] = (), total: int | None = None) -> None:
        super().__init__(items)
        self.total = len(self) if total is None else total

    def to_frame(self) -> pandas.DataFrame:
        """Return the list as a pandas DataFrame; nested fields become `usage.total_tokens` and so on."""
        import pandas

        return pandas.json_normalize([item.model_dump() for item in self], max_level=1)

    def _repr_html_(self) -> str:
        html: str = self.to_frame().to_html(notebook=True, max_rows=20, max_cols=12)
        return html
