import { LLMOpsClient } from '../api/client';
import { Message } from '../api/types';
import { Panel } from '../components/chat/panel';
import { ChatHost } from '../components/host';
import { RichText } from '../components/markdown/RichText';
import { english } from '../i18n';
import { ChatWorkspace } from '../models/ChatWorkspace';
import { DEFAULT_SETTINGS } from '../models/MeStore';
import { blankMessage, FakeChatServer } from './FakeChatServer';

/** What a component of a conversation is drawn with, in English and without any library that loads later. */
export function panelFor(changes: Partial<Panel> = {}): Panel {
  return { trans: english, rich: new RichText(), host: {}, settings: DEFAULT_SETTINGS, ...changes };
}

export function answerOf(changes: Partial<Message> = {}): Message {
  return { ...blankMessage(2, 1), role: 'assistant', content: 'Use `read_csv`.', model: 'gpt-x', ...changes };
}

export function workspaceFor(server: FakeChatServer): ChatWorkspace {
  return new ChatWorkspace(new LLMOpsClient(server.transport), { storage: null });
}

export const NO_HOST: ChatHost = {};
