import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import * as React from 'react';
import { describe, expect, it } from 'vitest';
import { LLMOpsClient } from '../../api/client';
import { english } from '../../i18n';
import { EndpointPolicyStore } from '../../models/EndpointPolicyStore';
import { FakeModels, problem } from '../../testing/FakeModels';
import { useStore } from '../useStore';
import { EndpointPolicyEditor } from './EndpointPolicyEditor';

async function open(fake: FakeModels) {
  const store = new EndpointPolicyStore(new LLMOpsClient(fake.transport));
  await store.load();
  render(<Editor store={store} />);
  return userEvent.setup();
}

function Editor({ store }: { store: EndpointPolicyStore }): JSX.Element {
  return (
    <EndpointPolicyEditor
      state={useStore(store)}
      onAllow={host => store.allow(host)}
      onRemove={host => void store.remove(host)}
      trans={english}
    />
  );
}

describe('EndpointPolicyEditor', () => {
  it('PROV-7 allows a host and takes it back', async () => {
    const fake = new FakeModels();
    const user = await open(fake);
    await user.type(screen.getByLabelText('Host to allow'), 'gpu.lan:8000{Enter}');
    await waitFor(() => expect(fake.policy.allowed_hosts).toEqual(['gpu-box.lan', 'gpu.lan:8000']));
    expect((screen.getByLabelText('Host to allow') as HTMLInputElement).value).toBe('');
    await user.click(screen.getByRole('button', { name: 'Remove gpu-box.lan' }));
    await waitFor(() => expect(fake.policy.allowed_hosts).toEqual(['gpu.lan:8000']));
  });

  it('PROV-7 says which hosts are always allowed', async () => {
    await open(new FakeModels());
    expect(screen.getByText(/this machine, api.openai.com/)).toBeTruthy();
  });

  it('UI-6 keeps what was typed when the server refuses it, and says why', async () => {
    const fake = new FakeModels();
    const user = await open(fake);
    fake.replies.set('PATCH /endpoint-policy', () =>
      problem(422, { code: 'invalid', detail: 'No such form.', remedy: 'Use host:port.' })
    );
    await user.type(screen.getByLabelText('Host to allow'), 'h//x{Enter}');
    expect(await screen.findByText('Use host:port.')).toBeTruthy();
    expect((screen.getByLabelText('Host to allow') as HTMLInputElement).value).toBe('h//x');
  });
});
