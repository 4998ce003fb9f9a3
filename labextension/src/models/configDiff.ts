/** What changed between two versions of a model configuration, field by field. Pure. */

import { ModelConfig } from '../api/types';
import { sameJson } from './ConfigDraft';

export interface FieldChange {
  /** Named as on the wire: `model`, `parameters.temperature`. */
  field: string;
  before: string;
  after: string;
}

const FIELDS = [
  'name',
  'notes',
  'provider_id',
  'endpoint',
  'model',
  'system_prompt',
  'api_key_hint'
] as const;

/** List the fields whose value differs; absent values read as ''. */
export function changesBetween(before: Partial<ModelConfig>, after: Partial<ModelConfig>): FieldChange[] {
  const old = flat(before);
  const now = flat(after);
  return [...new Set([...Object.keys(old), ...Object.keys(now)])]
    .filter(field => !sameJson(old[field] ?? '', now[field] ?? ''))
    .map(field => ({ field, before: readable(old[field]), after: readable(now[field]) }));
}

function flat(version: Partial<ModelConfig>): Record<string, unknown> {
  const plain: Record<string, unknown> = {};
  for (const field of FIELDS) {
    plain[field] = version[field] ?? '';
  }
  for (const [name, value] of Object.entries(version.parameters ?? {})) {
    plain[`parameters.${name}`] = value;
  }
  return plain;
}

function readable(value: unknown): string {
  if (value === undefined || value === null) {
    return '';
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}
