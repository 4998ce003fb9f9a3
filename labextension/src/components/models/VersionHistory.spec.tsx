import { render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import * as React from 'react';
import { describe, expect, it, vi } from 'vitest';
import { ModelConfigVersion } from '../../api/types';
import { english } from '../../i18n';
import { VersionHistory } from './VersionHistory';

const AT = '2026-11-22T10:00:00Z';
const VERSIONS: ModelConfigVersion[] = [
  {
    version: 3,
    changed_at: AT,
    changes: [
      { field: 'name', before: 'Fast', after: 'Faster' },
      { field: 'parameters.stop', before: null, after: ['END'] }
    ]
  },
  { version: 2, changed_at: AT, data: { model: 'qwen3:8b', parameters: { temperature: 0.2 } } },
  { version: 1, created_at: AT, data: { model: 'llama3.2:3b', parameters: { top_k: 40 } } }
];

function open(versions: ModelConfigVersion[] | null = VERSIONS, current = 3) {
  const calls = { onRollback: vi.fn(), onClose: vi.fn() };
  render(<VersionHistory versions={versions} current={current} trans={english} {...calls} />);
  return { ...calls, user: userEvent.setup() };
}

/** What a version changed: field, before, after. */
function diff(index: number): (string | undefined)[][] {
  const rows = [...screen.getAllByRole('listitem')[index].querySelectorAll('dl > div')];
  return rows.map(row => ['dt', 'del', 'ins'].map(tag => row.querySelector(tag)?.textContent ?? undefined));
}

describe('VersionHistory', () => {
  it('PROV-6 shows what a version changed, as the server lists it', () => {
    open();
    expect(diff(0)).toEqual([
      ['name', 'Fast', 'Faster'],
      ['stop', undefined, '["END"]']
    ]);
  });

  it('PROV-6 finds what changed by comparing with the version before', () => {
    open();
    expect(diff(1)).toEqual([
      ['model', 'llama3.2:3b', 'qwen3:8b'],
      ['top_k', '40', undefined],
      ['temperature', undefined, '0.2']
    ]);
    expect(screen.getAllByRole('listitem')[2].textContent).toContain('The first version');
  });

  it('PROV-6 goes back to any version but the one in use', async () => {
    const { user, onRollback } = open(VERSIONS, 2);
    const items = screen.getAllByRole('listitem');
    expect(within(items[1]).getByText('in use')).toBeTruthy();
    expect(within(items[1]).queryByRole('button')).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Go back to version 1' }));
    expect(onRollback.mock.calls).toEqual([[1]]);
  });

  it('UI-6 says that the versions are being loaded', () => {
    open(null);
    expect(screen.getByRole('status', { name: 'Loading the versions…' })).toBeTruthy();
    expect(screen.queryByRole('listitem')).toBeNull();
  });

  it('UI-5 is a named region that can be closed', async () => {
    const { user, onClose } = open();
    const region = within(screen.getByRole('region', { name: 'Versions' }));
    await user.click(region.getByRole('button', { name: 'Close' }));
    expect(onClose).toHaveBeenCalledTimes(1);
  });
});
