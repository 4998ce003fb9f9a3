/** Wire types of the REST interface, version 1. Times are ISO 8601 texts. */

export interface Page<T> {
  items: T[];
  next: string | null;
  total: number;
}

export type MessageStatus = 'complete' | 'streaming' | 'stopped' | 'interrupted' | 'failed';
export type Role = 'user' | 'assistant' | 'system';
export type Rating = -1 | 0 | 1;

export interface Usage {
  prompt_tokens: number | null;
  completion_tokens: number | null;
  total_tokens: number | null;
  estimated: boolean;
  cost: number | null;
  currency?: string | null;
}

export interface WireError {
  code: string;
  message: string;
  remedy: string;
  request_id?: string;
}

export interface ImageRef {
  id: number;
  media_type: string;
  width: number;
  height: number;
}

export interface Message {
  id: number;
  session_id: number;
  parent_id: number | null;
  role: Role;
  content: string;
  thinking: string;
  thinking_ms: number | null;
  status: MessageStatus;
  model: string;
  model_config_id: number | null;
  provider_id: string;
  parameters: Record<string, unknown>;
  usage: Usage | null;
  ttft_ms: number | null;
  total_ms: number | null;
  finish_reason: string | null;
  error: WireError | null;
  notices: string[];
  rating: Rating;
  images: ImageRef[];
  /** Ids of the messages with the same parent and role, in order; includes this one. */
  siblings: number[];
  created_at: string;
}

export interface Session {
  id: number;
  title: string;
  model_config_id: number | null;
  model: string;
  provider_id: string;
  prompt_ids: number[];
  system_prompt: string;
  pinned: boolean;
  archived: boolean;
  deleted_at: string | null;
  message_count: number;
  current_message_id: number | null;
  streaming: boolean;
  created_at: string;
  updated_at: string;
}

export interface SessionQuery {
  q?: string;
  model_config_id?: number;
  archived?: boolean;
  trash?: boolean;
  sort?: string;
  limit?: number;
  cursor?: string;
}

export interface NewSession {
  title?: string;
  model_config_id?: number | null;
  system_prompt?: string;
}

export type SessionChange = Partial<
  Pick<
    Session,
    | 'title'
    | 'model_config_id'
    | 'prompt_ids'
    | 'pinned'
    | 'archived'
    | 'system_prompt'
    | 'current_message_id'
  >
>;

export interface NewImage {
  media_type: string;
  /** Base64 without a data: prefix. */
  data: string;
}

export interface NewMessage {
  content: string;
  images?: NewImage[];
  model_config_id?: number;
  /** 0 starts a new branch at the root; left out it continues the current leaf. */
  parent_id?: number;
}

export interface SnippetPart {
  text: string;
  hit: boolean;
}

/** One hit of the full-text search. */
export interface SearchHit {
  session_id: number;
  session_title: string;
  message_id: number;
  role: Role;
  snippet: SnippetPart[];
  created_at: string;
}

export type ExportFormat = 'md' | 'json' | 'txt' | 'html' | 'ipynb';

export interface ImportResult {
  sessions: Session[];
  messages: number;
  problems: { index: number; title: string; reason: string; remedy: string }[];
}

export type ReasoningEffort = 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh';

export interface Parameters {
  temperature?: number | null;
  top_p?: number | null;
  top_k?: number | null;
  max_tokens?: number | null;
  presence_penalty?: number | null;
  frequency_penalty?: number | null;
  stop?: string[] | null;
  seed?: number | null;
  reasoning_effort?: ReasoningEffort | null;
  extra?: Record<string, unknown> | null;
}

export interface LastTest {
  ok: boolean;
  at: string;
  latency_ms: number | null;
  ttft_ms: number | null;
  problem: TestProblem | null;
}

export interface ModelConfig {
  id: number;
  name: string;
  notes: string;
  provider_id: string;
  endpoint: string | null;
  model: string;
  api_key_hint: string | null;
  parameters: Parameters;
  system_prompt: string;
  is_default: boolean;
  version: number;
  groups: string[];
  demo: boolean;
  created_at: string;
  updated_at: string;
  last_test: LastTest | null;
}

export interface ModelConfigDetail extends ModelConfig {
  used_by: { sessions: number };
}

export interface ModelConfigInput {
  name?: string;
  notes?: string;
  provider_id?: string;
  endpoint?: string | null;
  model?: string;
  /** Write only; null removes the stored key, leaving it out keeps it. */
  api_key?: string | null;
  parameters?: Parameters;
  system_prompt?: string;
}

export interface ModelConfigVersion {
  version: number;
  changed_at?: string;
  created_at?: string;
  author?: string;
  data?: Partial<ModelConfig>;
  changes?: { field: string; before: unknown; after: unknown }[];
}

export interface ModelConfigQuery {
  q?: string;
  provider_id?: string;
  sort?: string;
  limit?: number;
  cursor?: string;
}

export interface TestRequest {
  id?: number;
  provider_id?: string;
  endpoint?: string | null;
  api_key?: string | null;
  model?: string;
  parameters?: Parameters;
}

export interface TestProblem {
  code?: string;
  message: string;
  remedy?: string;
}

export interface TestResult {
  ok: boolean;
  latency_ms: number | null;
  ttft_ms: number | null;
  usage: Usage | null;
  text: string | null;
  notices?: string[];
  problem: TestProblem | null;
}

export type ProviderKind = 'local' | 'cloud' | 'embedded' | 'custom';

export interface Provider {
  id: string;
  name: string;
  icon: string | null;
  kind: ProviderKind;
  protocol: string;
  default_endpoint: string | null;
  needs_key: boolean;
  has_org_key: boolean;
  enabled: boolean;
  models_endpoint: string | null;
  docs_url: string | null;
  capabilities: string[];
}

export interface ProviderChange {
  enabled?: boolean;
  org_key?: string | null;
}

export interface ProviderModel {
  id: string;
  name: string;
  capabilities: string[];
  context_length: number | null;
  parameter_size: string | null;
  quantization: string | null;
  available: boolean;
  source: string;
}

/** The models of one provider; `problem` says why it could not be asked. */
export interface ProviderModelList {
  items: ProviderModel[];
  problem?: TestProblem | null;
}

export interface ParameterTemplate {
  id: string;
  name: string;
  parameters: Parameters;
}

export interface EndpointPolicy {
  allowed_hosts: string[];
  /** Always allowed. */
  preset_hosts: string[];
  /** Whether this machine itself is allowed. */
  loopback: boolean;
}

export interface UserSettings {
  language: 'auto' | 'en' | 'zh-CN';
  theme: 'auto' | 'light' | 'dark';
  answers_only: boolean;
  remote_images: boolean;
  send_with: 'ctrl_enter' | 'enter';
}

export interface Me {
  name: string;
  display_name: string;
  scopes: string[];
  mode: 'local' | 'hub';
  settings: Partial<UserSettings>;
}

/** Data of the events of a generation, by event name. */
export interface GenerationEvents {
  start: { message_id: number; user_message_id: number | null; model: string; reset?: boolean };
  thinking: { text: string };
  answer: { text: string };
  retag: Record<string, never>;
  notice: { text: string };
  usage: Partial<Usage> & { ttft_ms?: number | null; total_ms?: number | null; thinking_ms?: number | null };
  title: { title: string };
  error: WireError;
  done: { status: MessageStatus; finish_reason: string | null };
}

/** One event of a generation; unknown types are dropped before they become one. */
export type GenerationEvent = {
  [K in keyof GenerationEvents]: { id: number; type: K; data: GenerationEvents[K] };
}[keyof GenerationEvents];
