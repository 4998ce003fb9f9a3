/** The signs of the providers, from style/icons/providers, by icon name. */

import ai302 from '../../../style/icons/providers/302ai.svg';
import anthropic from '../../../style/icons/providers/anthropic.svg';
import baichuan from '../../../style/icons/providers/baichuan.svg';
import custom from '../../../style/icons/providers/custom.svg';
import deepseek from '../../../style/icons/providers/deepseek.svg';
import embedded from '../../../style/icons/providers/embedded.svg';
import lmdeploy from '../../../style/icons/providers/lmdeploy.svg';
import ollama from '../../../style/icons/providers/ollama.svg';
import openai from '../../../style/icons/providers/openai.svg';
import openrouter from '../../../style/icons/providers/openrouter.svg';
import siliconflow from '../../../style/icons/providers/siliconflow.svg';
import vllm from '../../../style/icons/providers/vllm.svg';
import zhipu from '../../../style/icons/providers/zhipu.svg';

export const PROVIDER_ICONS: Readonly<Record<string, string>> = {
  '302ai': ai302,
  anthropic,
  baichuan,
  custom,
  deepseek,
  embedded,
  lmdeploy,
  ollama,
  openai,
  openrouter,
  siliconflow,
  vllm,
  zhipu
};
