/** The signs of the providers, from style/icons/providers, by icon name. */
export const PROVIDER_ICONS: Readonly<Record<string, string>> = {};
