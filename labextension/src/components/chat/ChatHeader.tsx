import * as React from 'react';
import { ExportFormat, ModelConfig, Provider } from '../../api/types';
import { ConversationState } from '../../models/ConversationStore';
import { ConfirmDialog } from '../ConfirmDialog';
import { Dialog } from '../Dialog';
import { Menu, MenuItem } from '../Menu';
import { ModelSelect } from '../models/ModelSelect';
import { EditableTitle } from './EditableTitle';
import { exportItems } from './exportItems';
import { Panel } from './panel';

export interface ChatHeaderProps {
  state: ConversationState;
  configs: readonly ModelConfig[];
  providers: readonly Provider[];
  panel: Panel;
  onTitle: (title: string) => void;
  onModel: (id: number) => void;
  onSystemPrompt: (text: string) => void;
  onExport: (format: ExportFormat) => void;
  onClear: () => void;
  onAnswersOnly: (on: boolean) => void;
  onKeys: () => void;
}

type Window = 'system' | 'clear' | null;

/** Over a conversation: its title, its model, and what can be done with all of it. */
export function ChatHeader(props: ChatHeaderProps): JSX.Element {
  const { state, configs, providers, panel, onTitle, onModel } = props;
  const { trans, host } = panel;
  const [window, setWindow] = React.useState<Window>(null);
  const close = (): void => setWindow(null);
  const title = state.session?.title || trans.__('New chat');
  return (
    <header className="jp-LLMOps-header">
      {state.session ? (
        <EditableTitle key={state.session.id} title={title} trans={trans} onChange={onTitle} />
      ) : (
        <span className="jp-LLMOps-title">{title}</span>
      )}
      <ModelSelect
        configs={configs}
        providers={providers}
        value={state.session?.model_config_id ?? state.modelConfigId}
        missing={state.session?.model}
        onChange={onModel}
        onManage={host.onNavigate && (() => host.onNavigate?.({ view: 'models' }))}
        trans={trans}
      />
      <Menu label={trans.__('More about this chat')} icon="more" items={menuItems(props, setWindow)} />
      {window === 'system' && <SystemPrompt {...props} onClose={close} />}
      {window === 'clear' && (
        <ConfirmDialog
          title={trans.__('Clear the chat?')}
          body={trans.__('All messages of “%1” are removed. This cannot be undone.', title)}
          confirmLabel={trans.__('Clear the chat')}
          trans={trans}
          onConfirm={props.onClear}
          onClose={close}
        />
      )}
    </header>
  );
}

function menuItems(props: ChatHeaderProps, open: (window: Window) => void): MenuItem[] {
  const { state, panel, onAnswersOnly, onExport, onKeys } = props;
  const { trans, settings } = panel;
  const empty = state.session === null || state.messages.length === 0;
  return [
    { label: trans.__('System prompt…'), icon: 'edit', run: () => open('system') },
    {
      label: trans.__('Answers only'),
      checked: settings.answers_only,
      run: () => onAnswersOnly(!settings.answers_only)
    },
    ...exportItems(trans, onExport).map(item => ({ ...item, disabled: empty })),
    {
      label: trans.__('Clear the chat…'),
      icon: 'trash',
      danger: true,
      disabled: empty,
      run: () => open('clear')
    },
    { label: trans.__('Keyboard…'), icon: 'keyboard', run: onKeys }
  ];
}

function SystemPrompt({
  state,
  panel,
  onSystemPrompt,
  onClose
}: ChatHeaderProps & { onClose: () => void }): JSX.Element {
  const { trans } = panel;
  const [text, setText] = React.useState(state.session?.system_prompt ?? state.systemPrompt);
  const save = (event: React.FormEvent): void => {
    event.preventDefault();
    onSystemPrompt(text);
    onClose();
  };
  return (
    <Dialog title={trans.__('System prompt')} trans={trans} onClose={onClose}>
      <form onSubmit={save}>
        <label className="jp-LLMOps-field">
          {trans.__('What the model is told before your first message. Empty: what its configuration says.')}
          <textarea
            className="jp-LLMOps-input"
            rows={8}
            value={text}
            onInput={event => setText(event.currentTarget.value)}
          />
        </label>
        <div className="jp-LLMOps-dialog-acts">
          <button type="button" className="jp-LLMOps-button" onClick={onClose}>
            {trans.__('Cancel')}
          </button>
          <button type="submit" className="jp-LLMOps-button jp-LLMOps-button-mod-primary">
            {trans.__('Save')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
