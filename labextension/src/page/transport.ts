import { RequestOptions, Transport } from '../api/transport';

/** Reach the server as a page of it does: by the cookie, with the XSRF token. */
export function pageTransport(baseUrl: string, xsrf: string, language: () => string): Transport {
  const base = `${baseUrl}llmops/api/v1`;
  return (path, options = {}) => fetch(base + path, requestOf(options, xsrf, language()));
}

function requestOf(
  { method, body, headers, signal, raw }: RequestOptions,
  xsrf: string,
  language: string
): RequestInit {
  const json = raw === undefined && body !== undefined;
  return {
    method: method ?? 'GET',
    signal,
    credentials: 'same-origin',
    body: raw ?? (json ? JSON.stringify(body) : undefined),
    headers: {
      'Accept-Language': language,
      'X-XSRFToken': xsrf,
      ...(json ? { 'Content-Type': 'application/json' } : {}),
      ...headers
    }
  };
}
