import { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ReactWidget } from '@jupyterlab/ui-components';
import { IStatusBar } from '@jupyterlab/statusbar';
import * as React from 'react';
import { CommandIDs } from './commands';
import { StatusItem } from './StatusItem';
import { ILLMOps } from './tokens';

/** How many answers are being written, in the status bar. */
export const statusPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-llmops:status',
  description: 'Running answers in the status bar',
  autoStart: true,
  requires: [ILLMOps, IStatusBar],
  activate: (app: JupyterFrontEnd, { workspace, trans }: ILLMOps, statusBar: IStatusBar) => {
    const show = () => void app.commands.execute(CommandIDs.showChats);
    const item = ReactWidget.create(
      <StatusItem sessions={workspace.sessions} trans={trans} onClick={show} />
    );
    item.id = 'jp-LLMOps-status';
    statusBar.registerStatusItem(item.id, { item, align: 'left', rank: 100 });
  }
};
