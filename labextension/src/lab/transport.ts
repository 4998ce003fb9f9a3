import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import { RequestOptions, Transport } from '../api/transport';

/** Reach the server as JupyterLab does: its base URL, its token or cookie, its XSRF header. */
export function labTransport(settings: ServerConnection.ISettings, language: () => string): Transport {
  const base = URLExt.join(settings.baseUrl, 'llmops/api/v1');
  return (path, options = {}) =>
    ServerConnection.makeRequest(base + path, requestOf(options, language()), settings);
}

function requestOf({ method, body, headers, signal, raw }: RequestOptions, language: string): RequestInit {
  const json = raw === undefined && body !== undefined;
  return {
    method: method ?? 'GET',
    signal,
    body: raw ?? (json ? JSON.stringify(body) : undefined),
    headers: {
      'Accept-Language': language,
      ...(json ? { 'Content-Type': 'application/json' } : {}),
      ...headers
    }
  };
}
