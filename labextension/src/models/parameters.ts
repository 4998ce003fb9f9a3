/** The generation parameters a model configuration may hold, as data (SPEC PROV-5). */

import { ReasoningEffort } from '../api/types';
import { Trans } from '../i18n';

export type NumberParameterId =
  'temperature' | 'top_p' | 'top_k' | 'max_tokens' | 'presence_penalty' | 'frequency_penalty' | 'seed';

export interface NumberParameter {
  id: NumberParameterId;
  min: number;
  max: number;
  step: number;
  integer: boolean;
  /** The value a field starts from when it is switched on. */
  start: number;
  /** The right end of the slider; absent: the parameter has no slider. */
  sliderMax?: number;
}

export const NUMBER_PARAMETERS: readonly NumberParameter[] = [
  { id: 'temperature', min: 0, max: 2, step: 0.05, integer: false, start: 0.7, sliderMax: 2 },
  { id: 'top_p', min: 0, max: 1, step: 0.01, integer: false, start: 0.9, sliderMax: 1 },
  { id: 'top_k', min: -1, max: 100_000, step: 1, integer: true, start: 40, sliderMax: 200 },
  { id: 'max_tokens', min: 1, max: 10_000_000, step: 1, integer: true, start: 2048, sliderMax: 16384 },
  { id: 'presence_penalty', min: -2, max: 2, step: 0.1, integer: false, start: 0, sliderMax: 2 },
  { id: 'frequency_penalty', min: -2, max: 2, step: 0.1, integer: false, start: 0, sliderMax: 2 },
  { id: 'seed', min: -(2 ** 53 - 1), max: 2 ** 53 - 1, step: 1, integer: true, start: 42 }
];

export const REASONING_EFFORTS: readonly ReasoningEffort[] = [
  'none',
  'minimal',
  'low',
  'medium',
  'high',
  'xhigh'
];

/** The server refuses more stop sequences than this. */
export const MAX_STOP_SEQUENCES = 16;

/** Say why the text is no value for the parameter, or null when it is one. */
export function numberProblem(parameter: NumberParameter, text: string, trans: Trans): string | null {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) {
    return trans.__('Type a number, or switch the parameter off to leave it to the provider.');
  }
  if (parameter.integer && !Number.isInteger(value)) {
    return trans.__('This must be a whole number.');
  }
  if (value < parameter.min || value > parameter.max) {
    return trans.__('This must be between %1 and %2.', `${parameter.min}`, `${parameter.max}`);
  }
  return null;
}

/** Return the name and the help text of a parameter in the reader's language. */
export function parameterTexts(id: NumberParameterId, trans: Trans): { label: string; help: string } {
  return TEXTS[id](trans);
}

const TEXTS: Record<NumberParameterId, (trans: Trans) => { label: string; help: string }> = {
  temperature: trans => ({
    label: trans.__('Temperature'),
    help: trans.__('Low values repeat the likely answer, high values vary it. 0 is the most predictable.')
  }),
  top_p: trans => ({
    label: trans.__('Top P'),
    help: trans.__('Only the likeliest words that together reach this share are considered.')
  }),
  top_k: trans => ({
    label: trans.__('Top K'),
    help: trans.__('Only this many of the likeliest words are considered at each step.')
  }),
  max_tokens: trans => ({
    label: trans.__('Longest answer (tokens)'),
    help: trans.__('The answer is cut off after this many tokens. One token is about ¾ of an English word.')
  }),
  presence_penalty: trans => ({
    label: trans.__('Presence penalty'),
    help: trans.__('Positive values push the model towards subjects it has not mentioned yet.')
  }),
  frequency_penalty: trans => ({
    label: trans.__('Frequency penalty'),
    help: trans.__('Positive values keep the model from repeating the same words.')
  }),
  seed: trans => ({
    label: trans.__('Seed'),
    help: trans.__('The same seed makes answers repeatable, where the provider supports it.')
  })
};
