import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { SteppedClock } from '../../../kit/clock.fake.ts';
import { type Clock, systemClock } from '../../../kit/clock.ts';
import { createLogger } from '../../../kit/log.ts';
import { seededRandom } from '../../../kit/random.ts';
import { FakeIssuer } from '../oidc/issuer.fake.ts';
import type { AuthenticationFlags } from './flags.ts';
import { type OpenAuthentication, openAuthentication } from './open-authentication.ts';

/** Of the name apiserver-a. */
const ID_HASH = 'sha256:b5b662adf0e40b9253722f985e321a40f8f9592881365a3ffc91fb56c54da2dc';

describe('configured authentication', () => {
  const directory = mkdtempSync(join(tmpdir(), 'authn-'));
  const file = join(directory, 'config.yaml');
  const issuer = new FakeIssuer();
  const SA = 'https://sa.example';
  let stepped: SteppedClock;
  let clock: Clock;
  let lines: string[];
  let opened: OpenAuthentication[];

  before(() => issuer.start());
  after(async () => {
    await issuer.stop();
    rmSync(directory, { recursive: true });
  });
  beforeEach(() => {
    stepped = new SteppedClock();
    // The file is looked at when the test says so; all else takes its time.
    clock = { ...systemClock, every: (ms, fn) => stepped.every(ms, fn) };
    lines = [];
    opened = [];
  });
  afterEach(() => {
    for (const one of opened) one.close();
  });

  async function open(flags: AuthenticationFlags, allowsAll = false): Promise<OpenAuthentication> {
    const made = await openAuthentication({
      flags,
      audiences: ['api'],
      serviceAccountIssuers: [SA],
      allowsAll,
      serverOf: () => ({ url: 'https://127.0.0.1:1/' }),
      clock,
      random: seededRandom(1),
      log: createLogger({ level: 'info', now: () => 0, write: (line) => lines.push(line) }),
    });
    opened.push(made);
    return made;
  }

  const config = (content: object): string =>
    JSON.stringify({
      apiVersion: 'apiserver.config.k8s.io/v1',
      kind: 'AuthenticationConfiguration',
      ...content,
    });
  const ours = (prefix: string, changes: object = {}) => ({
    issuer: {
      url: issuer.url,
      audiences: ['tiphys'],
      certificateAuthority: issuer.server.authority.ca,
      ...changes,
    },
    claimMappings: { username: { claim: 'sub', prefix } },
  });

  async function name(by: OpenAuthentication): Promise<string> {
    try {
      return (await by.tokens[0]!.authenticate(issuer.token(), ['api']))?.user.name ?? 'nobody';
    } catch (error) {
      return (error as Error).message;
    }
  }
  async function becomes(by: OpenAuthentication, wanted: string): Promise<void> {
    while ((await name(by)) !== wanted) await systemClock.turn();
  }
  const logged = async (pattern: RegExp) => {
    while (!lines.some((line) => pattern.test(line))) await systemClock.turn();
  };

  it('a changed file is taken up once its issuers were found; one that is wrong changes nothing', async () => {
    writeFileSync(file, config({ jwt: [ours('a:')] }));
    const by = await open({ authenticationConfig: file });
    await becomes(by, 'a:jane');
    writeFileSync(file, config({ jwt: [ours('b:')] }));
    await stepped.step(1_000);
    await becomes(by, 'b:jane');
    writeFileSync(file, config({ jwt: [ours('c:', { audiences: [] })] }));
    await stepped.step(1_000);
    await logged(/authentication configuration not reloaded .*audiences: Required value/);
    writeFileSync(file, config({ jwt: [ours('c:')], anonymous: { enabled: false } }));
    await stepped.step(1_000);
    await logged(/anonymous: Forbidden: changed from initial configuration file/);
    assert.equal(await name(by), 'b:jane');
    writeFileSync(file, config({ jwt: [] }));
    await stepped.step(1_000);
    await becomes(by, 'nobody');
    const metrics = by.metrics('apiserver-a');
    const total = 'apiserver_authentication_config_controller_automatic_reloads_total';
    assert.match(metrics, new RegExp(`${total}{status="success",apiserver_id_hash="${ID_HASH}"} 2`));
    assert.match(metrics, new RegExp(`${total}{status="failure",apiserver_id_hash="${ID_HASH}"} 2`));
    assert.doesNotMatch(metrics, /jwks_fetch_last_key_set_info{/);
  });

  it('the flags of one issuer', async () => {
    const ca = join(directory, 'ca.pem');
    writeFileSync(ca, issuer.server.authority.ca);
    const flags = { oidcIssuerUrl: issuer.url, oidcClientId: 'tiphys', oidcCaFile: ca };
    const ec = { ...flags, oidcSigningAlgs: ['ES256'] };
    await becomes(await open(ec), `${issuer.url}#jane`);
    await becomes(await open({ ...ec, oidcUsernamePrefix: '-' }), 'jane');
    await becomes(await open({ ...ec, oidcUsernamePrefix: 'p:' }), 'p:jane');
    await becomes(
      await open({ ...ec, oidcRequiredClaim: ['hd=x'] }),
      'oidc: required claim hd not present in ID token',
    );
    // RS256 is the only algorithm unless others are named.
    await becomes(
      await open(flags),
      'oidc: verify token: oidc: id token signed with unsupported algorithm, expected ["RS256"] got "ES256"',
    );
  });

  it('flags that contradict one another are refused', async () => {
    writeFileSync(file, config({ anonymous: { enabled: true } }));
    const cases: [AuthenticationFlags, string][] = [
      [
        { authenticationConfig: file, oidcIssuerUrl: 'https://x' },
        'authentication-config file and oidc-* flags are mutually exclusive',
      ],
      [
        { oidcGroupsClaim: 'g' },
        'oidc-issuer-url and oidc-client-id must be specified together when any oidc-* flags are set',
      ],
      [
        { oidcIssuerUrl: 'https://x', oidcClientId: 'c', oidcSigningAlgs: ['HS256'] },
        'oidc: unsupported signing alg: "HS256"',
      ],
      [
        { oidcIssuerUrl: SA, oidcClientId: 'c' },
        `jwt[0].issuer.url: Invalid value: "${SA}": URL must not overlap with disallowed issuers: [${SA}]`,
      ],
      [
        { authenticationTokenWebhookConfigFile: 'f', authenticationTokenWebhookVersion: 'v2' },
        'unsupported authentication webhook version "v2", supported versions are "v1", "v1beta1"',
      ],
      [
        { authenticationConfig: file, anonymousAuth: true },
        'anonymous: Forbidden: --anonymous-auth flag cannot be set when anonymous field is configured in authentication configuration file',
      ],
    ];
    for (const [flags, message] of cases) await assert.rejects(open(flags), { message });
  });

  it('who may be anonymous', async () => {
    assert.deepEqual((await open({})).anonymous, { enabled: true, paths: [] });
    assert.deepEqual((await open({ anonymousAuth: false })).anonymous, { enabled: false, paths: [] });
    assert.deepEqual((await open({}, true)).anonymous, { enabled: false, paths: [] });
    writeFileSync(file, config({ anonymous: { enabled: true, conditions: [{ path: '/livez' }] } }));
    assert.deepEqual((await open({ authenticationConfig: file })).anonymous, {
      enabled: true,
      paths: ['/livez'],
    });
  });
});
