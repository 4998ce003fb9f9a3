import { ReactWidget } from '@jupyterlab/ui-components';
import { Message } from '@lumino/messaging';
import { Signal } from '@lumino/signaling';
import * as React from 'react';
import { ChatApp } from '../components/chat/ChatApp';
import { ChatHost, Place } from '../components/host';
import { chatIcon } from './icons';
import { ILLMOps } from './tokens';

let unsaved = 0;

/** One conversation in the main area; a new one takes its number when the first message is sent. */
export class ChatTab extends ReactWidget {
  /** The conversation became another: its place in the restored layout must change. */
  readonly sessionChanged = new Signal<this, number | null>(this);
  private readonly host: ChatHost;
  private unfollow: () => void;

  constructor(
    private readonly llmops: ILLMOps,
    private session: number | null,
    private readonly go: (place: Place) => void
  ) {
    super();
    this.id = session === null ? `jp-LLMOps-chat-new-${++unsaved}` : `jp-LLMOps-chat-${session}`;
    this.addClass('jp-LLMOps');
    this.title.icon = chatIcon;
    this.title.closable = true;
    this.host = { ...llmops.host, onNavigate: place => this.navigate(place) };
    this.unfollow = this.followTitle();
  }

  get sessionId(): number | null {
    return this.session;
  }

  /** What the restored layout calls the tab; another one once the new chat has become a session. */
  get placeName(): string {
    return this.session === null ? this.id : `jp-LLMOps-chat-${this.session}`;
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this.unfollow();
      Signal.clearData(this);
    }
    super.dispose();
  }

  /** Whoever opens a conversation types next. */
  protected override onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    void this.renderPromise?.then(() =>
      this.node.querySelector<HTMLElement>('.jp-LLMOps-composer-text')?.focus()
    );
  }

  protected render(): JSX.Element {
    const { workspace, trans } = this.llmops;
    return (
      <ChatApp
        workspace={workspace}
        trans={trans}
        layout="embedded"
        sessionId={this.session}
        host={this.host}
      />
    );
  }

  private navigate(place: Place): void {
    if (place.view === 'chat' && this.session === null && place.sessionId !== null) {
      this.become(place.sessionId);
    } else {
      this.go(place);
    }
  }

  private become(session: number): void {
    this.session = session;
    this.unfollow();
    this.unfollow = this.followTitle();
    this.update();
    this.sessionChanged.emit(session);
  }

  /** Keep the tab's name that of the conversation. */
  private followTitle(): () => void {
    const { workspace, trans } = this.llmops;
    const conversation = workspace.conversation(this.session);
    const show = () => {
      const title = conversation.getSnapshot().session?.title || trans.__('New chat');
      this.title.label = title;
      this.title.caption = title;
    };
    show();
    return conversation.subscribe(show);
  }
}
