"""The Python SDK over the REST interface.

from jupyter_llmops import LLMOps

llm = LLMOps()
print(llm.chat("What is a confusion matrix?"))
"""

from __future__ import annotations

from .answer import Answer
from .asynchronous import AsyncLLMOps
from .errors import LLMOpsAPIError
from .listing import Listing
from .synchronous import LLMOps

__all__ = ["Answer", "AsyncLLMOps", "LLMOps", "LLMOpsAPIError", "Listing"]
