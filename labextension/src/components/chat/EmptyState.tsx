import * as React from 'react';
import { ModelChoicesState } from '../../models/ModelChoicesStore';
import { Icon } from '../Icon';
import { Problem } from '../Problem';
import { Panel } from './panel';

interface EmptyStateProps {
  panel: Panel;
  choices: ModelChoicesState;
  onStarter: (text: string) => void;
  onRetry: () => void;
}

/** What a chat shows before its first message: three starters, or the way to a model. */
export function EmptyState({ panel, choices, onStarter, onRetry }: EmptyStateProps): JSX.Element {
  const { trans, host } = panel;
  const toModels = (
    <button type="button" className="jp-LLMOps-button" onClick={() => host.onNavigate?.({ view: 'models' })}>
      <Icon name="settings" /> {trans.__('Set up a model')}
    </button>
  );
  if (choices.status === 'error' && choices.problem) {
    return (
      <div className="jp-LLMOps-empty">
        <Problem problem={choices.problem} trans={trans}>
          <button type="button" className="jp-LLMOps-button" onClick={onRetry}>
            {trans.__('Try again')}
          </button>
        </Problem>
      </div>
    );
  }
  const none = choices.status === 'ready' && choices.configs.length === 0;
  return (
    <div className="jp-LLMOps-empty">
      <h2>{none ? trans.__('No model yet') : trans.__('What would you like to know?')}</h2>
      {none ? (
        <p>{trans.__('Add a model configuration first: a local server, or a provider with your key.')}</p>
      ) : (
        <ul className="jp-LLMOps-starters">
          {starters(panel).map(text => (
            <li key={text}>
              <button type="button" className="jp-LLMOps-starter" onClick={() => onStarter(text)}>
                {text}
              </button>
            </li>
          ))}
        </ul>
      )}
      {host.onNavigate && toModels}
    </div>
  );
}

function starters({ trans }: Panel): string[] {
  return [
    trans.__('How do I read a CSV file with pandas?'),
    trans.__('Explain what overfitting is, with an example.'),
    trans.__('Write a Python function that finds duplicates in a list.')
  ];
}
