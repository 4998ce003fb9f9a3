import { ILayoutRestorer, JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette, MainAreaWidget, WidgetTracker } from '@jupyterlab/apputils';
import { ILauncher } from '@jupyterlab/launcher';
import { ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';
import { ModelsApp } from '../components/models/ModelsApp';
import { CATEGORY, CommandIDs } from './commands';
import { modelsIcon } from './icons';
import { ILLMOps } from './tokens';

/** The models panel: one tab, launcher card, palette. */
export const modelsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-llmops:models',
  description: 'Model configurations of LLMOps',
  autoStart: true,
  requires: [ILLMOps],
  optional: [ICommandPalette, ILauncher, ILayoutRestorer],
  activate: (
    app: JupyterFrontEnd,
    llmops: ILLMOps,
    palette: ICommandPalette | null,
    launcher: ILauncher | null,
    restorer: ILayoutRestorer | null
  ) => {
    const { trans } = llmops;
    const tracker = new WidgetTracker<MainAreaWidget>({ namespace: 'jupyter-llmops-models' });
    app.commands.addCommand(CommandIDs.openModels, {
      label: args => (args['isPalette'] ? trans.__('Open LLM models') : trans.__('LLM models')),
      caption: trans.__('Set up models from any provider'),
      icon: args => (args['isPalette'] ? undefined : modelsIcon),
      describedBy: { args: { type: 'object', properties: {} } },
      execute: () => {
        const tab = tracker.currentWidget ?? addTab(app, llmops, tracker);
        app.shell.activateById(tab.id);
        return tab;
      }
    });
    void restorer?.restore(tracker, { command: CommandIDs.openModels, name: tab => tab.id });
    palette?.addItem({ command: CommandIDs.openModels, category: CATEGORY, args: { isPalette: true } });
    launcher?.add({ command: CommandIDs.openModels, category: CATEGORY, rank: 2 });
  }
};

function addTab(
  app: JupyterFrontEnd,
  llmops: ILLMOps,
  tracker: WidgetTracker<MainAreaWidget>
): MainAreaWidget {
  const tab = new MainAreaWidget({ content: new ModelsTab(llmops) });
  tab.id = 'jp-LLMOps-models-tab';
  app.shell.add(tab, 'main');
  void tracker.add(tab);
  return tab;
}

class ModelsTab extends ReactWidget {
  constructor(private readonly llmops: ILLMOps) {
    super();
    this.id = 'jp-LLMOps-models';
    this.addClass('jp-LLMOps');
    this.title.icon = modelsIcon;
    this.title.label = llmops.trans.__('LLM models');
    this.title.closable = true;
  }

  protected render(): JSX.Element {
    const { workspace, trans, host } = this.llmops;
    return <ModelsApp workspace={workspace} trans={trans} host={host} layout="full" />;
  }
}
