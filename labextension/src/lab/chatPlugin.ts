import { ILayoutRestorer, JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette, MainAreaWidget, WidgetTracker } from '@jupyterlab/apputils';
import { ILauncher } from '@jupyterlab/launcher';
import { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { Place } from '../components/host';
import { ChatTab } from './ChatTab';
import { CATEGORY, CommandIDs } from './commands';
import { chatIcon } from './icons';
import { SideBar } from './SideBar';
import { ILLMOps } from './tokens';

type Tab = MainAreaWidget<ChatTab>;

/** Chats: tabs in the main area, the list in the side bar, launcher card, palette. */
export const chatPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-llmops:plugin',
  description: 'Chats with language models in JupyterLab',
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
    const tabs = new ChatTabs(app, llmops);
    const sideBar = new SideBar(llmops, { ...llmops.host, onNavigate: place => tabs.go(place) }, id =>
      tabs.open(id)
    );
    app.shell.add(sideBar, 'left', { rank: 650 });
    tabs.tracker.currentChanged.connect((_, tab) => sideBar.setCurrent(tab?.content.sessionId ?? null));
    tabs.tracker.widgetUpdated.connect(() =>
      sideBar.setCurrent(tabs.tracker.currentWidget?.content.sessionId ?? null)
    );
    addCommands(app, llmops, tabs, sideBar);
    restorer?.add(sideBar, sideBar.id);
    void restorer?.restore(tabs.tracker, {
      command: CommandIDs.openChat,
      args: tab => ({ sessionId: tab.content.sessionId }),
      name: tab => tab.content.placeName
    });
    for (const command of [CommandIDs.newChat, CommandIDs.showChats]) {
      palette?.addItem({ command, category: CATEGORY, args: { isPalette: true } });
    }
    launcher?.add({ command: CommandIDs.newChat, category: CATEGORY, rank: 1 });
  }
};

/** The tabs that show conversations; each conversation has one at most. */
class ChatTabs {
  readonly tracker = new WidgetTracker<Tab>({ namespace: 'jupyter-llmops-chat' });

  constructor(
    private readonly app: JupyterFrontEnd,
    private readonly llmops: ILLMOps
  ) {}

  /** Show the tab of a conversation, or a new one for null. */
  open(sessionId: number | null): Tab {
    const there =
      sessionId === null ? undefined : this.tracker.find(tab => tab.content.sessionId === sessionId);
    const tab = there ?? this.add(sessionId);
    this.app.shell.activateById(tab.id);
    return tab;
  }

  go(place: Place): void {
    if (place.view === 'chat') {
      this.open(place.sessionId);
    } else {
      void this.app.commands.execute(CommandIDs.openModels);
    }
  }

  private add(sessionId: number | null): Tab {
    const content = new ChatTab(this.llmops, sessionId, place => this.go(place));
    const tab = new MainAreaWidget({ content });
    tab.id = `${content.id}-tab`;
    content.sessionChanged.connect(() => void this.tracker.save(tab));
    this.app.shell.add(tab, 'main');
    void this.tracker.add(tab);
    return tab;
  }
}

function addCommands(app: JupyterFrontEnd, { trans }: ILLMOps, tabs: ChatTabs, sideBar: SideBar): void {
  app.commands.addCommand(CommandIDs.newChat, {
    label: args => (args['isPalette'] ? trans.__('New LLM chat') : trans.__('LLM chat')),
    caption: trans.__('Talk with a language model'),
    icon: args => (args['isPalette'] ? undefined : chatIcon),
    describedBy: NO_ARGUMENTS,
    execute: () => tabs.open(null)
  });
  app.commands.addCommand(CommandIDs.openChat, {
    label: trans.__('Open an LLM chat'),
    describedBy: OPEN_CHAT_ARGUMENTS,
    execute: args => tabs.open(sessionIdOf(args))
  });
  app.commands.addCommand(CommandIDs.showChats, {
    label: trans.__('Show LLM chats'),
    describedBy: NO_ARGUMENTS,
    execute: () => app.shell.activateById(sideBar.id)
  });
}

const NO_ARGUMENTS = { args: { type: 'object', properties: {} } };
const OPEN_CHAT_ARGUMENTS = {
  args: {
    type: 'object',
    properties: {
      sessionId: { type: ['number', 'null'], description: 'The conversation; null opens a new one' }
    }
  }
};

function sessionIdOf(args: ReadonlyPartialJSONObject): number | null {
  const id = args['sessionId'];
  return typeof id === 'number' ? id : null;
}
