"""Take the pictures of the documentation from the running program, in a real browser.

The program is real, the provider is played by the fake of the tests: a demo model's words would
be different each time, and not worth a picture.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from bootstrap import ROOT, say
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

sys.path.insert(0, str(ROOT))

from tests.fakes.openai import FakeOpenAI
from tests.fakes.server import Reply, Script, Seen

IMAGES = ROOT / "docs" / "images"
MODELS = ("workbench-70b", "workbench-7b")
SPEED = 40.0  # words a second
SIZE: ViewportSize = {"width": 1366, "height": 768}
READY = re.compile(r"READY url=(http://\S+?/)lab\?token=(\S+)")

THINKING = (
    "The person has a file and wants a data frame. `read_csv` is the usual way; large files need chunks."
)
ANSWER = """Use `read_csv`; its defaults are right for most files:

```python
import pandas as pd

df = pd.read_csv("measurements.csv", parse_dates=["time"])
df.describe()
```

| option | when |
| --- | --- |
| `sep=";"` | the file comes from a German or French spreadsheet |
| `usecols=[…]` | you need a few columns only |
| `chunksize=100_000` | the file does not fit into memory |

The mean is then $\\bar{x} = \\frac{1}{n}\\sum_{i=1}^{n} x_i$, in pandas `df["value"].mean()`.
"""
CHINESE_ANSWER = """用 `read_csv`，大多数文件用默认参数即可：

```python
import pandas as pd

df = pd.read_csv("测量数据.csv", parse_dates=["时间"])
df.describe()
```

| 参数 | 何时需要 |
| --- | --- |
| `sep=";"` | 文件来自使用分号的电子表格 |
| `usecols=[…]` | 只需要其中几列 |
| `chunksize=100_000` | 文件大到内存放不下 |

均值就是 $\\bar{x} = \\frac{1}{n}\\sum_{i=1}^{n} x_i$，在 pandas 中写作 `df["数值"].mean()`。
"""
CHINESE_THINKING = "对方有一个文件，想得到数据框。`read_csv` 是常用办法；文件很大时要分块读取。"
QUESTIONS = {"en": "How do I read a CSV with pandas?", "zh-CN": "如何用 pandas 读取 CSV 文件？"}


@dataclass(frozen=True)
class Program:
    """The running program."""

    url: str
    token: str

    def call(self, method: str, path: str, body: Any) -> Any:
        """Send a request to the REST API; return its JSON."""
        request = urllib.request.Request(
            f"{self.url}llmops/api/v1{path}",
            json.dumps(body).encode(),
            {"Authorization": f"token {self.token}", "Content-Type": "application/json"},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)


class Narrator(FakeOpenAI):
    """Tells the same story in the language of the question, and knows its title."""

    def answer(self, seen: Seen, content_type: str) -> Reply:
        """Put the right script in front."""
        asked = str(seen.body["messages"][-1]["content"])
        chinese = QUESTIONS["zh-CN"] in asked
        if "<assistant>" in asked:  # the exchange that is to be given a title
            self.next.append(Script("读取 CSV 文件" if chinese else "Reading a CSV with pandas"))
        elif chinese:
            self.next.append(Script(CHINESE_ANSWER, thinking=CHINESE_THINKING, speed=SPEED))
        else:
            self.next.append(Script(ANSWER, thinking=THINKING, speed=SPEED))
        return super().answer(seen, content_type)


def main() -> int:
    """Start everything, take the pictures, stop everything."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with fake_provider() as endpoint, program() as running, sync_playwright() as playwright:
        set_up(running, endpoint)
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        try:
            picture_lab(chromium, running)
            picture_page(chromium, running, "en", "dark")
            picture_page(chromium, running, "zh-CN", "light")
            picture_models(chromium, running, "en")
            picture_models(chromium, running, "zh-CN")
        finally:
            chromium.close()
    return 0


@contextmanager
def fake_provider() -> Iterator[str]:
    """Run the fake in a thread; yield its endpoint."""
    loop = asyncio.new_event_loop()
    fake = Narrator(models=MODELS)
    loop.run_until_complete(fake.start())
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield fake.endpoint
    finally:
        asyncio.run_coroutine_threadsafe(fake.stop(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


@contextmanager
def program() -> Iterator[Program]:
    """Start what `make run` starts, in a folder of its own."""
    with tempfile.TemporaryDirectory() as home:
        started = subprocess.Popen(
            [sys.executable, str(ROOT / "scripts" / "run.py")],
            env={**os.environ, "RUN_DIR": home, "BROWSER": "0"},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert started.stdout is not None
        try:
            ready = next(match for line in started.stdout if (match := READY.search(line)))
            yield Program(*ready.groups())
        finally:
            started.send_signal(signal.SIGTERM)
            started.wait()


def set_up(running: Program, endpoint: str) -> None:
    """Make the model configurations that the pictures show."""
    for model in MODELS:
        fields = {"name": model, "provider_id": "vllm", "endpoint": endpoint, "model": model}
        made = running.call("POST", "/model-configs", fields)
    running.call("POST", f"/model-configs/{made['id']}/default", {})


def picture_lab(browser: Browser, running: Program) -> None:
    """Picture the panel in JupyterLab."""
    page = browser.new_page(viewport=SIZE)
    page.goto(f"{running.url}lab?token={running.token}&reset")
    page.wait_for_selector("#jupyterlab-splash", state="detached")
    page.locator('.jp-SideBar li[data-id="jp-LLMOps-sidebar"]').click()
    page.locator(".jp-LauncherCard", has_text="LLM chat").click()
    converse(page, "en")
    keep(page, "chat")


def picture_page(browser: Browser, running: Program, language: str, theme: str) -> None:
    """Picture a conversation on the web page."""
    page = open_page(browser, running, "", language, theme)
    converse(page, language)
    keep(page, f"page-{language}-{theme}")


def picture_models(browser: Browser, running: Program, language: str) -> None:
    """Picture the form of a model configuration on the web page."""
    page = open_page(browser, running, "models", language, "light")
    page.get_by_text("workbench-7b").first.click()
    page.get_by_role("button", name=re.compile("^(Test|测试)$")).click()
    expect(page.locator(".jp-LLMOps-test-mod-ok")).to_be_visible()
    keep(page, f"models-{language}-light")


def open_page(browser: Browser, running: Program, place: str, language: str, theme: str) -> Page:
    """Open the web page in one language and one theme."""
    running.call("PATCH", "/me/settings", {"language": language, "theme": theme})
    page = browser.new_page(viewport=SIZE)
    page.goto(f"{running.url}llmops/{place}?token={running.token}")
    return page


def converse(page: Page, language: str) -> None:
    """Ask, and wait for the whole answer."""
    box = page.get_by_role("textbox", name=re.compile("^(Message|消息)"))
    box.fill(QUESTIONS[language])
    box.press("Control+Enter")
    answer = page.locator(".jp-LLMOps-message-mod-assistant").last
    expect(answer).to_have_attribute("aria-busy", "false", timeout=60_000)
    expect(answer.locator("math")).to_be_visible(timeout=30_000)


def keep(page: Page, name: str) -> None:
    """Write the picture."""
    page.screenshot(path=IMAGES / f"{name}.png")
    say(f"docs/images/{name}.png")


if __name__ == "__main__":
    sys.exit(main())
