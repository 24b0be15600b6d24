// An OpenID provider for tests: keys that can be rotated, and tokens signed with them.
import { constants, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { systemClock } from '../../../kit/clock.ts';
import { type FakeAnswer, FakeServer } from '../../remote/remote-server.fake.ts';

export interface FakeKey {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

const CURVES: Readonly<Record<string, string>> = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' };

export function fakeKey(kid: string, alg = 'ES256'): FakeKey {
  const { [alg]: namedCurve } = CURVES;
  const pair = namedCurve
    ? generateKeyPairSync('ec', { namedCurve })
    : generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { kid, alg, ...pair };
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** With a header of the caller's, if one is given. */
export function signed(
  key: FakeKey,
  claims: object,
  header: object = { alg: key.alg, kid: key.kid },
): string {
  const body = `${encode(header)}.${encode(claims)}`;
  const hash = `sha${key.alg.slice(2)}`;
  const options = key.alg.startsWith('PS')
    ? {
        key: key.privateKey,
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
      }
    : { key: key.privateKey, dsaEncoding: 'ieee-p1363' as const };
  return `${body}.${sign(hash, Buffer.from(body), options).toString('base64url')}`;
}

export const jwk = ({ kid, alg, publicKey }: FakeKey): object => ({
  ...publicKey.export({ format: 'jwk' }),
  kid,
  alg,
  use: 'sig',
});

export class FakeIssuer {
  readonly server = new FakeServer();
  keys: FakeKey[] = [fakeKey('k1')];
  /** In place of the usual documents. */
  answer: ((path: string) => FakeAnswer | undefined) | undefined;

  async start(): Promise<this> {
    this.server.answer = ({ path }) => this.answer?.(path) ?? this.#document(path);
    await this.server.start();
    return this;
  }

  get url(): string {
    return this.server.url;
  }

  /** Requests for the keys. */
  get fetches(): number {
    return this.server.requests.filter(({ path }) => path === '/keys').length;
  }

  /** Signed with the first key, valid at `now` for an hour. */
  token(claims: object = {}, now = systemClock.now()): string {
    return signed(this.keys[0]!, this.claims(claims, now));
  }

  claims(claims: object = {}, now = systemClock.now()): object {
    const seconds = Math.floor(now / 1000);
    return { iss: this.url, aud: 'tiphys', sub: 'jane', iat: seconds, exp: seconds + 3600, ...claims };
  }

  stop(): Promise<void> {
    return this.server.stop();
  }

  #document(path: string): FakeAnswer {
    if (path === '/.well-known/openid-configuration')
      return { body: { issuer: this.url, jwks_uri: `${this.url}/keys` } };
    return path === '/keys' ? { body: { keys: this.keys.map(jwk) } } : { status: 404 };
  }
}
