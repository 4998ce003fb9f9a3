import { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { chatPlugin } from './lab/chatPlugin';
import { modelsPlugin } from './lab/modelsPlugin';
import { settingsPlugin } from './lab/settingsPlugin';
import { statusPlugin } from './lab/statusPlugin';
import { ILLMOps } from './lab/tokens';
import { workspacePlugin } from './lab/workspacePlugin';

export { ILLMOps };

const plugins: JupyterFrontEndPlugin<unknown>[] = [
  workspacePlugin,
  chatPlugin,
  modelsPlugin,
  statusPlugin,
  settingsPlugin
] as JupyterFrontEndPlugin<unknown>[];

export default plugins;
