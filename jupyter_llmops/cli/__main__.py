"""`python -m jupyter_llmops.cli` is `jupyter llmops`."""

from __future__ import annotations

import sys

from . import main

sys.exit(main())
