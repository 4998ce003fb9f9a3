/** Which hosts a configuration may point at, beside the presets' own; only admins may change it. */

import { EndpointPolicy } from '../api/types';
import { ApiError, asApiError } from '../api/errors';
import { ModelsClient } from './ModelsStore';
import { Observable } from './Observable';

export interface EndpointPolicyState {
  policy: EndpointPolicy | null;
  problem: ApiError | null;
  saving: boolean;
}

export class EndpointPolicyStore extends Observable<EndpointPolicyState> {
  constructor(private readonly client: Pick<ModelsClient, 'providers'>) {
    super({ policy: null, problem: null, saving: false });
  }

  /** Read the policy. */
  async load(): Promise<void> {
    await this.attempt(() => this.client.providers.policy());
  }

  /** Add a host; true when it is allowed afterwards. */
  async allow(host: string): Promise<boolean> {
    if (!this.state.policy) {
      await this.load();
    }
    const hosts = this.state.policy?.allowed_hosts ?? [];
    return hosts.includes(host) || this.save([...hosts, host]);
  }

  /** Take a host off the list; true when it is off. */
  remove(host: string): Promise<boolean> {
    return this.save((this.state.policy?.allowed_hosts ?? []).filter(one => one !== host));
  }

  private save(allowedHosts: string[]): Promise<boolean> {
    return this.attempt(() => this.client.providers.changePolicy({ allowed_hosts: allowedHosts }));
  }

  private async attempt(call: () => Promise<EndpointPolicy>): Promise<boolean> {
    this.patch({ saving: true, problem: null });
    try {
      this.patch({ policy: await call() });
      return true;
    } catch (error) {
      this.patch({ problem: asApiError(error) });
      return false;
    } finally {
      this.patch({ saving: false });
    }
  }
}

/** Return `host` or `host:port` of an endpoint, '' when it is no URL. */
export function hostOf(endpoint: string): string {
  try {
    return new URL(endpoint.includes('://') ? endpoint : `http://${endpoint}`).host;
  } catch {
    return '';
  }
}
