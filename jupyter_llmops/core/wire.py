"""The base of all types that cross the wire."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

__all__ = ["Wire"]


class Wire(BaseModel):
    """A JSON object of the REST contract: unknown fields are refused, times are ISO 8601 with `Z`."""

    model_config = ConfigDict(extra="forbid", ser_json_inf_nan="null", allow_inf_nan=False)
