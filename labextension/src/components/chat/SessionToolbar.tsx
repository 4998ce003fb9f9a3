import * as React from 'react';
import { Trans } from '../../i18n';
import { Shelf } from '../../models/ChatSessionsStore';
import { ChatWorkspace } from '../../models/ChatWorkspace';
import { Icon } from '../Icon';
import { Menu, MenuItem } from '../Menu';
import { useStore } from '../useStore';
import { SessionActs } from './useSessionActs';

interface SessionToolbarProps {
  workspace: ChatWorkspace;
  trans: Trans;
  acts: SessionActs;
  onNew: () => void;
}

/** Search waits this long for the next key. */
const PAUSE = 250;

/** Over the list: new chat, search, filter by model, shelf, import. */
export function SessionToolbar({ workspace, trans, acts, onNew }: SessionToolbarProps): JSX.Element {
  const store = workspace.sessions;
  const state = useStore(store);
  const { configs } = useStore(workspace.choices);
  const picker = React.useRef<HTMLInputElement>(null);
  const shelf = (name: Shelf, label: string, icon: MenuItem['icon']): MenuItem => ({
    label,
    icon,
    checked: state.shelf === name,
    run: () => void store.show(name)
  });
  const items: MenuItem[] = [
    shelf('active', trans.__('Chats'), 'chat'),
    shelf('archived', trans.__('Archive'), 'archive'),
    shelf('trash', trans.__('Trash'), 'trash'),
    { label: trans.__('Select many'), icon: 'select', run: () => store.selectMany(state.selected === null) },
    { label: trans.__('Import…'), icon: 'upload', run: () => picker.current?.click() }
  ];
  const pick = (event: React.FormEvent<HTMLInputElement>): void => {
    const file = event.currentTarget.files?.[0];
    event.currentTarget.value = '';
    if (file) {
      acts.importFile(file);
    }
  };
  return (
    <div className="jp-LLMOps-sessions-toolbar">
      <div className="jp-LLMOps-row">
        <button type="button" className="jp-LLMOps-button jp-LLMOps-grow" data-shortcut="n" onClick={onNew}>
          <Icon name="plus" /> {trans.__('New chat')}
        </button>
        <Menu label={trans.__('More about the chats')} icon="more" items={items} />
      </div>
      <SearchField initial={state.q} trans={trans} onSearch={q => void store.search(q)} />
      {configs.length > 1 && (
        <select
          className="jp-LLMOps-input"
          aria-label={trans.__('Filter by model')}
          value={state.modelConfigId === null ? '' : String(state.modelConfigId)}
          onChange={event => void store.filter(Number(event.currentTarget.value) || null)}
        >
          <option value="">{trans.__('All models')}</option>
          {configs.map(config => (
            <option key={config.id} value={String(config.id)}>
              {config.name}
            </option>
          ))}
        </select>
      )}
      <input
        ref={picker}
        type="file"
        hidden
        accept=".json,.zip,application/json"
        aria-label={trans.__('Import chats from a file')}
        onChange={pick}
      />
    </div>
  );
}

interface SearchFieldProps {
  initial: string;
  trans: Trans;
  onSearch: (q: string) => void;
}

function SearchField({ initial, trans, onSearch }: SearchFieldProps): JSX.Element {
  const [text, setText] = React.useState(initial);
  const search = React.useRef(onSearch);
  search.current = onSearch;
  const timer = React.useRef<ReturnType<typeof setTimeout>>();
  React.useEffect(() => () => clearTimeout(timer.current), []);
  const change = (next: string, pause: number): void => {
    setText(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => search.current(next), pause);
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    if (event.key === 'Escape' && text && !event.nativeEvent.isComposing) {
      event.stopPropagation();
      change('', 0);
    } else if (event.key === 'Enter') {
      change(text, 0);
    }
  };
  return (
    <input
      type="search"
      className="jp-LLMOps-input"
      aria-label={trans.__('Search titles and messages')}
      placeholder={trans.__('Search')}
      data-shortcut="/"
      value={text}
      onInput={event => change(event.currentTarget.value, PAUSE)}
      onKeyDown={onKeyDown}
    />
  );
}
