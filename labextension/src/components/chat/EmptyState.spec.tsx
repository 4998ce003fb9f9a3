import { fireEvent, render, screen } from '@testing-library/react';
import * as React from 'react';
import { expect, it, vi } from 'vitest';
import { ApiError } from '../../api/errors';
import { ModelChoicesState } from '../../models/ModelChoicesStore';
import { config } from '../../testing/FakeChatServer';
import { panelFor } from '../../testing/panels';
import { ChatHost } from '../host';
import { EmptyState } from './EmptyState';

const READY: ModelChoicesState = {
  status: 'ready',
  configs: [config(1, 'tiny')],
  providers: [],
  problem: null
};

function draw(choices: Partial<ModelChoicesState> = {}, host: ChatHost = {}) {
  const onStarter = vi.fn();
  const onRetry = vi.fn();
  render(
    <EmptyState
      panel={panelFor({ host })}
      choices={{ ...READY, ...choices }}
      onStarter={onStarter}
      onRetry={onRetry}
    />
  );
  return { onStarter, onRetry };
}

it('UI-6 offers three starters and hands over the words of the pressed one', () => {
  const { onStarter } = draw();
  expect(screen.getByRole('heading', { name: 'What would you like to know?' })).toBeTruthy();
  expect(screen.getAllByRole('listitem')).toHaveLength(3);
  fireEvent.click(screen.getByRole('button', { name: /overfitting/ }));
  expect(onStarter).toHaveBeenCalledWith('Explain what overfitting is, with an example.');
});

it('PROV-5 says that there is no model and leads to where one is set up', () => {
  const onNavigate = vi.fn();
  draw({ configs: [] }, { onNavigate });
  expect(screen.getByRole('heading', { name: 'No model yet' })).toBeTruthy();
  expect(screen.getByText(/Add a model configuration first/)).toBeTruthy();
  expect(screen.queryByRole('list')).toBeNull();
  fireEvent.click(screen.getByRole('button', { name: 'Set up a model' }));
  expect(onNavigate).toHaveBeenCalledWith({ view: 'models' });
});

it('PROV-5 offers no way to the models where the host has none', () => {
  draw({ configs: [] });
  expect(screen.queryByRole('button', { name: 'Set up a model' })).toBeNull();
});

it('UI-6 does not say that there is no model before that is known', () => {
  draw({ status: 'loading', configs: [] });
  expect(screen.queryByText('No model yet')).toBeNull();
});

it('UI-6 says why the models could not be loaded and tries again', () => {
  const problem = new ApiError('The storage is full.', 'storage_full', 507, 'Free some space.');
  const { onRetry } = draw({ status: 'error', configs: [], problem });
  expect(screen.getByRole('alert').textContent).toContain('The storage is full.Free some space.');
  fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
  expect(onRetry).toHaveBeenCalledTimes(1);
});
