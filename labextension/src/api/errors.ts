/** `application/problem+json` as the server writes it. */
export interface Problem {
  title?: string;
  status?: number;
  detail?: string;
  code?: string;
  errors?: FieldProblem[];
  remedy?: string;
  request_id?: string;
}

export interface FieldProblem {
  field: string;
  message: string;
}

/** What went wrong, in the reader's words: `message` says what, `remedy` what to do. */
export class ApiError extends Error {
  constructor(
    message: string,
    readonly code: string,
    readonly status: number,
    readonly remedy: string = '',
    readonly errors: FieldProblem[] = [],
    readonly requestId: string = '',
    readonly retryAfter: number | null = null
  ) {
    super(message);
    this.name = 'ApiError';
  }

  /** Message of a form field, or an empty string. */
  field(name: string): string {
    return this.errors.find(problem => problem.field === name)?.message ?? '';
  }
}

/** The server could not be reached, or the connection broke; worth another try. */
export class NetworkError extends ApiError {
  constructor(message: string) {
    super(message, 'network', 0);
    this.name = 'NetworkError';
  }
}

/** Read an answer that is not 2xx; a body that is no problem+json leaves the status as the message. */
export async function errorFromResponse(response: Response): Promise<ApiError> {
  const text = await response.text().catch(() => '');
  const problem = parseProblem(text);
  const retry = Number(response.headers.get('Retry-After'));
  return new ApiError(
    problem.detail || problem.title || `${response.status} ${response.statusText}`.trim(),
    problem.code || `http_${response.status}`,
    response.status,
    problem.remedy ?? '',
    problem.errors ?? [],
    problem.request_id ?? response.headers.get('X-Request-Id') ?? '',
    Number.isFinite(retry) && retry > 0 ? retry : null
  );
}

/** Whatever was thrown, as an ApiError. */
export function asApiError(reason: unknown): ApiError {
  if (reason instanceof ApiError) {
    return reason;
  }
  const message = reason instanceof Error ? reason.message : String(reason);
  return new NetworkError(message);
}

export function isAbort(reason: unknown): boolean {
  return reason instanceof DOMException && reason.name === 'AbortError';
}

function parseProblem(text: string): Problem {
  try {
    const value: unknown = JSON.parse(text);
    return value && typeof value === 'object' ? (value as Problem) : {};
  } catch {
    return {};
  }
}
