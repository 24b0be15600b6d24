// What views need besides the API: /dashboard/views. With the session's rights, as everything.
import { apiError } from './errors.ts';
import { KEY_HEADER, sessionIsOver, sessionKey } from './session.ts';

/** Rejects with an ApiError for what the server refuses. */
export async function view<T>(name: string, query: Readonly<Record<string, string>> = {}): Promise<T> {
  const search = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== '')).toString();
  const answer = await fetch(`/dashboard/views/${name}${search && `?${search}`}`, {
    headers: { [KEY_HEADER]: sessionKey() },
  });
  if (answer.ok) return (await answer.json()) as T;
  if (answer.status === 401) sessionIsOver();
  throw apiError(answer.status, await answer.text());
}
