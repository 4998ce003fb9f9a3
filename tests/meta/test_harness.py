"""The common ground of all tests holds."""

from __future__ import annotations

import asyncio
import os
import socket
from pathlib import Path

import pytest
from jupyter_core.paths import jupyter_config_dir, jupyter_data_dir, jupyter_runtime_dir

# Reserved for documentation by RFC 5737: nothing answers there.
ELSEWHERE = ("192.0.2.1", 80)


def test_a_test_reaches_no_other_machine() -> None:
    with socket.socket() as sock, pytest.raises(OSError, match="may not reach"):
        sock.connect(ELSEWHERE)


async def test_nor_does_the_event_loop() -> None:
    with pytest.raises(OSError, match="may not reach"):
        await asyncio.open_connection(*ELSEWHERE)


@pytest.mark.parametrize("folder", [jupyter_config_dir, jupyter_data_dir, jupyter_runtime_dir])
def test_jupyter_keeps_out_of_the_home_folder(folder: object) -> None:
    assert callable(folder)
    assert not Path(folder()).is_relative_to(Path.home() / ".local")
    assert not Path(folder()).is_relative_to(Path.home() / ".jupyter")


def test_settings_of_the_person_who_runs_the_tests_are_out() -> None:
    assert not [
        name for name in os.environ if name in ("LLMOPS_DATA_DIR", "LLMOPS_DATABASE_URL", "LLMOPS_URL")
    ]
