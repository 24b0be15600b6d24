// RoutePolicies on a real cluster with the real HAProxy: tokens, rates, passwords, another server's verdict, and what users see of them.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { exec } from '../../src/kit/exec.ts';
import { repository, startTestCluster, type TestCluster } from '../support/cluster.ts';
import { ask as askDoor } from '../support/door/door.ts';
import { eventually } from '../support/eventually.ts';
import { route, to } from '../support/gateway/objects.ts';

const EXAMPLE = join(repository, 'examples/gateway-policies/guarded.yaml');
let cluster: TestCluster;
let address: string;

const ask = (host: string, headers: Record<string, string> = {}, path = '/healthz') =>
  askDoor({ address, host, headers, path });

const gets = (status: number, host: string, headers: Record<string, string> = {}) =>
  eventually(`${status} from ${host}`, async () => {
    const answer = await ask(host, headers).catch(() => undefined);
    return answer?.status === status ? answer : undefined;
  });

async function apply(...objects: object[]): Promise<void> {
  const file = join(cluster.directory, 'objects.json');
  await writeFile(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }));
  await cluster.kubectl('apply', '-f', file);
}

const policy = (name: string, spec: object) => ({
  apiVersion: 'gateway.tiphys.io/v1alpha1',
  kind: 'RoutePolicy',
  metadata: { name },
  spec: { targetRefs: [{ kind: 'HTTPRoute', name }], ...spec },
});
const own = (name: string) =>
  route('HTTPRoute', name, {
    parentRefs: [{ name: 'guarded' }],
    hostnames: [`${name}.test`],
    rules: [{ backendRefs: [to('hello')] }],
  });
const accepted = (name: string) =>
  cluster.kubectl('get', 'routepolicy', name, '-o', 'jsonpath={.status.ancestors[0].conditions[0].reason}');

describe('RoutePolicies', () => {
  before(async () => {
    cluster = await startTestCluster({ name: 'tph-e2e-rpol', files: [join(repository, 'examples/hello')] });
    await cluster.kubectl('rollout', 'status', 'deployment/hello', '--timeout=60s');
    await cluster.kubectl('apply', '-f', EXAMPLE);
    await cluster.kubectl('wait', '--for=condition=Programmed', 'gateway/guarded', '--timeout=60s');
    address = await cluster.kubectl(
      'get',
      'gateway',
      'guarded',
      '-o',
      'jsonpath={.status.addresses[0].value}',
    );
  });
  after(() => cluster?.down());

  test('the example wants its token, and serves five requests a minute', async () => {
    const [, token] = /^# token: (\S+)$/m.exec(await readFile(EXAMPLE, 'utf8'))!;
    await gets(401, 'members.test');
    await gets(200, 'members.test', { authorization: `Bearer ${token}` });
    const forged = `${token!.slice(0, -8)}AAAAAAAA`;
    assert.equal((await ask('members.test', { authorization: `Bearer ${forged}` })).status, 401);
    const refused = await gets(429, 'busy.test');
    assert.ok(Number(refused.headers['retry-after']) > 0);
    assert.match(await cluster.kubectl('get', 'routepolicies'), /^members +True /m);
  });

  test('a rule of a Gateway holds for its routes, until a route has its own', async () => {
    await apply(own('open'), {
      ...policy('door', { clientAddresses: { deny: ['127.0.0.0/8'] } }),
      spec: {
        targetRefs: [{ kind: 'Gateway', name: 'guarded' }],
        clientAddresses: { deny: ['127.0.0.0/8'] },
      },
    });
    await gets(403, 'open.test');
    await apply(policy('open', { clientAddresses: { allow: ['127.0.0.0/8'] } }));
    await gets(200, 'open.test');
    await cluster.kubectl('delete', 'routepolicy', 'door', 'open');
    await gets(200, 'open.test');
  });

  test('a password is asked for, and without its Secret nobody gets in', async () => {
    await apply(own('secret'), policy('secret', { basicAuth: { secretName: 'users' } }));
    await gets(503, 'secret.test');
    await eventually('the reason', async () => (await accepted('secret')) === 'Invalid');
    const hash = (await exec(['openssl', 'passwd', '-6', 'sesame'])).trim();
    await apply({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'users' },
      stringData: { auth: `ali:${hash}\n` },
    });
    await gets(200, 'secret.test', {
      authorization: `Basic ${Buffer.from('ali:sesame').toString('base64')}`,
    });
    assert.equal((await ask('secret.test')).status, 401);
    await eventually('that it is accepted', async () => (await accepted('secret')) === 'Accepted');
  });

  test('another Service is asked, and only what it lets in passes', async () => {
    // It has a page at /healthz, and none elsewhere.
    await apply(own('asked'), policy('asked', { externalAuth: { serviceName: 'hello', port: 80 } }));
    await gets(200, 'asked.test');
    assert.equal((await ask('asked.test', {}, '/elsewhere')).status, 404);
    await apply(policy('asked', { externalAuth: { serviceName: 'none', port: 80 } }));
    await gets(503, 'asked.test');
  });

  test('what no policy may say is refused', async () => {
    const refusal = (spec: object) =>
      apply(policy('bad', spec)).then(
        () => 'taken',
        (error: Error) => error.message,
      );
    assert.match(
      await refusal({ rateLimit: { burst: 2 } }),
      /requestsPerSecond, requestsPerMinute or connections must be set/,
    );
    assert.match(
      await refusal({ clientAddresses: { allow: ['10.0.0.0/8 }'] } }),
      /must be an IP address or a CIDR/,
    );
    assert.match(await refusal({ jwt: { issuer: 'a b', keys: { name: 'k' } } }), /spec\.jwt\.issuer/);
    for (const keys of [{}, { keys: { name: 'k' }, keysURL: 'https://issuer.test/keys' }])
      assert.match(await refusal({ jwt: { issuer: 'i', ...keys } }), /either keys or keysURL must be set/);
    assert.match(
      await refusal({ jwt: { issuer: 'i', keysURL: 'http://issuer.test/' } }),
      /spec\.jwt\.keysURL/,
    );
    // A name that leads to the machine itself is not followed: the route stays closed.
    await apply(policy('busy', { jwt: { issuer: 'i', keysURL: 'https://localhost/keys' } }));
    await gets(503, 'busy.test');
    await eventually('the reason', async () =>
      (
        await cluster.kubectl(
          'get',
          'routepolicy',
          'busy',
          '-o',
          'jsonpath={.status.ancestors[0].conditions[0].message}',
        )
      ).includes('no server with a public address'),
    );
  });
});
