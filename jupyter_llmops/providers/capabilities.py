"""What a model can do, guessed from its name where neither provider nor catalogue says."""

from __future__ import annotations

import re

__all__ = ["guess_capabilities", "guess_parameter_size", "guess_quantization"]

_EMBEDDING = re.compile(r"embed|bge-|gte-|\be5-|m3e|rerank", re.IGNORECASE)
_NO_CHAT = re.compile(
    r"whisper|tts|dall-e|image|moderation|audio|sora|transcri|realtime|flux|cogview", re.IGNORECASE
)
_REASONING = re.compile(
    r"(^|/)o\d\b|gpt-[5-9]|gpt-oss|reason|thinking|-r1\b|\br1[-:]|qwq|qwen3|glm-(4\.[5-9]|[5-9]|z1)|magistral"
    r"|deepseek-v(3\.[1-9]|[4-9])|claude-(3-7|\w+-[4-9])|kimi-k2|minimax-m",
    re.IGNORECASE,
)
_VISION = re.compile(
    r"vision|\bvl\b|-vl|vl-|llava|gpt-4o|gpt-4\.1|gpt-[5-9]|claude-(3|\w+-[4-9])|gemini|gemma-?3|pixtral|minicpm-v"
    r"|internvl|glm-\d(\.\d)?v|moondream|llama-?4|llama3\.2-vision|mistral-small-?3",
    re.IGNORECASE,
)
_TOOLS = re.compile(
    r"gpt-[4-9]|gpt-oss|(^|/)o\d\b|claude|qwen[23]|llama-?[34]|mistral|deepseek-(chat|v3|v4)|glm-[4-9]|gemini|command-r|kimi",
    re.IGNORECASE,
)
_SIZE = re.compile(r"(?<![\w.])(\d+x)?(\d+(?:\.\d+)?)(b|m)(?![a-z0-9])", re.IGNORECASE)
_QUANTIZATION = re.compile(
    r"(?<![A-Za-z0-9])(i?q\d_\w+|awq|gptq(?:-int\d)?|fp8|fp16|bf16|int[48]|nf4|mxfp4|nvfp4)(?![A-Za-z0-9])",
    re.IGNORECASE,
)


def guess_capabilities(model: str) -> frozenset[str]:
    """Return the likely capabilities of a model by its id."""
    if _EMBEDDING.search(model):
        return frozenset({"embedding"})
    if _NO_CHAT.search(model):
        return frozenset()
    found = {"chat"}
    for capability, pattern in (("reasoning", _REASONING), ("vision", _VISION), ("tools", _TOOLS)):
        if pattern.search(model):
            found.add(capability)
    return frozenset(found)


def guess_parameter_size(model: str) -> str | None:
    """Return a size such as `7B` when the id tells it."""
    match = _SIZE.search(model.replace("-", " ").replace("_", " ").replace(":", " ").replace("/", " "))
    return match[0].strip().upper() if match else None


def guess_quantization(model: str) -> str | None:
    """Return a quantisation such as `Q4_K_M` or `AWQ` when the id tells it."""
    match = _QUANTIZATION.search(model)
    return match[1].upper() if match else None
