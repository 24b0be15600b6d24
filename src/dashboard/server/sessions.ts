// Sessions: sealed into the browser's cookie, so that every server of the cluster knows them, and none keeps them. A session is good
// only together with its key, which the page has in its own storage: cookies do not separate the ports of a host, storage does.
// It ends after twelve hours, with the certificate or token it was made with, and by logging out.
import { createHash, timingSafeEqual } from 'node:crypto';
import { unauthorized } from '../../api/status/status-error.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Random } from '../../kit/random.ts';
import { type Headers, headerOf, type Sender, type User } from './ports.ts';
import type { Seal } from './seal.ts';

const HOURS_12 = 12 * 60 * 60 * 1000;
const KEY_BYTES = 32;
/** Bytes of a token: what fits into cookies. */
export const MOST_TOKEN = 8 * 1024;
/** A browser keeps 4096 bytes of a cookie, with its name and attributes. */
const COOKIE_PART = 3600;
const MOST_PARTS = 4;
/** Sessions that were ended by hand, until they would have ended by themselves; the oldest is forgotten first. */
const MOST_ENDED = 10_000;

/** By whom a session was begun; judged anew at every request. */
export type Credential = { readonly token: string } | { readonly user: User };

interface Sealed {
  readonly id: string;
  readonly until: number;
  /** Hash of the key. */
  readonly key: string;
  readonly credential: Credential;
  /** Impersonate headers. */
  readonly as?: Readonly<Record<string, string | readonly string[]>>;
}

export interface Session {
  readonly user: User;
  readonly until: number;
  readonly as: Readonly<Record<string, string | readonly string[]>>;
  readonly id: string;
}

export interface Begun {
  readonly key: string;
  readonly cookies: readonly string[];
  readonly until: number;
}

export interface SessionsOptions {
  readonly seal: Seal;
  readonly clock: Clock;
  readonly random: Random;
  readonly userOf: (token: string) => Promise<User | undefined>;
}

/** What a session is made of: the sender's token, or the user of its certificate. */
export type Beginning = Pick<Sealed, 'credential' | 'until' | 'as'>;

export class Sessions {
  readonly #options: SessionsOptions;
  readonly #ended = new Map<string, number>();

  constructor(options: SessionsOptions) {
    this.#options = options;
  }

  /** Undefined for who has neither a token nor a certificate of its own: a front proxy's user. */
  beginning({ user, token, certifiedUntil }: Sender, as?: Sealed['as']): Beginning | undefined {
    const latest = this.#options.clock.now() + HOURS_12;
    const more = as && { as };
    if (token !== undefined) return { credential: { token }, until: latest, ...more };
    if (certifiedUntil === undefined) return undefined;
    return { credential: { user }, until: Math.min(latest, certifiedUntil), ...more };
  }

  begin(beginning: Beginning, isSecure: boolean): Begun {
    const { seal, random } = this.#options;
    const key = random.bytes(KEY_BYTES).toString('base64url');
    const sealed: Sealed = { id: random.uuid(), key: hashOf(key), ...beginning };
    const text = seal.seal(JSON.stringify(sealed));
    return { key, until: beginning.until, cookies: cookiesOf(text, isSecure) };
  }

  /** Rejects with a 401 unless cookie and key belong together and the credential is still good. */
  async judge(headers: Headers, key: string | undefined): Promise<Session> {
    const sealed = this.#open(headers);
    if (!sealed || key === undefined || !same(sealed.key, hashOf(key))) throw unauthorized();
    const { credential, until, as = {}, id } = sealed;
    if (until <= this.#options.clock.now() || this.#ended.has(id)) throw unauthorized();
    const user = 'user' in credential ? credential.user : await this.#options.userOf(credential.token);
    if (!user) throw unauthorized();
    return { user, until, as, id };
  }

  end({ id, until }: Session): void {
    const now = this.#options.clock.now();
    for (const [ended, limit] of this.#ended) if (limit <= now) this.#ended.delete(ended);
    const [oldest] = this.#ended.keys();
    if (this.#ended.size >= MOST_ENDED && oldest !== undefined) this.#ended.delete(oldest);
    this.#ended.set(id, until);
  }

  #open(headers: Headers): Sealed | undefined {
    const text = cookieText(headerOf(headers, 'cookie') ?? '');
    const opened = text === undefined ? undefined : this.#options.seal.open(text);
    return opened === undefined ? undefined : (JSON.parse(opened) as Sealed);
  }
}

const NAME = 'tiphys-dashboard';
const ATTRIBUTES = 'Path=/dashboard/; HttpOnly; SameSite=Strict';

/** In as many parts as browsers need; parts of an earlier, longer one are removed. */
function cookiesOf(text: string, isSecure: boolean): string[] {
  const secure = isSecure ? '; Secure' : '';
  return Array.from({ length: MOST_PARTS }, (_, i) => {
    const part = text.slice(i * COOKIE_PART, (i + 1) * COOKIE_PART);
    return `${NAME}-${i}=${part}; ${ATTRIBUTES}${part ? '' : '; Max-Age=0'}${secure}`;
  });
}

/** Cookies that make the browser forget its session. */
export const noCookies = (isSecure: boolean): string[] => cookiesOf('', isSecure);

function cookieText(header: string): string | undefined {
  const parts = new Map<string, string>();
  for (const pair of header.split(';')) {
    const [name = '', value = ''] = pair.trim().split('=', 2);
    // Of two cookies of one name none is believed: another program of this host may have set one.
    if (name.startsWith(NAME)) parts.set(name, parts.has(name) ? '' : value);
  }
  let text = '';
  for (let i = 0; i < MOST_PARTS; i++) text += parts.get(`${NAME}-${i}`) ?? '';
  return text === '' ? undefined : text;
}

const hashOf = (key: string): string => createHash('sha256').update(key).digest('base64url');

const same = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
