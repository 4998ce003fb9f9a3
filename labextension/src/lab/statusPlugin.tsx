import { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ReactWidget } from '@jupyterlab/ui-components';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStatusBar } from '@jupyterlab/statusbar';
import * as React from 'react';
import { CommandIDs, SETTINGS } from './commands';
import { StatusItem } from './StatusItem';
import { ILLMOps } from './tokens';

/** How many answers are being written, in the status bar; the settings can hide it. */
export const statusPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-llmops:status',
  description: 'Running answers in the status bar',
  autoStart: true,
  requires: [ILLMOps, IStatusBar],
  optional: [ISettingRegistry],
  activate: async (
    app: JupyterFrontEnd,
    { workspace, trans }: ILLMOps,
    statusBar: IStatusBar,
    registry: ISettingRegistry | null
  ) => {
    const toChats = () => void app.commands.execute(CommandIDs.showChats);
    let shown: ReturnType<IStatusBar['registerStatusItem']> | null = null;
    const show = (wanted: boolean) => {
      if (!wanted) {
        shown?.dispose();
        shown = null;
      } else if (!shown) {
        const item = ReactWidget.create(
          <StatusItem sessions={workspace.sessions} trans={trans} onClick={toChats} />
        );
        shown = statusBar.registerStatusItem('jp-LLMOps-status', { item, align: 'left', rank: 100 });
      }
    };
    const settings = await registry?.load(SETTINGS);
    const follow = () => show(settings?.get('showStatus').composite !== false);
    settings?.changed.connect(follow);
    follow();
  }
};
