import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { loadPatterns } from '../../../api/cel/access/expressions.ts';
import { type Clock, systemClock } from '../../../kit/clock.ts';
import { silentLogger } from '../../../kit/log.ts';
import { systemRandom } from '../../../kit/random.ts';
import type { JWTAuthenticator } from '../../configuration/authentication.ts';
import { settled } from '../configured/configuration.ts';
import { FakeIssuer, fakeKey, signed } from './issuer.fake.ts';
import { ALL_ALGORITHMS } from './json-web-token.ts';
import { JwtAuthenticator } from './jwt-authenticator.ts';

describe('tokens of other issuers', () => {
  const API = ['api'];
  let issuer: FakeIssuer;
  let opened: JwtAuthenticator[];
  /** Added to the machine's monotonic time. */
  let later: number;
  const clock: Clock = {
    ...systemClock,
    monotonic: () => systemClock.monotonic() + later,
    sleep: async (ms) => {
      later += ms;
      await systemClock.turn();
    },
  };

  beforeEach(async () => {
    await loadPatterns();
    later = 0;
    opened = [];
    issuer = await new FakeIssuer().start();
  });
  afterEach(async () => {
    for (const one of opened) one.close();
    await issuer.stop();
  });

  const BY_SUB = { username: { claim: 'sub', prefix: 'o:' } };
  const configured = (changes: JWTAuthenticator = {}, of = issuer): JWTAuthenticator => ({
    claimMappings: BY_SUB,
    ...changes,
    issuer: {
      url: of.url,
      audiences: ['tiphys'],
      certificateAuthority: of.server.authority.ca,
      ...changes.issuer,
    },
  });
  const settings = (...jwt: JWTAuthenticator[]) => settled({ jwt }, []).issuers;

  async function open(
    changes: JWTAuthenticator = {},
    algorithms = ALL_ALGORITHMS,
  ): Promise<JwtAuthenticator> {
    const made = new JwtAuthenticator({ audiences: API, algorithms, clock, log: silentLogger });
    opened.push(made);
    await made.replace(settings(configured(changes)));
    return made;
  }
  const user = async (by: JwtAuthenticator, token: string) => (await by.authenticate(token, API))?.user;
  async function refusal(by: JwtAuthenticator, token: string): Promise<string> {
    try {
      return JSON.stringify(await by.authenticate(token, API));
    } catch (error) {
      return (error as Error).message;
    }
  }

  it('a token of the issuer makes a user; those of others are not its business', async () => {
    const jwt = await open();
    assert.deepEqual(await jwt.authenticate(issuer.token({ jti: 'x' }), ['api', 'more']), {
      user: {
        name: 'o:jane',
        groups: ['system:authenticated'],
        extra: { 'authentication.kubernetes.io/credential-id': ['JTI=x'] },
      },
      audiences: ['api'],
    });
    assert.equal(await jwt.authenticate(issuer.token({ iss: 'https://other' }), API), undefined);
    assert.equal(await jwt.authenticate('nonsense', API), undefined);
    assert.equal(await jwt.authenticate(issuer.token(), ['vault']), undefined);
  });

  it('times and audience are checked', async () => {
    const jwt = await open();
    const now = Math.floor(clock.now() / 1000);
    const why = (claims: object) => refusal(jwt, issuer.token(claims));
    assert.match(
      await why({ exp: now - 1 }),
      /^oidc: verify token: oidc: token is expired \(Token Expiry: 2/,
    );
    assert.match(await why({ exp: undefined }), /token is expired \(Token Expiry: none\)$/);
    assert.match(await why({ exp: '9999999999' }), /token is expired/);
    assert.match(await why({ nbf: now + 100 }), /before the nbf \(not before\) time/);
    assert.match(await why({ nbf: now + 50 }), /"name":"o:jane"/);
    assert.equal(
      await why({ aud: ['x', 'y'] }),
      'oidc: verify token: oidc: expected audience in ["tiphys"] got ["x" "y"]',
    );
    assert.match(await why({ aud: ['x', 'tiphys'] }), /"name":"o:jane"/);
    assert.match(await why({ aud: undefined }), /expected audience/);
  });

  it('only algorithms that are allowed', async () => {
    const jwt = await open({}, ['RS256']);
    assert.equal(
      await refusal(jwt, issuer.token()),
      'oidc: verify token: oidc: id token signed with unsupported algorithm, expected ["RS256"] got "ES256"',
    );
  });

  it('a key that the issuer does not show does not verify; a new key does at once', async () => {
    const jwt = await open();
    const next = fakeKey('k2');
    const token = signed(next, issuer.claims());
    assert.match(
      await refusal(jwt, token),
      /failed to verify signature: failed to verify id token signature$/,
    );
    issuer.keys = [next];
    later += 1_000;
    assert.equal((await user(jwt, token))?.name, 'o:jane');
    assert.match(await refusal(jwt, signed(fakeKey('k1'), issuer.claims())), /failed to verify/);
  });

  it('tokens with unknown keys do not make the server fetch more than once a second', async () => {
    const jwt = await open();
    const before = issuer.fetches;
    const token = () => signed(fakeKey('evil'), issuer.claims());
    later += 1_000;
    await Promise.all(Array.from({ length: 20 }, () => refusal(jwt, token())));
    for (let i = 0; i < 5; i++) await refusal(jwt, token());
    assert.equal(issuer.fetches, before + 1);
  });

  it('a key that was withdrawn ends within an hour, and a moment', async () => {
    const jwt = await open();
    const token = () => issuer.token({ n: systemRandom.uuid() });
    const old = issuer.keys[0]!;
    issuer.keys = [fakeKey('k2')];
    later += 3_600_001;
    const withOld = () => signed(old, issuer.claims({ n: systemRandom.uuid() }));
    assert.equal((await user(jwt, withOld()))?.name, 'o:jane');
    while ((await refusal(jwt, withOld())).includes('o:jane')) await clock.turn();
    assert.equal((await user(jwt, token()))?.name, 'o:jane');
  });

  it('verified tokens are kept for ten seconds, and not beyond their end', async () => {
    const jwt = await open();
    const token = issuer.token();
    await user(jwt, token);
    issuer.keys = [fakeKey('k2')];
    const counted = () => Number(/_count{result="success",[^}]*} (\d+)/.exec(jwt.metrics(''))?.[1]);
    await user(jwt, token);
    assert.equal(counted(), 1);
    later += 10_000;
    assert.match(await refusal(jwt, token), /o:jane/);
    assert.equal(counted(), 2);
  });

  it('an issuer that says it is another, shows no keys or answers nonsense is not ready', async () => {
    const jwt = await open();
    const reload = (answer: FakeIssuer['answer']) => {
      issuer.answer = answer;
      return jwt.replace(settings(configured()));
    };
    await assert.rejects(
      reload(() => ({ body: { issuer: 'https://evil', jwks_uri: `${issuer.url}/keys` } })),
      /issuer did not match the issuer returned by provider, expected "https:\/\/127.0.0.1:\d+" got "https:\/\/evil"$/,
    );
    await assert.rejects(
      reload(() => ({ body: { issuer: issuer.url } })),
      /provider did not return JWKS URL$/,
    );
    await assert.rejects(
      reload(() => ({ body: 'secret' })),
      /failed to decode provider discovery object$/,
    );
    await assert.rejects(
      reload(() => ({ status: 500, body: 'secret' })),
      /unexpected status 500$/,
    );
    await assert.rejects(
      reload(() => ({ body: `"${'x'.repeat(1 << 20)}"` })),
      /the document is longer than 1048576 bytes$/,
    );
    await assert.rejects(
      reload((path) => (path === '/keys' ? { body: '[]' } : undefined)),
      /fetching keys oidc: failed to decode keys/,
    );
    await assert.rejects(
      reload(() => ({ body: { issuer: issuer.url, jwks_uri: 'http://127.0.0.1:1/keys' } })),
      /only https is supported$/,
    );
    await assert.rejects(
      reload(() => ({ status: 302, headers: { location: '/again' } })),
      /stopped after 5 redirects$/,
    );
    // What was good before still is.
    assert.equal((await user(jwt, issuer.token()))?.name, 'o:jane');
    assert.match(
      jwt.metrics('apiserver-a'),
      /jwks_fetch_last_timestamp_seconds{result="failure",jwt_issuer_hash="sha256:[0-9a-f]{64}",apiserver_id_hash="sha256:[0-9a-f]{64}"}/,
    );
  });

  it('the certificate of the issuer must be of the configured authority', async () => {
    const jwt = await open();
    const other = new FakeIssuer();
    const { ca } = other.server.authority;
    const { url } = issuer;
    await assert.rejects(
      jwt.replace(settings(configured({ issuer: { url, audiences: ['tiphys'], certificateAuthority: ca } }))),
      /certificate signed by unknown authority$/,
    );
  });

  it('a discovery URL is asked in place of the issuer', async () => {
    const other = await new FakeIssuer().start();
    other.answer = (path) =>
      path === '/found/here'
        ? { body: { issuer: 'https://inside', jwks_uri: `${other.url}/keys` } }
        : undefined;
    const jwt = new JwtAuthenticator({
      audiences: API,
      algorithms: ALL_ALGORITHMS,
      clock,
      log: silentLogger,
    });
    opened.push(jwt);
    await jwt.replace(
      settings(
        configured(
          {
            issuer: {
              url: 'https://inside',
              discoveryURL: `${other.url}/found/here`,
              audiences: ['tiphys'],
              certificateAuthority: other.server.authority.ca,
            },
          },
          other,
        ),
      ),
    );
    assert.equal((await user(jwt, other.token({ iss: 'https://inside' })))?.name, 'o:jane');
    await other.stop();
  });

  it('before its issuer was found the server says so, and it looks again', async () => {
    issuer.answer = () => ({ status: 503 });
    const jwt = new JwtAuthenticator({
      audiences: API,
      algorithms: ALL_ALGORITHMS,
      clock: { ...clock, after: (ms, fn) => systemClock.after(ms === 10_000 ? 1 : ms, fn) },
      log: silentLogger,
    });
    opened.push(jwt);
    jwt.start(settings(configured()));
    assert.equal(await refusal(jwt, issuer.token()), 'oidc: authenticator not initialized');
    issuer.answer = undefined;
    while ((await refusal(jwt, issuer.token())).includes('not initialized')) await clock.turn();
    assert.equal((await user(jwt, issuer.token()))?.name, 'o:jane');
  });
});
