import { ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';
import { SessionList } from '../components/chat/SessionList';
import { ChatHost } from '../components/host';
import { chatIcon } from './icons';
import { ILLMOps } from './tokens';

/** The list of conversations in the side bar; opening one shows its tab. */
export class SideBar extends ReactWidget {
  private current: number | null = null;

  constructor(
    private readonly llmops: ILLMOps,
    private readonly host: ChatHost,
    private readonly onOpen: (sessionId: number | null) => void
  ) {
    super();
    this.id = 'jp-LLMOps-sidebar';
    this.addClass('jp-LLMOps');
    this.addClass('jp-LLMOps-sidebar');
    this.title.icon = chatIcon;
    this.title.caption = llmops.trans.__('LLM chats');
  }

  /** Mark the conversation whose tab is in front. */
  setCurrent(sessionId: number | null): void {
    if (sessionId !== this.current) {
      this.current = sessionId;
      this.update();
    }
  }

  protected render(): JSX.Element {
    const { workspace, trans } = this.llmops;
    return (
      <SessionList
        workspace={workspace}
        trans={trans}
        host={this.host}
        currentId={this.current}
        onOpen={this.onOpen}
      />
    );
  }
}
