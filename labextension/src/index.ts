import { JupyterFrontEndPlugin } from '@jupyterlab/application';

const plugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-llmops:plugin',
  description: 'LLM chats and models in JupyterLab',
  autoStart: true,
  activate: () => undefined
};

export default plugin;
