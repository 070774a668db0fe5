// One request to the API. Everything that can go wrong comes out as one kind of error.
import type { Problem } from './types';

const patienceMs = 20_000;

/** `status` 0: no answer came, so the outcome is unknown; `code` is then `no_answer`. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly problem: Partial<Problem> = {},
    readonly retryAfterMs: number | null = null,
  ) {
    super(problem.detail ?? code);
  }

  /** May the same request, with the same key, succeed later? */
  get isPassing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

export interface Ask {
  method?: 'GET' | 'POST' | 'DELETE';
  query?: Record<string, string | number | boolean | null | undefined>;
  body?: unknown;
  idempotencyKey?: string;
}

export async function ask<Answer>(path: string, { method = 'GET', query, body, idempotencyKey }: Ask = {}): Promise<Answer> {
  const headers = new Headers({ Accept: 'application/json' });
  if (body !== undefined) headers.set('Content-Type', 'application/json');
  if (idempotencyKey) headers.set('Idempotency-Key', idempotencyKey);
  const request: RequestInit = { method, headers, credentials: 'same-origin', cache: 'no-store', redirect: 'error' };
  if (body !== undefined) request.body = JSON.stringify(body);
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), patienceMs);
  try {
    const response = await fetch(path + queryText(query), { ...request, signal: patience.signal });
    if (!response.ok) throw await refusal(response);
    return (response.status === 204 ? undefined : await response.json()) as Answer;
  } catch (error) {
    throw error instanceof ApiError ? error : new ApiError(0, 'no_answer');
  } finally {
    clearTimeout(timer);
  }
}

function queryText(query: Ask['query'] = {}): string {
  const parts = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined) parts.set(name, String(value));
  }
  return parts.size === 0 ? '' : `?${parts.toString()}`;
}

async function refusal(response: Response): Promise<ApiError> {
  const seconds = Number(response.headers.get('Retry-After') ?? NaN);
  const retryAfterMs = Number.isFinite(seconds) ? seconds * 1000 : null;
  const problem = (await response.json().catch(() => ({}))) as Partial<Problem>;
  return new ApiError(response.status, problem.code ?? 'internal', problem, retryAfterMs);
}
