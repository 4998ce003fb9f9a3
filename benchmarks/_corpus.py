"""A million messages that look like chat.

Half are English, by the frequencies of real text; half are Chinese, by those of real characters, with
English terms in it. They have 100 to 400 characters. The same seed gives the same text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pydoc_data import topics

import numpy as np

__all__ = ["NEEDLES", "messages"]

# The characters of Chinese by falling frequency.
CHARACTERS = (
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成"
    "方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已工"
    "使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表"
    "化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结"
    "反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难"
    "且权思王象完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运笔训练型模参调优"
)
_WORDS = """
模型 训练 数据 参数 学习 微调 推理 提示 对话 回答 问题 代码 函数 文件 错误 测试
服务 网络 显存 损失 梯度 优化 评估 语言 文本 生成 向量 检索 部署 用户 系统 配置
接口 请求 结果 分析 图像 中文 英文 翻译 总结 解释 示例 步骤 方法 原因 版本 安装
运行 环境 大模型 数据集 学习率 注意力 神经网络 深度学习 机器学习 自然语言 上下文 温度 采样 量化 蒸馏 对齐
强化学习 批大小 分词器 词表
"""
WORDS = _WORDS.split()
_TERMS = """
transformer token loss GPU Python LoRA batch API JSON prompt model fine-tuning embedding checkpoint CUDA
"""
TERMS = _TERMS.split()

# term → every how many messages it is put in; 0: never. Their frequencies are known, whatever the text is.
NEEDLES = {"zugzwang": 100_000, "quixotry": 20_000, "蘑菇": 100_000, "鹦鹉": 20_000, "鑫": 100_000}


def _ranked(count: int) -> np.ndarray:
    """Return Zipf's probabilities of `count` words."""
    weights = 1.0 / (np.arange(count) + 3.0)
    return weights / weights.sum()


def _english() -> tuple[list[str], np.ndarray]:
    found = Counter(re.findall(r"[A-Za-z][a-z]*", " ".join(topics.topics.values())))
    words, weights = zip(*found.most_common(12_000), strict=False)
    return list(words) + TERMS, np.array([*weights, *[weights[60]] * len(TERMS)], float)


def _chinese(random: np.random.Generator) -> tuple[list[str], np.ndarray]:
    pairs = random.choice(list(CHARACTERS), size=(6000, 2), p=_ranked(len(CHARACTERS)))
    made = ["".join(pair) for pair in pairs]
    words = list(dict.fromkeys([*CHARACTERS[:40], *WORDS, *made]))
    return words + TERMS, np.array([*_ranked(len(words)), *[0.0003] * len(TERMS)])


def messages(count: int, seed: int = 1) -> Iterator[str]:
    """Yield the messages."""
    random = np.random.default_rng(seed)
    languages = [(" ", *_english(), 45), ("", *_chinese(random), 110)]
    number = 0
    while number < count:
        for joint, words, weights, mean in languages:
            sizes = random.integers(mean // 2, mean * 3 // 2, size=1000)
            picks = random.choice(len(words), size=int(sizes.sum()), p=weights / weights.sum())
            start = 0
            for size in sizes:
                text = joint.join([words[index] for index in picks[start : start + size]])
                start += size
                number += 1
                yield text + "".join(f" {needle}" for needle, every in NEEDLES.items() if number % every == 7)
