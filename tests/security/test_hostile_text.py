"""Text that attacks the page, through every way into it, in a real browser: nothing runs, nothing is fetched.

The corpus is tests/data/xss.json. A payload that runs sets `window.__xss`, opens a dialog, or calls the
server that `sink` stands for.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Frame, Page, expect

from ..e2e.conftest import TOKEN, Lab, NewPage, open_lab, open_page
from ..fakes.server import Script
from ..fixtures_provider import FakeProviders
from .conftest import Sink

pytestmark = [pytest.mark.spec("CHAT-9"), pytest.mark.e2e, pytest.mark.slow]

CORPUS = Path(__file__).parents[1] / "data" / "xss.json"
OWN_SCHEMES = ("data:", "blob:", "about:")
ANSWER_LIMIT_S = 60
NEEDLE = "needle"
SAID_EVERY = 6  # a refused question takes a while: it is sent twice
# Notes what must never stand in the document, be it for a moment, and every request that the policy of
# the page had to stop. (Chromium reports handlers too that the sanitiser drops in a document of its own.)
WATCH = """
window.__violations = [];
const OURS = '[class*=jp-LLMOps]:not(body), [id*=jp-LLMOps-diagram]';
const BANNED = "script, iframe, object, embed, base, meta, link, form[action], video, audio, source, image";
document.addEventListener('securitypolicyviolation', event => {
  if (/^(http|ws)/.test(event.blockedURI) && event.effectiveDirective !== 'base-uri')
    window.__violations.push(`${event.effectiveDirective} ${event.blockedURI}`);
});
const LINKS = /^(href|src|xlink:href|action|formaction)$/;
const SCRIPT = /^[\\s\\0]*(javascript|vbscript|data:text)/i;
// Mermaid's own, while it draws the links of an actor; they do not reach the picture.
const MERMAIDS = /^var pu = document\\.getElementById\\('actor\\d+_popup'\\); if/;
const isWrong = ({name, value}) =>
  (name.startsWith('on') && !MERMAIDS.test(value)) || (LINKS.test(name) && SCRIPT.test(value));
const look = node => {
  if (!(node instanceof Element) || !node.closest(OURS)) return;
  for (const one of [node, ...node.querySelectorAll('*')])
    if ([...one.attributes].some(isWrong) || one.matches(BANNED))
      window.__violations.push(one.outerHTML.slice(0, 300));
};
new MutationObserver(changes => changes.forEach(change => {
  change.addedNodes.forEach(look);
  if (change.type === 'attributes') look(change.target);
})).observe(document, {subtree: true, childList: true, attributes: true});
"""


def payloads(sink: Sink) -> dict[str, str]:
    """Return the corpus by name, aimed at the sink."""
    corpus = json.loads(CORPUS.read_text(encoding="utf-8"))
    aims = {"@SINK@": sink.url, "@HOST@": f"//127.0.0.1:{sink.port}", "@PORT@": str(sink.port)}
    return {entry["name"]: aimed(entry["text"], aims) for entry in corpus}


def aimed(text: str, aims: dict[str, str]) -> str:
    for mark, aim in aims.items():
        text = text.replace(mark, aim)
    return text


@dataclass
class Watch:
    """What a page did that it must not do."""

    page: Page
    origin: str
    seen: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.add_init_script(WATCH)
        self.page.on("dialog", self._dialog)
        self.page.on("request", lambda request: self._request(request.url))
        self.page.on("websocket", lambda socket: self._request(socket.url.replace("ws", "http", 1)))
        self.page.on("popup", lambda popup: self.seen.append(f"popup {popup.url}"))
        self.page.on("framenavigated", lambda frame: self._request(frame.url))

    def _dialog(self, dialog: Any) -> None:
        self.seen.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def _request(self, url: str) -> None:
        parts = urlsplit(url)
        if not url.startswith(OWN_SCHEMES) and f"{parts.scheme}://{parts.netloc}" != self.origin:
            self.seen.append(f"request {url}")

    def assert_quiet(self) -> None:
        """Touch everything a text could have made touchable, then look for traces."""
        self.page.wait_for_load_state("networkidle")
        self.page.wait_for_function("() => !document.querySelector('[aria-busy=true]')")
        for frame in self.page.frames:
            assert ran(frame) is None, frame.url
        violations = self.page.evaluate("() => window.__violations")
        assert not violations, violations
        assert not self.seen, self.seen


def ran(frame: Frame) -> Any:
    """Return what a payload left behind in a frame."""
    return frame.evaluate("() => window.__xss ?? null")


@pytest.fixture
def watched(new_page: NewPage, faked_lab: Lab) -> Callable[..., Watch]:
    """Return a function that opens a page whose every step is noted."""
    parts = urlsplit(faked_lab.url)

    def open_watched(origin: str = f"{parts.scheme}://{parts.netloc}") -> Watch:
        return Watch(new_page(), origin)

    return open_watched


@pytest.fixture(scope="module", autouse=True)
def _nobody_called_elsewhere(sink: Sink) -> Iterator[None]:
    yield
    assert not [hit for hit in sink.hits if hit != "/consent.png"], sink.hits


@pytest.fixture(scope="module")
def texts(sink: Sink) -> dict[str, str]:
    """Give the corpus aimed at this run's sink."""
    return payloads(sink)


def own_file(texts: dict[str, str], title: str) -> dict[str, Any]:
    """Return an export of ours whose every field is hostile."""
    messages = []
    for number, text in enumerate(texts.values()):
        first = {"id": 2 * number + 1, "role": "user", "content": f"{text} {NEEDLE}"}
        first["parent_id"] = 2 * number or None
        error = {"code": "x", "message": text, "remedy": text}
        second = {"id": 2 * number + 2, "parent_id": 2 * number + 1, "role": "assistant", "error": error}
        second |= {
            "content": text,
            "thinking": text,
            "notices": [text],
            "model": text[:500],
            "status": "failed",
        }
        messages += [first, second]
    last = messages[-1]["id"]
    session = {"title": title, "messages": messages, "current_message_id": last, "model": title}
    return {"format": "jupyter-llmops/chat", "version": 1, "sessions": [session]}


def chatgpt_file(texts: dict[str, str], title: str) -> list[Any]:
    """Return a ChatGPT export with the texts as turns."""
    mapping: dict[str, Any] = {"root": {"id": "root", "message": None, "parent": None, "children": ["0"]}}
    for number, text in enumerate(texts.values()):
        author = {"role": "assistant" if number % 2 else "user"}
        message = {"id": str(number), "author": author, "content": {"content_type": "text", "parts": [text]}}
        parent = str(number - 1) if number else "root"
        mapping[str(number)] = {"id": str(number), "message": message, "parent": parent, "children": []}
    return [{"title": title, "mapping": mapping, "current_node": str(len(texts) - 1)}]


def take_in(lab: Lab, document: Any) -> int:
    """Import a file and return the number of its session."""
    report = lab.call("POST", "/chat/import", document)
    assert not report["problems"], report["problems"]
    return int(report["sessions"][0]["id"])


@pytest.fixture(scope="module")
def imported(faked_lab: Lab, texts: dict[str, str]) -> int:
    """Give a session that was imported from a hostile file."""
    return take_in(faked_lab, own_file(texts, texts["img-onerror"]))


def show_all(page: Page, count: int) -> None:
    """Wait until the whole conversation is drawn, formulas and diagrams included."""
    messages = page.locator(".jp-LLMOps-message")
    expect(messages.first).to_be_visible()
    earlier = page.get_by_role("button", name="earlier message")
    while earlier.count():
        earlier.evaluate_all("nodes => nodes.forEach(node => node.click())")
    expect(messages).to_have_count(count)
    page.evaluate(
        "() => document.querySelectorAll('.jp-LLMOps-message details').forEach(one => one.open = true)"
    )


def act_on(page: Page) -> None:
    """Do what a reader might do by accident: hover, focus and click what a text put there."""
    page.evaluate(
        """() => {
          for (const node of document.querySelectorAll('.jp-LLMOps-markdown *, .jp-LLMOps-question *')) {
            if (node.closest('button, a[href^="http"], a[href^="mailto"]')) continue;
            for (const name of ['pointerenter', 'mouseover', 'focus', 'click'])
              node.dispatchEvent(new MouseEvent(name, {bubbles: true}));
          }
        }"""
    )


def test_an_imported_conversation_runs_nothing_on_the_page(
    faked_lab: Lab, watched: Callable[..., Watch], imported: int, texts: dict[str, str]
) -> None:
    watch = watched()
    open_page(watch.page, faked_lab, f"chats/{imported}")
    show_all(watch.page, 2 * len(texts))
    act_on(watch.page)
    watch.assert_quiet()


@pytest.mark.spec("CHAT-8")
def test_a_chatgpt_export_runs_nothing_on_the_page(
    faked_lab: Lab, watched: Callable[..., Watch], texts: dict[str, str]
) -> None:
    session = take_in(faked_lab, chatgpt_file(texts, texts["svg-onload"]))
    watch = watched()
    open_page(watch.page, faked_lab, f"chats/{session}")
    show_all(watch.page, len(texts))
    act_on(watch.page)
    watch.assert_quiet()


@pytest.mark.spec("UI-1")
def test_an_imported_conversation_runs_nothing_in_jupyterlab(
    faked_lab: Lab, watched: Callable[..., Watch], imported: int, texts: dict[str, str]
) -> None:
    watch = watched()
    open_lab(watch.page, faked_lab)
    watch.page.wait_for_function("() => window.jupyterapp.commands.hasCommand('llmops:open-chat')")
    watch.page.evaluate(
        "id => window.jupyterapp.commands.execute('llmops:open-chat', {sessionId: id})", imported
    )
    show_all(watch.page, 2 * len(texts))
    act_on(watch.page)
    watch.assert_quiet()


def test_an_answer_runs_nothing_while_it_streams(
    faked_lab: Lab, watched: Callable[..., Watch], fake_providers: FakeProviders, texts: dict[str, str]
) -> None:
    whole = "\n\n".join(texts.values())
    tokens = tuple(whole[at : at + 7] for at in range(0, len(whole), 7))
    fake_providers.openai.scripts["stream"] = Script(tokens=tokens, thinking=whole, speed=200)
    config = faked_lab.call(
        "POST", "/model-configs", {"name": "stream", "provider_id": "vllm", "model": "stream"}
    )
    session = faked_lab.call("POST", "/chat/sessions", {"model_config_id": config["id"], "title": "stream"})
    faked_lab.call("POST", f"/chat/sessions/{session['id']}/messages", {"content": texts["script"]})
    watch = watched()
    open_page(watch.page, faked_lab, f"chats/{session['id']}")
    answer = watch.page.locator(".jp-LLMOps-message-mod-assistant")
    expect(answer).to_have_attribute("aria-busy", "false", timeout=ANSWER_LIMIT_S * 1000)
    act_on(watch.page)
    watch.assert_quiet()


@pytest.mark.spec("CHAT-1", "CHAT-7")
def test_titles_and_hits_of_a_search_run_nothing(
    faked_lab: Lab, watched: Callable[..., Watch], imported: int, texts: dict[str, str]
) -> None:
    for text in texts.values():
        if len(text) <= 200 and text.strip():
            faked_lab.call("POST", "/chat/sessions", {"title": text})
    watch = watched()
    open_page(watch.page, faked_lab, f"chats/{imported}")
    expect(watch.page.locator(".jp-LLMOps-session").first).to_be_visible()
    watch.page.get_by_role("searchbox").first.fill(NEEDLE)
    hits = watch.page.locator(".jp-LLMOps-hit")
    expect(hits.first).to_be_visible()
    expect(hits.first.locator("mark")).to_have_text(NEEDLE)
    watch.assert_quiet()


@pytest.mark.spec("PROV-4", "PROV-5", "PROV-6")
def test_names_notes_and_model_lists_run_nothing(
    faked_lab: Lab, watched: Callable[..., Watch], fake_providers: FakeProviders, texts: dict[str, str]
) -> None:
    short = [text for text in texts.values() if len(text) <= 300 and text.strip()]
    for text in short:
        values = {"name": " ".join(text.split())[:100].strip(), "model": text, "notes": text}
        faked_lab.call("POST", "/model-configs", {**values, "provider_id": "vllm", "system_prompt": text})
    listed_first = "/model-configs?limit=1&sort=-updated_at"
    config = faked_lab.call("GET", listed_first)["items"][0]
    for fake in fake_providers.all.values():
        fake.models = short
    watch = watched()
    try:
        open_page(watch.page, faked_lab, "models")
        expect(watch.page.locator(".jp-LLMOps-modelsPanel")).to_be_visible()
        watch.page.get_by_text(config["name"]).first.click()
        watch.page.locator(".jp-LLMOps-select-button", has_text="Change").last.click()
        listed = watch.page.get_by_role("listbox", name="Models")
        expect(listed.get_by_role("option").first).to_be_visible()
        listed.evaluate("node => node.scrollTo(0, node.scrollHeight)")
        watch.assert_quiet()
    finally:
        for fake in fake_providers.all.values():
            fake.models = []


@pytest.mark.spec("PROV-7")
def test_what_a_provider_says_runs_nothing(
    faked_lab: Lab, watched: Callable[..., Watch], fake_providers: FakeProviders, texts: dict[str, str]
) -> None:
    config = faked_lab.call("POST", "/model-configs", {"name": "bad", "provider_id": "vllm", "model": "bad"})
    session = faked_lab.call("POST", "/chat/sessions", {"model_config_id": config["id"], "title": "bad"})
    path = f"/chat/sessions/{session['id']}/messages"
    said = list(texts.values())[::SAID_EVERY]
    for text in said:
        fake_providers.openai.scripts["bad"] = Script(status=400, error={"error": {"message": text}})
        message = faked_lab.call("POST", path, {"content": "?"})["message"]
        wait_until_ended(faked_lab, message["id"])
    watch = watched()
    open_page(watch.page, faked_lab, f"chats/{session['id']}")
    show_all(watch.page, 2 * len(said))
    expect(watch.page.get_by_text("vLLM refused the request").first).to_be_visible()
    watch.assert_quiet()


def wait_until_ended(lab: Lab, message: int) -> None:
    limit = time.monotonic() + ANSWER_LIMIT_S
    while lab.call("GET", f"/chat/messages/{message}")["status"] == "streaming":
        assert time.monotonic() < limit
        time.sleep(0.02)


@pytest.mark.spec("CHAT-8")
def test_an_exported_page_runs_nothing(
    faked_lab: Lab, watched: Callable[..., Watch], imported: int, texts: dict[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "chat.html"
    file.write_bytes(download(faked_lab, f"/chat/sessions/{imported}/export?format=html"))
    watch = watched("file://")
    watch.page.goto(file.as_uri())
    assert watch.page.locator("article").count() >= 2 * len(texts)
    watch.assert_quiet()


def download(lab: Lab, path: str) -> bytes:
    """Return a file that the server gives out."""
    import urllib.request

    request = urllib.request.Request(
        f"{lab.url}llmops/api/v1{path}", headers={"Authorization": f"token {TOKEN}"}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Disposition"].startswith("attachment")
        return bytes(answer.read())


def test_a_remote_picture_loads_after_consent_only(
    faked_lab: Lab, watched: Callable[..., Watch], sink: Sink
) -> None:
    picture = f"![chart]({sink.url}/consent.png)"
    session = take_in(faked_lab, own_file({"one": picture}, "picture"))
    watch = watched()
    open_page(watch.page, faked_lab, f"chats/{session}")
    button = watch.page.locator(".jp-LLMOps-markdown").get_by_role("button", name="Load picture from").last
    expect(button).to_be_visible()
    watch.assert_quiet()
    with watch.page.expect_request(f"{sink.url}/consent.png") as asked:
        button.click()
    assert not asked.value.headers.get("referer")
    assert set(watch.seen) == {f"request {sink.url}/consent.png"}
