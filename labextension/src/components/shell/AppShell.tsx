import * as React from 'react';

import { Trans } from '../../i18n';
import { PagePlace, PageView } from '../../models/PlaceStore';
import { ThemeChoice } from '../../models/ThemeStore';
import { Icon, IconName } from '../Icon';
import { runShortcut } from '../models/shortcuts';

export interface AppShellProps {
  place: PagePlace;
  /** What each view shows; a view stays alive once it has been visited. */
  views: Readonly<Record<PageView, () => JSX.Element>>;
  urlOf(place: PagePlace): string;
  onGo(place: PagePlace): void;
  theme: ThemeChoice;
  onTheme(theme: ThemeChoice): void;
  language: string;
  onLanguage(language: 'auto' | 'en' | 'zh-CN'): void;
  helpUrl?: string;
  trans: Trans;
}

const PLACES: readonly { view: PageView; icon: IconName }[] = [
  { view: 'chats', icon: 'chat' },
  { view: 'models', icon: 'model' },
  { view: 'settings', icon: 'settings' }
];

const START: Record<PageView, PagePlace> = {
  chats: { view: 'chats', id: null },
  models: { view: 'models', id: null },
  settings: { view: 'settings' }
};

/** The frame of the web page: a rail at the left (a bar at the bottom on a phone), the content beside it. */
export function AppShell(props: AppShellProps): JSX.Element {
  const { place, views, trans } = props;
  const main = React.useRef<HTMLElement>(null);
  const visited = useVisited(place.view);
  const last = useLastPlaces(place);
  useDocumentShortcuts(main);
  return (
    <div className="jp-LLMOps jp-LLMOps-shell">
      <a className="jp-LLMOps-skip" href="#jp-LLMOps-main">
        {trans.__('Skip to the content')}
      </a>
      <Rail {...props} last={last} />
      <main id="jp-LLMOps-main" ref={main} tabIndex={-1} className="jp-LLMOps-shell-main">
        {(Object.keys(views) as PageView[])
          .filter(view => visited.has(view))
          .map(view => (
            <div key={view} className="jp-LLMOps-shell-view" hidden={view !== place.view}>
              {views[view]()}
            </div>
          ))}
      </main>
    </div>
  );
}

interface RailProps extends AppShellProps {
  /** Where the reader was in each view. */
  last: ReadonlyMap<PageView, PagePlace>;
}

function Rail(props: RailProps): JSX.Element {
  const { place, last, urlOf, onGo, helpUrl, trans } = props;
  const names: Record<PageView, string> = {
    chats: trans.__('Chats'),
    models: trans.__('Models'),
    settings: trans.__('Settings')
  };
  return (
    <nav className="jp-LLMOps-rail" aria-label={trans.__('Places')}>
      <h1 className="jp-LLMOps-rail-name">LLMOps</h1>
      {PLACES.map(({ view, icon }) => {
        const here = view === place.view;
        const target = (here ? undefined : last.get(view)) ?? START[view];
        return (
          <a
            key={view}
            href={urlOf(target)}
            className="jp-LLMOps-rail-link"
            aria-current={here ? 'page' : undefined}
            title={names[view]}
            onClick={event => {
              if (isPlainClick(event)) {
                event.preventDefault();
                onGo(target);
              }
            }}
          >
            <Icon name={icon} />
            <span className="jp-LLMOps-rail-text">{names[view]}</span>
          </a>
        );
      })}
      <div className="jp-LLMOps-rail-foot">
        <ThemeSwitch {...props} />
        <LanguageSwitch {...props} />
        {helpUrl && (
          <a
            className="jp-LLMOps-rail-link"
            href={helpUrl}
            target="_blank"
            rel="noreferrer noopener"
            title={trans.__('Help')}
          >
            <Icon name="help" />
            <span className="jp-LLMOps-rail-text">{trans.__('Help')}</span>
          </a>
        )}
      </div>
    </nav>
  );
}

const NEXT_THEME: Record<ThemeChoice, ThemeChoice> = { auto: 'light', light: 'dark', dark: 'auto' };
const THEME_ICONS: Record<ThemeChoice, IconName> = { auto: 'screen', light: 'sun', dark: 'moon' };

function ThemeSwitch({ theme, onTheme, trans }: AppShellProps): JSX.Element {
  const names: Record<ThemeChoice, string> = {
    auto: trans.__('Theme: system'),
    light: trans.__('Theme: light'),
    dark: trans.__('Theme: dark')
  };
  return (
    <button
      type="button"
      className="jp-LLMOps-rail-link"
      title={names[theme]}
      aria-label={names[theme]}
      onClick={() => onTheme(NEXT_THEME[theme])}
    >
      <Icon name={THEME_ICONS[theme]} />
      <span className="jp-LLMOps-rail-text">{names[theme]}</span>
    </button>
  );
}

function LanguageSwitch({ language, onLanguage, trans }: AppShellProps): JSX.Element {
  return (
    <label className="jp-LLMOps-rail-link jp-LLMOps-rail-language" title={trans.__('Language')}>
      <Icon name="globe" />
      <select
        aria-label={trans.__('Language')}
        value={language}
        onChange={event => onLanguage(event.currentTarget.value as 'auto' | 'en' | 'zh-CN')}
      >
        <option value="auto">{trans.__('Automatic')}</option>
        <option value="en" lang="en">
          English
        </option>
        <option value="zh-CN" lang="zh-CN">
          简体中文
        </option>
      </select>
    </label>
  );
}

/** Tell whether a click means "go there", not "open it elsewhere". */
function isPlainClick(event: React.MouseEvent): boolean {
  return event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
}

/** Remember where the reader was in each view, so that coming back leads there. */
function useLastPlaces(place: PagePlace): ReadonlyMap<PageView, PagePlace> {
  const last = React.useRef(new Map<PageView, PagePlace>());
  last.current.set(place.view, place);
  return last.current;
}

function useVisited(view: PageView): ReadonlySet<PageView> {
  const [visited, setVisited] = React.useState<ReadonlySet<PageView>>(new Set([view]));
  React.useEffect(
    () => setVisited(before => (before.has(view) ? before : new Set([...before, view]))),
    [view]
  );
  return visited;
}

/** `/` and `n` work on the page wherever the focus is, in the view that is shown. */
function useDocumentShortcuts(main: React.RefObject<HTMLElement>): void {
  React.useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (!event.defaultPrevented) {
        runShortcut(main.current?.querySelector<HTMLElement>(':scope > :not([hidden])') ?? null, event);
      }
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [main]);
}
