"""The child process: llama.cpp's own HTTP server on the loopback address, and nothing else.

Run as a script (`python -P child.py --model FILE --alias NAME --mode instruct|thinking`) or with
`python -m`; it imports nothing of this package, so that it starts fast and from anywhere. The API
key comes by the environment variable `LLMOPS_EMBEDDED_KEY`, because argv can be read by every user
of the machine. When it serves, it writes one line `{"port": n}` to standard output.
It ends when its parent does: standard input reaches its end, and on Linux the kernel kills it.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

__all__ = ["KEY_VARIABLE", "main"]

KEY_VARIABLE = "LLMOPS_EMBEDDED_KEY"
_PR_SET_PDEATHSIG = 1  # <linux/prctl.h>

# SmolLM2 repeats itself at temperature 0, so the defaults are mild and an answer has an end. DRY
# stops loops of whole phrases without punishing the words of the question, as a repeat penalty does.
# A request's own values win over all of these.
_SAMPLING = {
    "instruct": {"temp": 0.2, "top_p": 0.9, "dry_multiplier": 0.8, "dry_allowed_length": 4},
    "thinking": {"temp": 0.2, "top_p": 0.9, "penalty_repeat": 1.05},
}
_MAX_TOKENS = 512

# The model's own template but for its default system message ("…named SmolLM, trained by Hugging
# Face"), which makes this small model answer "What is the capital of France?" in invented French.
# Mentioning `reasoning_content` is what makes llama.cpp separate reasoning and answer in its replies.
_TEMPLATE = """\
{%- for m in messages -%}
{%- if loop.first and m['role'] != 'system' -%}
{{ '<|im_start|>system\\nYou are a helpful AI assistant.<|im_end|>\\n' }}
{%- endif -%}
{{ '<|im_start|>' + m['role'] + '\\n' }}
{%- if m['role'] == 'assistant' and m.reasoning_content -%}
{{ '<think>\\n' + m.reasoning_content + '\\n</think>\\n\\n' }}
{%- endif -%}
{{ m['content'] + '<|im_end|>\\n' }}
{%- endfor -%}
{%- if add_generation_prompt -%}{{ '<|im_start|>assistant\\n' }}{%- endif -%}
"""
_THINKING_TEMPLATE = _TEMPLATE.replace("assistant\\n' }}{%- endif", "assistant\\n<think>\\n' }}{%- endif")

# The model was never taught to think aloud; the grammar makes it write a few sentences about the
# question, close the block, and answer.
_THINKING_GRAMMAR = r"""
root ::= thought "\n</think>\n\n" answer
thought ::= "Let me think about the question." sentence sentence?
sentence ::= " " [a-zA-Z] [a-zA-Z ,'"-]{8,140} "."
answer ::= [^ \n<] [^<]*
"""


def main(argv: list[str] | None = None) -> None:
    """Serve until standard input ends."""
    options = _arguments(argv)
    key = os.environ.pop(KEY_VARIABLE)
    watcher = _die_with(options.parent)
    report = _private_stdout()
    server = _serve(options, key)
    port = int(server.listening_address.rsplit(":", 1)[1])
    report.write(json.dumps({"port": port}) + "\n")
    report.close()
    watcher.join()


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--alias", required=True, help="name under which the model is listed")
    parser.add_argument("--mode", choices=("instruct", "thinking"), default="instruct")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--slots", type=int, default=4)
    parser.add_argument("--context", type=int, default=4096, help="tokens a slot")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--parent", type=int, default=0, help="pid this process must not outlive")
    return parser.parse_args(argv)


def _die_with(parent: int) -> threading.Thread:
    """End this process with its parent, by the kernel where it can and by the end of standard input."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if parent and os.getppid() != parent:
        os._exit(1)
    watcher = threading.Thread(target=_exit_at_end_of_stdin, daemon=True)
    watcher.start()
    return watcher


def _exit_at_end_of_stdin() -> None:
    while os.read(0, 4096):
        pass
    # An orderly end would wait for running answers, which nobody reads any more.
    os._exit(0)


def _private_stdout() -> Any:
    """Return the real standard output and send what others print there to standard error."""
    report = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return report


def _serve(options: argparse.Namespace, key: str) -> Any:
    # Only this process may load the engine: it brings its own threads and 300 MB.
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(options.model)
    params.model_alias = {options.alias}
    params.hostnames, params.port = ["127.0.0.1"], options.port
    params.api_keys = [key]
    params.cors_origins = ""
    params.ui = params.endpoint_slots = False
    params.n_parallel, params.n_ctx = options.slots, options.slots * options.context
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = options.threads
    params.cache_ram_mib = 256  # prompt cache; the default is 8 GB
    params.n_predict = _MAX_TOKENS
    params.verbosity = 1
    for name, value in _SAMPLING[options.mode].items():
        setattr(params.sampling, name, value)
    params.chat_template = _TEMPLATE
    if options.mode == "thinking":
        params.chat_template = _THINKING_TEMPLATE
        # Type 1 is a grammar the operator gave, as opposed to one made for tools or a JSON schema.
        params.sampling.grammar = xllamacpp.CommonGrammar(1, _THINKING_GRAMMAR)
    return xllamacpp.Server(params)


if __name__ == "__main__":
    main()
