/** The stores of one models panel, and how a form is opened in it. */

import { ConfigFormStore } from './ConfigFormStore';
import { DraftShelf } from './DraftShelf';
import { EndpointPolicyStore } from './EndpointPolicyStore';
import { ModelListStore, ModelTarget } from './ModelListStore';
import { ModelsClient, ModelsStore } from './ModelsStore';

/** Which configuration the form shows; null: none. */
export type FormPlace = number | 'new' | null;

export class ModelsRoom {
  readonly list: ModelsStore;
  readonly modelLists: ModelListStore;
  readonly policy: EndpointPolicyStore;

  constructor(
    readonly client: ModelsClient,
    private readonly shelf: DraftShelf
  ) {
    this.list = new ModelsStore(client);
    this.modelLists = new ModelListStore(client);
    this.policy = new EndpointPolicyStore(client);
  }

  /** Make the form of a configuration; one that is not in the list is fetched. */
  async openForm(place: number | 'new'): Promise<ConfigFormStore> {
    const stored = place === 'new' ? null : await this.client.modelConfigs.get(place);
    return new ConfigFormStore({ client: this.client, shelf: this.shelf, stored });
  }

  /** Say whose models the picker of this form lists; null while no provider is chosen. */
  targetOf(form: ReturnType<ConfigFormStore['getSnapshot']>): ModelTarget | null {
    const { draft, stored } = form;
    if (!draft.providerId) {
      return null;
    }
    const preset = this.list.getSnapshot().providers.find(provider => provider.id === draft.providerId);
    const endpoint = draft.endpoint.trim();
    return {
      providerId: draft.providerId,
      endpoint: endpoint && endpoint !== preset?.default_endpoint ? endpoint : undefined,
      configId: stored?.provider_id === draft.providerId ? stored.id : undefined,
      apiKey: draft.apiKey || undefined
    };
  }
}
