"""The `%%llm` cell magic: a cell of plain words is a question, its output the answer."""

from __future__ import annotations

import argparse
import shlex
from functools import partial
from typing import Any, NoReturn

from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.magic import Magics, line_cell_magic, magics_class, no_var_expand

from ..client import Answer, Listing, LLMOps, LLMOpsAPIError
from ..client.answer import AnswerBuilder
from ..client.errors import NotFoundError
from ..client.events import StartEvent
from ..client.types import ModelConfig
from .answer_display import AnswerDisplay
from .template import fill

__all__ = ["LLMMagics", "load_ipython_extension", "option_parser"]

DESCRIPTION = "Ask a model; the cell is the question, {name} in it the value of a variable."
EPILOG = """The answer is in the variable _llm afterwards (print(_llm), _llm.thinking, _llm.usage).
Questions of one notebook are one conversation; --new begins another.
%llm --list shows the models; %llm QUESTION asks in one line."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"%llm: {message}. Ask “%llm --help”.")


def option_parser() -> argparse.ArgumentParser:
    """Return the parser of the magic's line."""
    parser = _Parser(
        prog="%%llm",
        description=DESCRIPTION,
        epilog=EPILOG,
        add_help=False,
        # The width is fixed: the text stands in the documentation too.
        formatter_class=partial(argparse.RawDescriptionHelpFormatter, width=100),
    )
    add = parser.add_argument
    add("question", nargs="*", help="the question, when it is one line")
    add("-m", "--model", metavar="NAME", help="model configuration by name or id")
    add("-s", "--system", metavar="TEXT", help="system prompt")
    add("-i", "--image", metavar="VARIABLE", action="append", help="send an image; repeat for more")
    add("--session", metavar="ID", type=int, help="go on with this conversation")
    add("--new", action="store_true", help="begin a new conversation")
    add("--no-stream", action="store_true", help="show the answer when it is complete")
    add("--raw", action="store_true", help="send the text as it is, fill in no variables")
    add("-o", "--output", metavar="VARIABLE", help="put the answer into this variable too")
    add("-l", "--list", action="store_true", help="show the model configurations")
    add("-h", "--help", action="store_true", help="show this help")
    return parser


@magics_class
class LLMMagics(Magics):
    """Holds the client and the conversation of this notebook."""

    def __init__(self, shell: InteractiveShell | None, llm: LLMOps | None = None) -> None:
        super().__init__(shell)
        self._variables: dict[str, Any] = shell.user_ns if shell else {}
        self._llm = llm
        self._session: int | None = None

    @property
    def llm(self) -> LLMOps:
        """The client, made at the first use."""
        if self._llm is None:
            self._llm = LLMOps()
        return self._llm

    @no_var_expand
    @line_cell_magic("llm")  # type: ignore[arg-type]  # IPython types the name as a function
    def llm_magic(self, line: str, cell: str | None = None) -> Listing[ModelConfig] | None:
        """Ask a model. `%llm --help` lists the options."""
        parser = option_parser()
        options = parser.parse_args(_words(line))
        question = cell if cell is not None else " ".join(options.question)
        if options.help or not (options.list or options.new or question.strip()):
            print(parser.format_help())  # noqa: T201 - the help text is the output
            return None
        try:
            if options.list:
                return self.llm.model_configs.list()
            self._ask(question, options)
        except LLMOpsAPIError as error:
            raise _brief(error)  # noqa: B904 - the same error, shown without the frames of this module
        return None

    def _ask(self, question: str, options: argparse.Namespace) -> None:
        if options.new:
            self._session = None
        if options.session is not None:
            self._session = options.session
        if not question.strip():
            return
        request = {
            "model": _number_or_name(options.model),
            "system": options.system and self._fill(options.system, options),
            "images": [self._variable(name) for name in options.image or ()] or None,
        }
        self._answer(self._fill(question, options).strip(), request, options)

    def _answer(self, question: str, request: dict[str, Any], options: argparse.Namespace) -> None:
        try:
            self._follow(question, request, options)
        except NotFoundError:
            if self._session is None or options.session is not None:
                raise
            self._session = None  # the remembered conversation was deleted: begin another
            self._follow(question, request, options)

    def _follow(self, question: str, request: dict[str, Any], options: argparse.Namespace) -> None:
        builder = AnswerBuilder(self._session)
        display = AnswerDisplay(self.llm.awaited.connection.language, live=not options.no_stream)
        try:
            with self.llm.stream(question, session=self._session, **request) as events:
                for event in events:
                    builder.add(event)
                    if isinstance(event, StartEvent):
                        self._session = builder.answer.session_id = event.session_id
                    display.show(builder.answer)
            builder.finish()
        except KeyboardInterrupt:
            self._stop(builder.answer)
            raise
        finally:
            self._keep(builder.answer, options.output)
            display.finish(builder.answer)

    def _stop(self, answer: Answer) -> None:
        answer.status = "stopped"
        if answer.message_id is not None:
            self.llm.messages.stop(answer.message_id)

    def _keep(self, answer: Answer, name: str | None) -> None:
        self._variables["_llm"] = answer
        if name:
            self._variables[name] = answer

    def _fill(self, text: str, options: argparse.Namespace) -> str:
        return text if options.raw else fill(text, self._variables, self.llm.awaited.connection.language)

    def _variable(self, name: str) -> Any:
        # A name that is no variable is a path.
        return self._variables.get(name, name)


def _words(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError:  # an apostrophe in a one-line question is no quotation mark
        return line.split()


def _number_or_name(model: str | None) -> int | str | None:
    return int(model) if model and model.isdigit() else model


def _brief(error: LLMOpsAPIError) -> LLMOpsAPIError:
    error._render_traceback_ = lambda: [str(error)]  # type: ignore[attr-defined]  # IPython's hook
    return error


def load_ipython_extension(ipython: InteractiveShell) -> None:
    """Register `%llm` and `%%llm`."""
    magics = LLMMagics(ipython)
    ipython.register_magics(magics)
