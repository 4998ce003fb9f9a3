import * as React from 'react';

import { PROVIDER_ICONS } from './providerIcons';

export interface ProviderIconProps {
  id: string;
  name: string;
  /** The icon's name where it is not the provider's id. */
  icon?: string | null;
  size?: number;
}

/** The provider's sign in the colour of the text; a letter where we have none. Decoration only. */
export function ProviderIcon({ id, name, icon, size = 20 }: ProviderIconProps): JSX.Element {
  const svg = PROVIDER_ICONS[icon ?? id] ?? PROVIDER_ICONS[id];
  const box = { width: size, height: size };
  if (!svg) {
    return (
      <span
        className="jp-LLMOps-providerIcon jp-LLMOps-providerIcon-mod-letter"
        style={box}
        aria-hidden="true"
      >
        {(name || id).slice(0, 1).toUpperCase()}
      </span>
    );
  }
  // The text is a file of this package, never anything a server sent.
  return (
    <span
      className="jp-LLMOps-providerIcon"
      style={box}
      aria-hidden="true"
      dangerouslySetInnerHTML={{ __html: svg }}
    />
  );
}
