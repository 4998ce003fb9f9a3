/** Ids of our commands; settings and other extensions name them. */
export const CommandIDs = {
  newChat: 'llmops:new-chat',
  openChat: 'llmops:open-chat',
  openModels: 'llmops:open-models',
  showChats: 'llmops:show-chats'
} as const;

/** The palette's and the launcher's heading. */
export const CATEGORY = 'LLMOps';

/** The plugin whose settings schema is ours. */
export const SETTINGS = 'jupyter-llmops:plugin';
