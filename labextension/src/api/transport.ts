/** One request as a host sends it; `path` is relative to `/llmops/api/v1` and starts with a slash. */
export interface RequestOptions {
  method?: string;
  /** A JSON value; the host serialises it and sets the content type. */
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  /** Bytes sent as they are, instead of `body`. */
  raw?: Blob;
}

/** How a host reaches the server: JupyterLab, the page and the widget each give one. */
export type Transport = (path: string, init?: RequestOptions) => Promise<Response>;
