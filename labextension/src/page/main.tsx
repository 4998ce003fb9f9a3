import * as React from 'react';
import { createRoot } from 'react-dom/client';
import { LLMOpsClient } from '../api/client';
import { ChatWorkspace } from '../models/ChatWorkspace';
import { EndpointPolicyStore } from '../models/EndpointPolicyStore';
import { PlaceStore } from '../models/PlaceStore';
import { ThemeStore } from '../models/ThemeStore';
import { LanguageChoice, languageOf, loadTrans, rememberedLanguage, rememberLanguage } from './language';
import { PageApp } from './PageApp';
import { pageTransport } from './transport';

/** What the server writes into the page (`web/page.py`). */
interface IPageConfig {
  baseUrl: string;
  xsrf: string;
}

async function start(container: HTMLElement, { baseUrl, xsrf }: IPageConfig): Promise<void> {
  let language = languageOf(rememberedLanguage());
  const client = new LLMOpsClient(pageTransport(baseUrl, xsrf, () => language));
  const workspace = new ChatWorkspace(client);
  const theme = new ThemeStore(
    document.documentElement,
    matchMedia('(prefers-color-scheme: dark)'),
    localStore()
  );
  const places = new PlaceStore(`${baseUrl}llmops`);
  const policy = new EndpointPolicyStore(client);
  const root = createRoot(container);

  const draw = async () => {
    document.documentElement.lang = language;
    const trans = await loadTrans(language);
    root.render(
      <PageApp
        workspace={workspace}
        places={places}
        theme={theme}
        policy={policy}
        trans={trans}
        docsUrl={`${baseUrl}llmops/api/v1/docs`}
        onLanguage={choose}
      />
    );
  };
  const choose = (choice: LanguageChoice) => {
    rememberLanguage(choice);
    if (languageOf(choice) !== language) {
      language = languageOf(choice);
      void draw();
    }
  };

  await Promise.all([draw(), workspace.start()]);
  const { me, settings } = workspace.me.getSnapshot();
  if (me) {
    // chosen in another browser or in JupyterLab
    theme.choose(settings.theme);
    choose(settings.language);
  }
}

function localStore(): Storage | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

const config = JSON.parse(document.getElementById('llmops-config')?.textContent ?? '{}') as IPageConfig;
const container = document.getElementById('root');
if (container) {
  void start(container, config);
}
