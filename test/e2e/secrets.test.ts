// Secrets and traces on a real cluster: what lies on disk, what stands in the logs, and what changes while the cluster runs.
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { connect, type TLSSocket } from 'node:tls';
import { startTestCluster, type TestCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';

const SECRET = 'xyzzy-correct-horse';
const POLICY = `
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- {level: None, userGroups: ["system:nodes"]}
- {level: Metadata, resources: [{group: "", resources: [secrets]}]}
- {level: None}
`;

let cluster: TestCluster;
let folder: string;
const data = (path: string) => join(cluster.directory, 'data', path);

/** All bytes of the files under a directory. */
const everything = (directory: string): string =>
  (readdirSync(directory, { recursive: true }) as string[])
    .map((name) => join(directory, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, 'latin1'))
    .join('');

const stored = (): string => everything(data('store'));

describe('secrets and traces', () => {
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tph-policy-'));
    writeFileSync(join(folder, 'policy.yaml'), POLICY);
    cluster = await startTestCluster({
      name: 'tph-e2e-secrets',
      nodes: 1,
      flags: ['--encrypt', '--audit-policy', join(folder, 'policy.yaml')],
    });
    await cluster.kubectl('create', 'secret', 'generic', 's', `--from-literal=p=${SECRET}`);
  });

  after(async () => {
    await cluster?.down();
    rmSync(folder, { recursive: true });
  });

  it('encrypts Secrets in the store and reads them', async () => {
    const read = await cluster.kubectl('get', 'secret', 's', '-o', 'jsonpath={.data.p}');
    assert.equal(Buffer.from(read, 'base64').toString(), SECRET);
    const text = stored();
    assert.ok(text.includes('k8s:enc:aesgcm:v1:key1:'));
    assert.ok(!text.includes(SECRET) && !text.includes(Buffer.from(SECRET).toString('base64')));
    assert.equal(statSync(data('pki/encryption-config.json')).mode & 0o777, 0o600);
  });

  it('audits requests for Secrets without their content', async () => {
    const log = await eventually('audit log', () => {
      const text = existsSync(data('audit.log')) ? readFileSync(data('audit.log'), 'utf8') : '';
      return text.includes('"verb":"create"') ? text : undefined;
    });
    const events = log
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const event = events.find((one) => one.verb === 'create' && one.objectRef?.name === 's');
    assert.deepEqual(
      [event.level, event.stage, event.responseStatus.code],
      ['Metadata', 'ResponseComplete', 201],
    );
    assert.equal(event.user.username, 'kubernetes-admin');
    assert.ok(!log.includes(SECRET) && !log.includes('requestObject'));
  });

  it('rotates the key of the store while it runs', async () => {
    await cluster.tiphys('encryption', 'rotate', '--name', cluster.name);
    assert.ok(stored().includes('k8s:enc:aesgcm:v1:key2:'));
    const read = await cluster.kubectl('get', 'secret', 's', '-o', 'jsonpath={.data.p}');
    assert.equal(Buffer.from(read, 'base64').toString(), SECRET);
  });

  it('takes up renewed certificates and keys of service accounts without a restart', async () => {
    const before = await served();
    const listed = await cluster.tiphys('certs', 'check-expiration', '--name', cluster.name);
    assert.match(listed, /^apiserver +\d{4}-\d\d-\d\d \d\d:\d\d UTC +\d+d +ca$/m);
    const processes = cluster.processes();
    await cluster.tiphys('certs', 'renew', 'all', '--name', cluster.name);
    await cluster.tiphys('certs', 'rotate-service-account-key', 'publish', '--name', cluster.name);
    const renewed = new X509Certificate(readFileSync(data('pki/apiserver.crt')));
    assert.notEqual(renewed.fingerprint256, before);
    await eventually('renewed certificate', async () => (await served()) === renewed.fingerprint256, 60_000);
    const keys = JSON.parse(await cluster.kubectl('get', '--raw', '/openid/v1/jwks')).keys;
    assert.equal(keys.length, 2);
    assert.deepEqual(cluster.processes(), processes);
    // The kubelet's server and its client have new certificates, too: a log is read through both.
    const node = await cluster.kubectl('get', '--raw', `/api/v1/nodes/${cluster.name}/proxy/healthz`);
    assert.equal(node, 'ok');
  });

  it('stores Secrets as they are once encryption is switched off, and encrypts again when asked to', async () => {
    const plain = Buffer.from(SECRET).toString('base64');
    await cluster.tiphys('encryption', 'disable', '--name', cluster.name);
    assert.ok(stored().includes(plain));
    await assert.rejects(cluster.tiphys('encryption', 'rotate', '--name', cluster.name), /does not encrypt/);
    cluster.killAll();
    await cluster.restart();
    const read = await cluster.kubectl('get', 'secret', 's', '-o', 'jsonpath={.data.p}');
    assert.equal(Buffer.from(read, 'base64').toString(), SECRET);
    assert.ok(stored().includes('k8s:enc:aesgcm:v1:key3:'));
  });

  it('reads everything after a restart, and its logs hold no secret', async () => {
    cluster.killAll();
    await cluster.restart();
    const read = await cluster.kubectl('get', 'secret', 's', '-o', 'jsonpath={.data.p}');
    assert.equal(Buffer.from(read, 'base64').toString(), SECRET);
    assert.ok(!readFileSync(data('tiphys.log'), 'utf8').includes(SECRET));
  });
});

/** The fingerprint of the API server's certificate on a new connection. */
async function served(): Promise<string> {
  const server = await cluster.kubectl(
    'config',
    'view',
    '--minify',
    '-o',
    'jsonpath={.clusters[0].cluster.server}',
  );
  const port = Number(new URL(server).port);
  const socket: TLSSocket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false });
  await new Promise((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject));
  const { fingerprint256 } = socket.getPeerCertificate();
  socket.destroy();
  return fingerprint256;
}
