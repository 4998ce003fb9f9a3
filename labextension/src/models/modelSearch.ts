/** Which of a provider's models fit what the user typed. Pure. */

import { ProviderModel } from '../api/types';

export type Capability = 'chat' | 'reasoning' | 'vision' | 'tools' | 'embedding';

export const CAPABILITIES: readonly Capability[] = ['chat', 'reasoning', 'vision', 'tools', 'embedding'];

/** Return the models that hold every word typed and every capability asked, available ones first. */
export function matchingModels(
  models: readonly ProviderModel[],
  text: string,
  capabilities: ReadonlySet<string> = new Set()
): ProviderModel[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (model: ProviderModel): boolean => {
    const searched =
      `${model.id} ${model.name} ${model.parameter_size ?? ''} ${model.quantization ?? ''}`.toLowerCase();
    return (
      words.every(word => searched.includes(word)) &&
      [...capabilities].every(capability => model.capabilities.includes(capability))
    );
  };
  return models.filter(fits).sort((a, b) => Number(b.available) - Number(a.available));
}

/** Shorten a context length: 131072 → "131k", 1048576 → "1.05M". */
export function shortTokens(tokens: number): string {
  if (tokens < 1000) {
    return `${tokens}`;
  }
  const [value, unit] = tokens < 1_000_000 ? [tokens / 1000, 'k'] : [tokens / 1_000_000, 'M'];
  return `${Number(value.toPrecision(3))}${unit}`;
}
