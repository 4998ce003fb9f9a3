import { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { UserSettings } from '../api/types';
import { SETTINGS } from './commands';
import { ILLMOps } from './tokens';

/** JupyterLab's settings editor changes the same settings as the panels do. */
export const settingsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-llmops:settings',
  description: 'Keeps the settings of JupyterLab and of LLMOps alike',
  autoStart: true,
  requires: [ILLMOps, ISettingRegistry],
  activate: async (_app: JupyterFrontEnd, { workspace }: ILLMOps, registry: ISettingRegistry) => {
    const settings = await registry.load(SETTINGS);
    settings.changed.connect(() => void workspace.me.change(chosen(settings)));
    if (Object.keys(settings.user).length > 0) {
      await workspace.me.change(chosen(settings));
    }
  }
};

/** What the reader set in JupyterLab, under the server's names; what was left alone is left out. */
function chosen({ user }: ISettingRegistry.ISettings): Partial<UserSettings> {
  const change: Record<string, unknown> = {
    answers_only: user['answersOnly'],
    remote_images: user['remoteImages'],
    send_with: user['sendWith']
  };
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}
