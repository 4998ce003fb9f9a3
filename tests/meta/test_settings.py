"""What an operator can set is explained where it is set."""

from __future__ import annotations

import dataclasses

from jupyter_llmops.app import LLMOpsApp
from jupyter_llmops.options import Options


def test_every_setting_has_help() -> None:
    settings = LLMOpsApp.class_own_traits(config=True)
    assert settings
    assert not [name for name, trait in settings.items() if not trait.help.strip()]


def test_every_option_can_be_set() -> None:
    options = {field.name for field in dataclasses.fields(Options)}
    assert options <= set(LLMOpsApp.class_own_traits(config=True))
