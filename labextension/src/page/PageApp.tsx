import * as React from 'react';
import { ChatApp } from '../components/chat/ChatApp';
import { ChatHost, Place } from '../components/host';
import { EndpointPolicyEditor } from '../components/models/EndpointPolicyEditor';
import { ModelsApp } from '../components/models/ModelsApp';
import { richLoaders } from '../components/richLoaders';
import { AppShell } from '../components/shell/AppShell';
import { SettingsPanel } from '../components/shell/SettingsPanel';
import { useStore } from '../components/useStore';
import { Trans } from '../i18n';
import { ChatWorkspace } from '../models/ChatWorkspace';
import { EndpointPolicyStore } from '../models/EndpointPolicyStore';
import { FormPlace } from '../models/ModelsRoom';
import { PlaceStore } from '../models/PlaceStore';
import { ThemeStore } from '../models/ThemeStore';
import { UserSettings } from '../api/types';

const ADMIN = 'custom:llmops:admin';

interface IPageAppProps {
  workspace: ChatWorkspace;
  places: PlaceStore;
  theme: ThemeStore;
  policy: EndpointPolicyStore;
  trans: Trans;
  docsUrl: string;
  onLanguage: (choice: UserSettings['language']) => void;
}

/** The web page: the same panels as in JupyterLab, each at an address of its own. */
export function PageApp(props: IPageAppProps): JSX.Element {
  const { workspace, places, theme, trans, docsUrl, onLanguage } = props;
  const { place } = useStore(places);
  const { choice } = useStore(theme);
  const { settings } = useStore(workspace.me);
  const change = (changes: Partial<UserSettings>) => {
    if (changes.theme) {
      theme.choose(changes.theme);
    }
    if (changes.language) {
      onLanguage(changes.language);
    }
    void workspace.me.change(changes);
  };
  return (
    <AppShell
      place={place}
      views={{
        chats: () => <ChatsView {...props} />,
        models: () => <ModelsView {...props} />,
        settings: () => (
          <SettingsPanel
            settings={settings}
            onChange={change}
            policy={workspace.me.hasScope(ADMIN) ? <PolicyView {...props} /> : undefined}
            apiDocsUrl={docsUrl}
            trans={trans}
          />
        )
      }}
      urlOf={target => places.urlOf(target)}
      onGo={target => places.go(target)}
      theme={choice}
      onTheme={chosen => change({ theme: chosen })}
      language={settings.language}
      onLanguage={language => change({ language })}
      helpUrl={docsUrl}
      trans={trans}
    />
  );
}

function ChatsView({ workspace, places, trans }: IPageAppProps): JSX.Element {
  const { place } = useStore(places);
  const shown = React.useRef<number | null>(null);
  if (place.view === 'chats') {
    shown.current = place.id;
  }
  const host = React.useMemo(() => hostOf(places), [places]);
  return (
    <ChatApp
      workspace={workspace}
      trans={trans}
      layout="full"
      sessionId={shown.current}
      host={host}
      showToasts={place.view === 'chats'}
    />
  );
}

function hostOf(places: PlaceStore): ChatHost {
  return {
    loaders: richLoaders,
    onNavigate: (target: Place) =>
      places.go(
        target.view === 'chat' ? { view: 'chats', id: target.sessionId } : { view: 'models', id: null }
      )
  };
}

function ModelsView({ workspace, places, trans }: IPageAppProps): JSX.Element {
  const { place } = useStore(places);
  const shown = React.useRef<FormPlace>(null);
  if (place.view === 'models') {
    shown.current = place.id;
  }
  return (
    <ModelsApp
      workspace={workspace}
      trans={trans}
      place={shown.current}
      onPlace={id => places.go({ view: 'models', id })}
      showToasts={place.view === 'models'}
    />
  );
}

function PolicyView({ policy, trans }: IPageAppProps): JSX.Element {
  const state = useStore(policy);
  React.useEffect(() => void policy.load(), [policy]);
  return (
    <EndpointPolicyEditor
      state={state}
      onAllow={name => policy.allow(name)}
      onRemove={name => void policy.remove(name)}
      trans={trans}
    />
  );
}
