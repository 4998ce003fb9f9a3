import * as React from 'react';

import { ProviderModel } from '../../api/types';
import { Trans } from '../../i18n';
import { ModelList } from '../../models/ModelListStore';
import { CAPABILITIES, Capability, matchingModels, shortTokens } from '../../models/modelSearch';
import { Problem } from '../Problem';
import { Icon } from '../Icon';
import { Skeleton } from '../Skeleton';
import { movedIndex } from './SelectMenu';

export interface ModelPickerProps {
  id?: string;
  list: ModelList;
  value: string;
  onChange(model: string): void;
  onRefresh(): void;
  /** Describe a model the provider does not list. */
  onAddManual(text: string): void;
  describedBy?: string;
  invalid?: boolean;
  trans: Trans;
}

const ROW_HEIGHT = 44;
const ROWS_SHOWN = 6;
/** Drawn above and below those in view, so that scrolling shows no gaps. */
const ROWS_BEYOND = 6;
const NO_CAPABILITIES: ReadonlySet<Capability> = new Set();

/** Choose a model: closed it shows the choice, open a searchable list of what the provider offers. */
export function ModelPicker(props: ModelPickerProps): JSX.Element {
  const { value, list, trans, onChange, onRefresh } = props;
  const [open, setOpen] = React.useState(!value);
  React.useEffect(() => {
    if (!value) {
      setOpen(true);
    }
  }, [value]);
  const model = list.items.find(one => one.id === value);
  if (!open) {
    return (
      <button
        type="button"
        id={props.id}
        className="jp-LLMOps-select-button"
        aria-describedby={props.describedBy}
        data-invalid={props.invalid || undefined}
        onClick={() => setOpen(true)}
      >
        <span className="jp-LLMOps-select-value">{model?.name ?? value}</span>
        {model && <ModelFacts model={model} trans={trans} />}
        <span className="jp-LLMOps-muted">{trans.__('Change')}</span>
      </button>
    );
  }
  const choose = (chosen: string): void => {
    onChange(chosen);
    setOpen(false);
  };
  return <OpenPicker {...props} onChange={choose} onRefresh={onRefresh} onClose={() => setOpen(!value)} />;
}

function OpenPicker(props: ModelPickerProps & { onClose(): void }): JSX.Element {
  const { list, value, onChange, onRefresh, onAddManual, onClose, trans } = props;
  const listId = React.useId();
  const [text, setText] = React.useState('');
  const [wanted, setWanted] = React.useState(NO_CAPABILITIES);
  const [active, setActive] = React.useState(0);
  const models = React.useMemo(() => matchingModels(list.items, text, wanted), [list.items, text, wanted]);
  const index = Math.min(active, models.length - 1);
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const target = movedIndex(event.key, index, models.length);
    if (target !== null) {
      event.preventDefault();
      setActive(target);
    } else if (event.key === 'Enter' && !event.nativeEvent.isComposing && !event.ctrlKey) {
      event.preventDefault();
      const chosen = models[index]?.id ?? text.trim();
      if (chosen) {
        onChange(chosen);
      }
    } else if (event.key === 'Escape' && value) {
      event.stopPropagation();
      onClose();
    }
  };
  return (
    <div className="jp-LLMOps-picker">
      <div className="jp-LLMOps-row">
        <input
          id={props.id}
          type="text"
          role="combobox"
          className="jp-LLMOps-input jp-LLMOps-grow"
          aria-expanded="true"
          aria-controls={listId}
          aria-autocomplete="list"
          aria-activedescendant={index >= 0 ? `${listId}-${index}` : undefined}
          aria-describedby={props.describedBy}
          aria-invalid={props.invalid || undefined}
          autoComplete="off"
          spellCheck={false}
          placeholder={trans.__('Search models, or type a name…')}
          value={text}
          onInput={event => {
            setText(event.currentTarget.value);
            setActive(0);
          }}
          onKeyDown={onKeyDown}
        />
        <button
          type="button"
          className="jp-LLMOps-iconButton"
          title={trans.__('Ask the provider again')}
          aria-label={trans.__('Ask the provider again')}
          disabled={list.status === 'loading'}
          onClick={onRefresh}
        >
          <Icon name="refresh" />
        </button>
      </div>
      <CapabilityChips items={list.items} wanted={wanted} onChange={setWanted} trans={trans} />
      <PickerBody
        list={list}
        models={models}
        listId={listId}
        active={index}
        value={value}
        onChange={onChange}
        trans={trans}
      >
        {text.trim() && !models.some(model => model.id === text.trim()) && (
          <div className="jp-LLMOps-row jp-LLMOps-picker-own">
            <button type="button" className="jp-LLMOps-button" onClick={() => onChange(text.trim())}>
              {trans.__('Use “%1” as typed', text.trim())}
            </button>
            <button type="button" className="jp-LLMOps-button" onClick={() => onAddManual(text.trim())}>
              {trans.__('Add it to the list…')}
            </button>
          </div>
        )}
      </PickerBody>
    </div>
  );
}

interface PickerBodyProps {
  list: ModelList;
  models: readonly ProviderModel[];
  listId: string;
  active: number;
  value: string;
  onChange(model: string): void;
  children?: React.ReactNode;
  trans: Trans;
}

function PickerBody({ list, children, trans, ...rest }: PickerBodyProps): JSX.Element {
  const waiting = (list.status === 'loading' || list.status === 'idle') && !list.items.length;
  return (
    <>
      {waiting && <Skeleton lines={3} label={trans.__('Loading the models…')} />}
      {list.problem && (
        <Problem problem={list.problem} trans={trans}>
          <span>{trans.__('You can still type the name of the model.')}</span>
        </Problem>
      )}
      {!waiting && rest.models.length > 0 && <ModelRows {...rest} trans={trans} />}
      {list.status === 'ready' && !rest.models.length && (
        <p className="jp-LLMOps-hint" role="status">
          {list.items.length ? trans.__('No model matches.') : trans.__('The provider lists no models.')}
        </p>
      )}
      {children}
    </>
  );
}

type ModelRowsProps = Omit<PickerBodyProps, 'list' | 'children'>;

/** Only the rows in view are drawn: some providers list thousands of models. */
function ModelRows({ models, listId, active, value, onChange, trans }: ModelRowsProps): JSX.Element {
  const scroller = React.useRef<HTMLDivElement>(null);
  const [top, setTop] = React.useState(0);
  const height = Math.min(models.length, ROWS_SHOWN) * ROW_HEIGHT;
  const first = Math.max(0, Math.floor(top / ROW_HEIGHT) - ROWS_BEYOND);
  const rows = models.slice(first, first + ROWS_SHOWN + 2 * ROWS_BEYOND);
  useRowInView(scroller, active, height);
  return (
    <div
      ref={scroller}
      id={listId}
      role="listbox"
      aria-label={trans.__('Models')}
      className="jp-LLMOps-picker-list"
      style={{ height: height + 2 }}
      onScroll={event => setTop(event.currentTarget.scrollTop)}
    >
      <div
        role="presentation"
        className="jp-LLMOps-picker-rows"
        style={{ height: models.length * ROW_HEIGHT }}
      >
        {rows.map((model, offset) => (
          <ModelRow
            key={model.id}
            id={`${listId}-${first + offset}`}
            model={model}
            index={first + offset}
            count={models.length}
            active={first + offset === active}
            chosen={model.id === value}
            onChoose={() => onChange(model.id)}
            trans={trans}
          />
        ))}
      </div>
    </div>
  );
}

interface ModelRowProps {
  id: string;
  model: ProviderModel;
  index: number;
  count: number;
  active: boolean;
  chosen: boolean;
  onChoose(): void;
  trans: Trans;
}

function ModelRow({ id, model, index, count, active, chosen, onChoose, trans }: ModelRowProps): JSX.Element {
  return (
    <div
      id={id}
      role="option"
      aria-selected={chosen}
      aria-setsize={count}
      aria-posinset={index + 1}
      data-active={active || undefined}
      className="jp-LLMOps-select-option jp-LLMOps-picker-row"
      style={{ height: ROW_HEIGHT, transform: `translateY(${index * ROW_HEIGHT}px)` }}
      onClick={onChoose}
    >
      <span className="jp-LLMOps-select-text">
        <span className="jp-LLMOps-select-name">{model.name}</span>
        {model.name !== model.id && <span className="jp-LLMOps-select-detail">{model.id}</span>}
      </span>
      <ModelFacts model={model} trans={trans} />
    </div>
  );
}

/** Scroll just far enough that the active row is seen. */
function useRowInView(scroller: React.RefObject<HTMLElement>, active: number, height: number): void {
  React.useEffect(() => {
    const element = scroller.current;
    if (!element || active < 0) {
      return;
    }
    const lowest = active * ROW_HEIGHT;
    const highest = lowest + ROW_HEIGHT - height;
    element.scrollTop = Math.min(lowest, Math.max(highest, element.scrollTop));
  }, [scroller, active, height]);
}

/** What is known of a model: capabilities, context length, size, quantisation, availability. */
function ModelFacts({ model, trans }: { model: ProviderModel; trans: Trans }): JSX.Element {
  const names = capabilityNames(trans);
  const facts = [
    model.context_length === null ? null : trans.__('%1 context', shortTokens(model.context_length)),
    model.parameter_size,
    model.quantization
  ].filter(Boolean);
  return (
    <span className="jp-LLMOps-modelFacts">
      {model.capabilities
        .filter(capability => capability !== 'chat')
        .map(capability => (
          <span key={capability} className="jp-LLMOps-chip">
            {names[capability as Capability] ?? capability}
          </span>
        ))}
      {facts.length > 0 && <span className="jp-LLMOps-muted jp-LLMOps-num">{facts.join(' · ')}</span>}
      {!model.available && (
        <span className="jp-LLMOps-chip jp-LLMOps-chip-mod-warn">{trans.__('not available')}</span>
      )}
      {model.source === 'manual' && <span className="jp-LLMOps-chip">{trans.__('added by hand')}</span>}
    </span>
  );
}

interface CapabilityChipsProps {
  items: readonly ProviderModel[];
  wanted: ReadonlySet<Capability>;
  onChange(wanted: ReadonlySet<Capability>): void;
  trans: Trans;
}

function CapabilityChips({ items, wanted, onChange, trans }: CapabilityChipsProps): JSX.Element | null {
  const names = capabilityNames(trans);
  const offered = CAPABILITIES.filter(one => items.some(model => model.capabilities.includes(one)));
  if (offered.length < 2) {
    return null;
  }
  const toggle = (capability: Capability): void => {
    const next = new Set(wanted);
    if (!next.delete(capability)) {
      next.add(capability);
    }
    onChange(next);
  };
  return (
    <div className="jp-LLMOps-chips" role="group" aria-label={trans.__('Only models that can')}>
      {offered.map(capability => (
        <button
          key={capability}
          type="button"
          className="jp-LLMOps-chip jp-LLMOps-filterChip"
          aria-pressed={wanted.has(capability)}
          onClick={() => toggle(capability)}
        >
          {names[capability]}
        </button>
      ))}
    </div>
  );
}

/** Name the capabilities in the reader's language. */
export function capabilityNames(trans: Trans): Record<Capability, string> {
  return {
    chat: trans.__('chat'),
    reasoning: trans.__('reasoning'),
    vision: trans.__('images'),
    tools: trans.__('tools'),
    embedding: trans.__('embedding')
  };
}
