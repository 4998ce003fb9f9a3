"""Answers with everything that is drawn, in both languages."""

from __future__ import annotations

from tests.fakes.server import Script

__all__ = ["RICH", "SAMPLES"]

RICH = Script(
    thinking="The person has a file and wants a data frame. `read_csv` is the usual way.",
    tokens=(
        "Use `read_csv`:\n\n```python\nimport pandas as pd\n\n",
        'df = pd.read_csv("measurements.csv", parse_dates=["time"])\n```\n\n',
        "| option | when |\n| --- | --- |\n| `sep` | the file comes from a spreadsheet |\n\n",
        "The mean is $\\bar{x} = \\frac{1}{n}\\sum_i x_i$.\n\n",
        "```mermaid\ngraph LR\n  A[file] --> B[data frame]\n```\n",
    ),
)

CHINESE = Script(
    thinking="用户有一个文件，想得到数据框。通常使用 `read_csv`。",
    tokens=(
        "使用 `read_csv`：\n\n```python\nimport pandas as pd\n\n",
        'df = pd.read_csv("测量.csv", parse_dates=["时间"])\n```\n\n',
        "| 选项 | 用途 |\n| --- | --- |\n| `sep` | 文件来自电子表格 |\n\n均值为 $\\bar{x}$。\n",
    ),
)

SAMPLES = {
    "en": ("How do I read a CSV file with pandas?", RICH),
    "zh-CN": ("怎样用 pandas 读取 CSV 文件？", CHINESE),
}
