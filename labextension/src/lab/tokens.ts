import { Token } from '@lumino/coreutils';
import { ChatHost } from '../components/host';
import { Trans } from '../i18n';
import { ChatWorkspace } from '../models/ChatWorkspace';

/** What the plugins of this extension share: one set of stores, so that side bar and tabs agree. */
export interface ILLMOps {
  readonly workspace: ChatWorkspace;
  readonly trans: Trans;
  /** What JupyterLab can do for a conversation, without navigation, which each place has its own of. */
  readonly host: ChatHost;
}

/** Other extensions may ask for it to open chats or to read their messages. */
export const ILLMOps = new Token<ILLMOps>(
  'jupyter-llmops:ILLMOps',
  'The stores of LLMOps and what its panels share.'
);
