import * as React from 'react';

import { Trans } from '../../i18n';
import { groupByProvider } from '../../models/configState';
import { ConfigSort, ModelsQuery, ModelsState } from '../../models/ModelsStore';
import { Problem } from '../Problem';
import { ConfigActions, ConfigCard } from './ConfigCard';
import { Icon } from '../Icon';
import { Skeleton } from '../Skeleton';
import { movedIndex } from './SelectMenu';

export interface ModelsPanelProps extends ConfigActions {
  state: ModelsState;
  /** The configuration in the form. */
  openId: number | null;
  onNew(): void;
  onQuery(change: Partial<ModelsQuery>): void;
  onMore(): void;
  onRetry(): void;
  onSelectAll(on: boolean): void;
  trans: Trans;
}

const TYPING_PAUSE_MS = 200;

/** The list of model configurations, grouped by provider. */
export function ModelsPanel(props: ModelsPanelProps): JSX.Element {
  const { state, trans, onNew } = props;
  const root = React.useRef<HTMLElement>(null);
  return (
    <section
      ref={root}
      className="jp-LLMOps-modelsPanel"
      aria-label={trans.__('Models')}
      onKeyDown={event => onListKey(event, root.current)}
    >
      <header className="jp-LLMOps-modelsPanel-head">
        <div className="jp-LLMOps-row">
          <h2 className="jp-LLMOps-grow">{trans.__('Models')}</h2>
          <button
            type="button"
            className="jp-LLMOps-button jp-LLMOps-button-mod-primary"
            data-shortcut="n"
            onClick={onNew}
          >
            <Icon name="plus" /> {trans.__('New model')}
          </button>
        </div>
        <SearchRow {...props} />
        <ProviderChips {...props} />
        <BulkBar {...props} />
      </header>
      <div className="jp-LLMOps-modelsPanel-list" aria-busy={state.status === 'loading'}>
        <ListBody {...props} />
      </div>
    </section>
  );
}

function SearchRow({ state, onQuery, trans }: ModelsPanelProps): JSX.Element {
  const [text, setText] = useDelayedText(state.query.q, q => onQuery({ q }));
  return (
    <div className="jp-LLMOps-row" role="search">
      <label className="jp-LLMOps-searchBox jp-LLMOps-grow">
        <Icon name="search" />
        <input
          type="search"
          className="jp-LLMOps-input"
          aria-label={trans.__('Search models')}
          placeholder={trans.__('Search  ( / )')}
          data-shortcut="/"
          value={text}
          onInput={event => setText(event.currentTarget.value)}
          onKeyDown={event => {
            if (event.key === 'Escape' && text) {
              event.stopPropagation();
              setText('');
            }
          }}
        />
      </label>
      <select
        className="jp-LLMOps-input jp-LLMOps-sort"
        aria-label={trans.__('Sort by')}
        value={state.query.sort}
        onChange={event => onQuery({ sort: event.currentTarget.value as ConfigSort })}
      >
        <option value="-updated_at">{trans.__('Last changed')}</option>
        <option value="name">{trans.__('Name A–Z')}</option>
        <option value="-name">{trans.__('Name Z–A')}</option>
      </select>
    </div>
  );
}

/** Text that is passed on after a pause in typing, and follows when it is changed from outside. */
function useDelayedText(value: string, onText: (text: string) => void): [string, (text: string) => void] {
  const [text, setText] = React.useState(value);
  const sent = React.useRef(value);
  const send = React.useRef(onText);
  send.current = onText;
  React.useEffect(() => {
    if (value !== sent.current) {
      sent.current = value;
      setText(value);
    }
  }, [value]);
  React.useEffect(() => {
    if (text === sent.current) {
      return undefined;
    }
    const timer = setTimeout(() => {
      sent.current = text;
      send.current(text);
    }, TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return [text, setText];
}

function ProviderChips({ state, onQuery, trans }: ModelsPanelProps): JSX.Element | null {
  const { query, providers, configs } = state;
  const used = React.useRef(new Set<string>());
  configs.forEach(config => used.current.add(config.provider_id));
  const offered = providers.filter(provider => used.current.has(provider.id));
  if (offered.length < 2) {
    return null;
  }
  return (
    <div className="jp-LLMOps-chips" role="group" aria-label={trans.__('Only this provider')}>
      {offered.map(provider => {
        const pressed = query.providerId === provider.id;
        return (
          <button
            key={provider.id}
            type="button"
            className="jp-LLMOps-chip jp-LLMOps-filterChip"
            aria-pressed={pressed}
            onClick={() => onQuery({ providerId: pressed ? null : provider.id })}
          >
            {provider.name}
          </button>
        );
      })}
    </div>
  );
}

function BulkBar({ state, onDelete, onSelectAll, trans }: ModelsPanelProps): JSX.Element | null {
  const count = state.selected.size;
  if (!count) {
    return null;
  }
  return (
    <div className="jp-LLMOps-row jp-LLMOps-bulk" role="group" aria-label={trans.__('Selected models')}>
      <span className="jp-LLMOps-grow" role="status">
        {trans._n('%1 selected', '%1 selected', count)}
      </span>
      {count < state.configs.length && (
        <button type="button" className="jp-LLMOps-button" onClick={() => onSelectAll(true)}>
          {trans.__('Select all')}
        </button>
      )}
      <button type="button" className="jp-LLMOps-button" onClick={() => onSelectAll(false)}>
        {trans.__('Clear')}
      </button>
      <button
        type="button"
        className="jp-LLMOps-button jp-LLMOps-button-mod-danger"
        onClick={() => onDelete([...state.selected])}
      >
        <Icon name="trash" /> {trans.__('Delete…')}
      </button>
    </div>
  );
}

function ListBody(props: ModelsPanelProps): JSX.Element {
  const { state, onRetry, trans } = props;
  if (state.status === 'error') {
    return (
      <Problem problem={state.problem!} trans={trans}>
        <button type="button" className="jp-LLMOps-button" onClick={onRetry}>
          {trans.__('Try again')}
        </button>
      </Problem>
    );
  }
  if (state.status === 'loading' && !state.configs.length) {
    return <Skeleton lines={8} label={trans.__('Loading the models…')} />;
  }
  return state.configs.length ? <Groups {...props} /> : <NothingHere {...props} />;
}

function NothingHere({ state, onNew, onQuery, trans }: ModelsPanelProps): JSX.Element {
  const filtered = state.query.q.trim() !== '' || state.query.providerId !== null;
  return filtered ? (
    <div className="jp-LLMOps-empty">
      <p>{trans.__('No model matches.')}</p>
      <button type="button" className="jp-LLMOps-button" onClick={() => onQuery({ q: '', providerId: null })}>
        {trans.__('Show all')}
      </button>
    </div>
  ) : (
    <div className="jp-LLMOps-empty">
      <p>{trans.__('No model is set up yet.')}</p>
      <p className="jp-LLMOps-hint">
        {trans.__('Choose a provider, paste a key where one is needed, test it, and chat.')}
      </p>
      <button type="button" className="jp-LLMOps-button jp-LLMOps-button-mod-primary" onClick={onNew}>
        {trans.__('Set up a model')}
      </button>
    </div>
  );
}

function Groups(props: ModelsPanelProps): JSX.Element {
  const { state, openId, onMore, trans } = props;
  const groups = groupByProvider(state.configs, state.providers);
  return (
    <>
      {groups.map(group => (
        <section key={group.providerId} aria-label={group.provider?.name ?? group.providerId}>
          <h3 className="jp-LLMOps-group">{group.provider?.name ?? group.providerId}</h3>
          <ul className="jp-LLMOps-cards">
            {group.configs.map(config => (
              <ConfigCard
                key={config.id}
                {...props}
                config={config}
                provider={group.provider}
                open={config.id === openId}
                selected={state.selected.has(config.id)}
                testing={state.testing.has(config.id)}
              />
            ))}
          </ul>
        </section>
      ))}
      {state.next && (
        <button
          type="button"
          className="jp-LLMOps-button jp-LLMOps-more"
          disabled={state.loadingMore}
          onClick={onMore}
        >
          {state.loadingMore
            ? trans.__('Loading…')
            : trans.__('Show more (%1 of %2)', `${state.configs.length}`, `${state.total}`)}
        </button>
      )}
    </>
  );
}

/** Arrows move between the cards, Delete asks to delete the one that has the focus. */
function onListKey(event: React.KeyboardEvent, root: HTMLElement | null): void {
  const target = event.target as HTMLElement;
  if (!root || !target.dataset.config) {
    return;
  }
  const cards = [...root.querySelectorAll<HTMLElement>('[data-config]')];
  const next = movedIndex(event.key, cards.indexOf(target), cards.length);
  if (next !== null) {
    event.preventDefault();
    cards[next].focus();
  } else if (event.key === 'Delete') {
    target.closest('li')?.querySelector<HTMLElement>('.jp-LLMOps-card-actions button:last-child')?.click();
  }
}
