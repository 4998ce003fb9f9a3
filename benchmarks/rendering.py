"""A long answer on the screen: how long the browser's frames take while 20,000 tokens of Markdown stream in.

    python benchmarks/rendering.py [--tokens 20000] [--speed 500]

SPEC: no frame over 50 ms. The page is real, in Chromium without a GPU; a frame is the time between two
calls of `requestAnimationFrame`, a long task what the browser itself reports as blocking for over 50 ms.
The same page at rest is the baseline. With few cores, server, fake provider and browser share them.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import statistics
import sys
import tempfile
import threading
import urllib.request
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.browser import chromium_options
from tests.fakes.openai import FakeOpenAI
from tests.fakes.server import Script
from tests.fixtures_server import TOKEN, RunningServer

PARAGRAPHS = (
    "## Section {n}\n\nA paragraph with **bold**, *italic*, `code` and a [link](https://example.org/{n}). ",
    "It goes on for a while, as answers do, and says the same thing in other words. \n\n",
    "- first point of {n}\n- second point\n  - nested\n\n",
    "```python\ndef f_{n}(x):\n    return [x ** 2 for x in range({n})]  # squares\n```\n\n",
    "| model | score |\n| --- | --- |\n| base | 0.{n} |\n| tuned | 0.9{n} |\n\n",
    "> A quotation, and then some Chinese: 模型的输出会逐步显示在屏幕上。\n\n",
)

WATCH = """() => {
  window.frames_ = []; window.long_ = [];
  new PerformanceObserver(list => list.getEntries().forEach(e => window.long_.push(e.duration)))
    .observe({ type: 'longtask', buffered: false });
  let last = performance.now();
  const tick = now => { window.frames_.push(now - last); last = now; requestAnimationFrame(tick); };
  requestAnimationFrame(tick);
}"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tokens", type=int, default=20_000)
    parser.add_argument("--speed", type=float, default=500.0)
    options = parser.parse_args()
    tokens = tuple(itertools.islice(words(), options.tokens))
    with (
        tempfile.TemporaryDirectory() as folder,
        Provider(Script(tokens=tokens, speed=options.speed)) as endpoint,
    ):
        server = RunningServer(Path(folder)).start()
        try:
            show(server, endpoint, options.tokens)
        finally:
            server.stop()


def words() -> Any:
    """Yield tokens of an endless Markdown answer, four characters each."""
    for n in itertools.count(1):
        text = (
            "".join(PARAGRAPHS).format(n=n)
            if n % 2
            else PARAGRAPHS[n % len(PARAGRAPHS)].replace("{n}", str(n))
        )
        yield from (text[i : i + 4] for i in range(0, len(text), 4))


class Provider:
    """A fake provider on an event loop of its own thread."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()

    def __enter__(self) -> str:
        started: Any = threading.Event()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._serve(started),))
        self._thread.start()
        started.wait()
        return self._endpoint

    async def _serve(self, started: threading.Event) -> None:
        async with FakeOpenAI(self._script, models=["fake"]) as fake:
            self._endpoint = fake.endpoint
            started.set()
            await self._stop.wait()

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()


def show(server: RunningServer, endpoint: str, tokens: int) -> None:
    """Ask on the page and print what its frames took."""
    config = call(
        server,
        "/model-configs",
        {"name": "fake", "provider_id": "custom", "endpoint": endpoint, "model": "fake", "api_key": "k"},
    )
    session = call(server, "/chat/sessions", {"model_config_id": config["id"], "title": "long"})
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**chromium_options())
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        page.goto(f"{server.url}llmops/chats/{session['id']}?token={TOKEN}")
        box = page.get_by_role("textbox", name="Message")
        box.wait_for()
        page.evaluate(WATCH)
        page.wait_for_timeout(5000)
        report("at rest", page)
        box.fill("Go on.")
        box.press("Control+Enter")
        done = page.locator(".jp-LLMOps-message-mod-assistant[aria-busy=false]")
        done.wait_for(timeout=600_000)
        report(f"{tokens:,} tokens streaming", page)
        browser.close()


def report(name: str, page: Page) -> None:
    """Print the frames since the last report."""
    frames, long = page.evaluate("() => [window.frames_.splice(0), window.long_.splice(0)]")
    ordered = sorted(frames)
    p99 = ordered[int(len(ordered) * 0.99)]
    over = sum(frame > 50 for frame in frames)
    times = f"median {statistics.median(frames):>5.1f} ms  p99 {p99:>6.1f} ms  longest {ordered[-1]:>6.1f} ms"
    tasks = f"long tasks: {len(long)} (longest {max(long, default=0):.0f} ms)"
    print(f"{name:<26} frames {len(frames):>6}  {times}  over 50 ms: {over:>3}  {tasks}")


def call(server: RunningServer, path: str, body: dict[str, Any]) -> Any:
    """Send a request to the REST API."""
    request = urllib.request.Request(
        f"{server.url}llmops/api/v1{path}",
        data=json.dumps(body).encode(),
        headers={"Authorization": f"token {TOKEN}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.loads(answer.read())


if __name__ == "__main__":
    main()
