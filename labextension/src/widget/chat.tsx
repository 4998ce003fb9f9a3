import * as React from 'react';
import { createRoot } from 'react-dom/client';
import { LLMOpsClient } from '../api/client';
import { ChatApp } from '../components/chat/ChatApp';
import { ChatHost } from '../components/host';
import { bundleFrom, Catalogue, english, Trans } from '../i18n';
import { ChatWorkspace } from '../models/ChatWorkspace';
import { Listener, WidgetModel, widgetTransport } from './transport';

/** anywidget's model with the traits of `jupyter_llmops.widgets.ChatPanel`. */
interface ChatPanelModel extends Omit<WidgetModel, 'on' | 'off'> {
  get(name: 'session_id'): number | null;
  get(name: 'height' | 'language'): string;
  get(name: 'strings'): Catalogue;
  set(name: 'session_id', value: number | null): void;
  save_changes(): void;
  on(event: 'msg:custom', listener: Listener): void;
  on(event: string, listener: () => void): void;
  off(event: 'msg:custom', listener: Listener): void;
  off(event: string, listener: () => void): void;
}

/** Draw the panel into a notebook cell; the returned function removes it. */
function render({ model, el }: { model: ChatPanelModel; el: HTMLElement }): () => void {
  const workspace = new ChatWorkspace(new LLMOpsClient(widgetTransport(model)), { storage: null });
  const root = createRoot(el);
  el.classList.add('jp-LLMOps', 'jp-LLMOps-widget');

  const host: ChatHost = {
    onNavigate: place => {
      if (place.view === 'chat') {
        model.set('session_id', place.sessionId);
        model.save_changes();
        draw();
      }
    }
  };
  const draw = () => {
    el.style.height = model.get('height');
    root.render(
      <ChatApp
        workspace={workspace}
        trans={transOf(model)}
        layout="embedded"
        sessionId={model.get('session_id')}
        host={host}
      />
    );
  };
  // Python asked a question: show it and follow the answer
  const changed: Listener = message => {
    const notice = message as unknown as { kind: string; session_id: number };
    if (notice.kind === 'changed') {
      void workspace.conversation(notice.session_id).load();
    }
  };
  const traits = ['change:session_id', 'change:height', 'change:strings', 'change:language'];
  traits.forEach(name => model.on(name, draw));
  model.on('msg:custom', changed);
  draw();
  void workspace.start();

  return () => {
    traits.forEach(name => model.off(name, draw));
    model.off('msg:custom', changed);
    root.unmount();
    workspace.dispose();
  };
}

/** The words for the language that Python chose, or for that of the page around the cell. */
function transOf(model: ChatPanelModel): Trans {
  const chosen = model.get('language');
  const language = chosen === 'auto' ? document.documentElement.lang || navigator.language : chosen;
  return language.toLowerCase().startsWith('zh') ? bundleFrom(model.get('strings')) : english;
}

export default { render };
