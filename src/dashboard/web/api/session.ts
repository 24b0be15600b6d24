// The page's session: a cookie that scripts cannot read, and the key without which it is of no use. The key is in this origin's storage,
// so that other tabs have it, too.
import { signal } from '@preact/signals';

const STORED = 'tiphys-dashboard-key';
const NO_KEY = 'none';
export const KEY_HEADER = 'x-tiphys-dashboard';
export const KEY_PROTOCOL = 'key.dashboard.tiphys.';

export interface Who {
  readonly user: string;
  /** Milliseconds since the epoch. */
  readonly until: number;
  /** Whom the user acts as. */
  readonly as?: string;
}

/** Undefined until the server has said who it is; null without a session. */
export const who = signal<Who | null | undefined>(undefined);

export const hasSessionKey = (): boolean => localStorage.getItem(STORED) !== null;

export const sessionKey = (): string => localStorage.getItem(STORED) ?? NO_KEY;

/** The server does not know the session any more. */
export function sessionIsOver(): void {
  localStorage.removeItem(STORED);
  who.value = null;
}

const SESSION = '/dashboard/session';

async function ask(method: string, body?: object): Promise<Response> {
  return fetch(SESSION, {
    method,
    headers: { [KEY_HEADER]: sessionKey(), ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
}

/** Finds out who this is: by the one-time code in the address, or by the session that is there already. */
export async function findSession(): Promise<void> {
  const code = new URLSearchParams(location.hash.slice(1)).get('code');
  if (code !== null) {
    history.replaceState(null, '', location.pathname + location.search);
    if (await logIn({ code })) return;
  }
  const answer = await ask('GET');
  if (answer.ok) who.value = (await answer.json()) as Who;
  else if (answer.status === 401 || answer.status === 403) sessionIsOver();
  else throw new Error(`the server answered ${answer.status}`);
}

/** False if the code or token is not, or no longer, good. */
export async function logIn(login: { readonly code: string } | { readonly token: string }): Promise<boolean> {
  const answer = await ask('POST', login);
  if (!answer.ok) return false;
  const { key, ...me } = (await answer.json()) as Who & { key: string };
  localStorage.setItem(STORED, key);
  who.value = me;
  return true;
}

export async function logOut(): Promise<void> {
  await ask('DELETE').catch(() => undefined);
  sessionIsOver();
}

/** A login or logout in another tab. */
addEventListener('storage', ({ key }) => {
  if (key === STORED) location.reload();
});
