import { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IEditorTracker } from '@jupyterlab/fileeditor';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { LLMOpsClient } from '../api/client';
import { richLoaders } from '../components/richLoaders';
import { ChatWorkspace } from '../models/ChatWorkspace';
import { insertCode } from './insertCode';
import { ILLMOps } from './tokens';
import { labTransport } from './transport';

/** The stores that every other plugin of ours shares. */
export const workspacePlugin: JupyterFrontEndPlugin<ILLMOps> = {
  id: 'jupyter-llmops:workspace',
  description: 'The conversations and models of LLMOps, shared by its panels',
  autoStart: true,
  provides: ILLMOps,
  optional: [ITranslator, INotebookTracker, IEditorTracker],
  activate: (
    app: JupyterFrontEnd,
    translator: ITranslator | null,
    notebooks: INotebookTracker | null,
    editors: IEditorTracker | null
  ): ILLMOps => {
    const translate = translator ?? nullTranslator;
    const trans = translate.load('jupyter_llmops');
    const language = () => translate.languageCode.replace('_', '-');
    const client = new LLMOpsClient(labTransport(app.serviceManager.serverSettings, language));
    const workspace = new ChatWorkspace(client);
    // JupyterLab first: the lists can wait until its own panels stand
    void app.restored.then(() => workspace.start());
    const insert = (code: string) => {
      if (!insertCode(code, notebooks, editors)) {
        workspace.toasts.push({
          kind: 'info',
          text: trans.__('Open a notebook or a text file first; the code goes there.')
        });
      }
    };
    return { workspace, trans, host: { insertCode: insert, loaders: richLoaders } };
  }
};
