// Three servers with an etcd of their own on three machines: from one with the embedded store to three, through the loss of each, to one
// again, and back to the embedded store. What was acknowledged is there at every step.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { repository } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { packagedTool } from '../support/foreign/tools.ts';
import type { Machine } from '../support/machines/machine.ts';
import { type Machines, startMachines } from '../support/machines/machines.ts';

const NAME = 'tph-servers';
const DATA = '/var/lib/tiphys/server';
const program = join(repository, 'bin/tiphys');

type Program = ReturnType<Machine['spawn']>;

describe('several servers', { skip: process.getuid?.() !== 0 && 'needs root' }, () => {
  let machines: Machines;
  let m1: Machine;
  let m2: Machine;
  let m3: Machine;
  const running = new Map<Machine, Program>();
  before(async () => {
    machines = await startMachines(NAME, { count: 3, segments: 1 });
    [m1, m2, m3] = machines.all as [Machine, Machine, Machine];
  });
  after(() => machines.end());

  const tiphys = (machine: Machine, ...words: string[]) => machine.exec([program, ...words]);
  const kubectl = (machine: Machine, ...words: string[]) =>
    machine.exec([
      packagedTool('kubectl'),
      '--kubeconfig',
      `${DATA}/admin.conf`,
      '--request-timeout=10s',
      ...words,
    ]);
  async function start(machine: Machine, flags: readonly string[] = [], env: Record<string, string> = {}) {
    const server = machine.spawn([program, 'server', ...flags], { name: 'server', env });
    running.set(machine, server);
    await eventually(
      `the server of ${machine.name}`,
      () => server.output().includes('The API answers at') || Promise.reject(new Error(server.output())),
      120_000,
    ).catch(async (error: Error) => {
      const { stdout } = await machine.tryExec(['sh', '-c', `tail -n 15 ${DATA}/*.log`]);
      throw new Error(`${error.message}: ${server.output()}\n${stdout}`);
    });
    return server.output();
  }
  async function end(machine: Machine) {
    const server = running.get(machine)!;
    server.kill('TERM');
    await server.ended;
  }
  interface Offer {
    server: string;
    token: string;
    caHash: string;
    certificateKey: string;
  }
  const offered: string[] = [];
  async function offer(machine: Machine): Promise<Offer> {
    const given = JSON.parse(await tiphys(machine, 'server', 'token', '-o', 'json')) as Offer;
    offered.push(given.token, given.certificateKey);
    return given;
  }
  const joining = ({ server, caHash }: Offer) => ['--server', server, '--ca-hash', caHash];
  const secrets = (given: Offer) => ({
    TIPHYS_TOKEN: given.token,
    TIPHYS_CERTIFICATE_KEY: given.certificateKey,
  });
  const servers = async (machine: Machine): Promise<Record<string, string>> => {
    const list = JSON.parse(await tiphys(machine, 'server', 'list', '-o', 'json')) as Record<
      string,
      string
    >[];
    return Object.fromEntries(
      list.map(({ name, status, role }) => [name, role === 'learner' ? role : status]),
    );
  };
  const allRun = (machine: Machine, ...names: string[]) =>
    eventually(`members ${names}`, async () => {
      const found = await servers(machine);
      assert.deepEqual(found, Object.fromEntries(names.map((name) => [name, 'Running'])));
      return true;
    });
  const versionOf = (machine: Machine, name: string) =>
    kubectl(machine, 'get', 'configmap', name, '-o', 'jsonpath={.metadata.uid} {.metadata.resourceVersion}');

  async function hidden(machine: Machine) {
    const fields = 'jsonpath={.data.word} {.metadata.resourceVersion} {.metadata.uid}';
    const found = await kubectl(machine, 'get', 'secret', 'hidden', '-o', fields);
    const [word, version, uid] = found.split(' ');
    return { word: Buffer.from(word!, 'base64').toString(), version: Number(version), uid };
  }

  test('the embedded store is moved to etcd by one more start: objects keep their versions', async () => {
    await start(m1, ['--encrypt']);
    await kubectl(m1, 'create', 'configmap', 'first');
    await kubectl(m1, 'create', 'secret', 'generic', 'hidden', '--from-literal', 'word=sesame');
    const before = await versionOf(m1, 'first');
    const secret = await hidden(m1);
    assert.equal(secret.word, 'sesame');
    await end(m1);
    assert.match(await start(m1, ['--cluster-init']), /keys of the embedded store are in etcd now/);
    assert.equal(await versionOf(m1, 'first'), before);
    assert.deepEqual(await hidden(m1), secret);
    assert.match(await kubectl(m1, 'get', '--raw', '/readyz?verbose'), /\[\+\]etcd ok/);
    await allRun(m1, 'm1');
  });

  test('a machine with a wrong hash or a wrong key is refused', async () => {
    const given = await offer(m1);
    const wrong = { ...given, caHash: `sha256:${'0'.repeat(64)}` };
    const refused = await m2.tryExec([program, 'server', ...joining(wrong)], { env: secrets(wrong) });
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /none of the public keys .* are pinned/);
    const closed = { ...given, certificateKey: '0'.repeat(64) };
    const unopened = await m2.tryExec([program, 'server', ...joining(closed)], { env: secrets(closed) });
    assert.match(unopened.stderr, /the certificate key does not open/);
  });

  test('a token for a server reads what is for that server, and nothing else', async () => {
    const { token } = await offer(m1);
    const bundle = `tiphys-server-${token.split('.')[0]}`;
    const may = (verb: string, what: string) =>
      m1.tryExec([
        // Without the kubeconfig file of whoever runs the tests.
        ...['env', 'KUBECONFIG=/dev/null', packagedTool('kubectl')],
        ...['--server', `https://${m1.address}:6443`, '--token', token],
        ...[
          '--certificate-authority',
          `${DATA}/pki/ca.crt`,
          'auth',
          'can-i',
          verb,
          what,
          '-n',
          'kube-system',
        ],
      ]);
    assert.equal((await may('get', `secret/${bundle}`)).stdout.trim(), 'yes');
    assert.equal((await may('list', 'secrets')).stdout.trim(), 'no');
    assert.equal((await may('get', 'secret/other')).stdout.trim(), 'no');
    assert.equal((await may('create', 'certificatesigningrequests.certificates.k8s.io')).stdout.trim(), 'no');
    await tiphys(m1, 'token', 'delete', token);
    await eventually(
      'its Secret to go with it',
      async () =>
        (await kubectl(m1, 'get', 'secrets,roles,rolebindings', '-n', 'kube-system', '-o', 'name')).includes(
          bundle,
        ) === false,
    );
  });

  test('further servers join by one command, one after the other', async () => {
    for (const machine of [m2, m3]) {
      const given = await offer(m1);
      await start(machine, joining(given), secrets(given));
    }
    await allRun(m3, 'm1', 'm2', 'm3');
    for (const machine of [m1, m2, m3]) {
      await kubectl(machine, 'create', 'configmap', `by-${machine.name}`);
      await eventually(`what ${machine.name} has written`, () =>
        kubectl(m1, 'get', 'configmap', `by-${machine.name}`),
      );
    }
    assert.equal((await hidden(m3)).word, 'sesame');
    const cipher = await m1.exec(
      [
        ...['etcdctl', '--endpoints', 'https://127.0.0.1:2379', '--cacert', `${DATA}/pki/etcd/ca.crt`],
        ...[
          '--cert',
          `${DATA}/pki/apiserver-etcd-client.crt`,
          '--key',
          `${DATA}/pki/apiserver-etcd-client.key`,
        ],
        ...['get', '--print-value-only', '/registry/secrets/default/hidden'],
      ],
      { env: { ...process.env, ETCDCTL_API: '3' } },
    );
    assert.match(cipher, /^k8s:enc:aesgcm:/);
  });

  test('etcd answers nobody without a certificate', async () => {
    for (const port of ['2379', '2380']) {
      const { code } = await m2.tryExec([
        'curl',
        '-sk',
        '--max-time',
        '5',
        `https://${m1.address}:${port}/health`,
      ]);
      assert.notEqual(code, 0, port);
    }
    const { stdout } = await m2.tryExec(['sh', '-c', 'cat /proc/[0-9]*/cmdline']);
    assert.match(stdout, /--ca-hash/);
    for (const secret of offered) assert.ok(!stdout.includes(secret), 'a secret on a command line');
  });

  test('keys that are changed on one server are used by all, without a restart', async () => {
    const file = (machine: Machine, name: string) =>
      machine.tryExec(['cat', `${DATA}/pki/${name}`]).then(({ stdout }) => stdout);
    const alike = (name: string) =>
      eventually(`${name} on all`, async () => {
        const texts = await Promise.all([m1, m2, m3].map((machine) => file(machine, name)));
        return texts[0] !== '' && new Set(texts).size === 1;
      });
    const before = await file(m1, 'encryption-config.json');
    await tiphys(m1, 'encryption', 'rotate', '--data-dir', DATA);
    assert.notEqual(await file(m1, 'encryption-config.json'), before);
    await alike('encryption-config.json');
    await kubectl(m3, 'create', 'secret', 'generic', 'later', '--from-literal=word=simsim');
    for (const machine of [m1, m2, m3]) {
      await eventually('the later Secret', () => kubectl(machine, 'get', 'secret', 'later'));
      assert.equal((await hidden(machine)).word, 'sesame');
    }
    const rotate = (step: string) =>
      tiphys(m2, 'certs', 'rotate-service-account-key', step, '--cert-dir', `${DATA}/pki`);
    const earlier = await kubectl(m2, 'create', 'token', 'default');
    await rotate('publish');
    await alike('sa-next.key');
    await rotate('sign');
    await alike('sa-previous.pub');
    const keyOf = (token: string) => Buffer.from(token.split('.')[0]!, 'base64url').toString();
    const later = await eventually('a token of the new key', async () => {
      const token = await kubectl(m2, 'create', 'token', 'default');
      return keyOf(token) === keyOf(earlier) ? undefined : token;
    });
    for (const machine of [m1, m2, m3])
      for (const token of [earlier, later])
        await eventually(`${machine.name} accepts it`, async () => {
          const url = `https://${machine.address}:6443/api`;
          const words = [
            '-sk',
            '-o',
            '/dev/null',
            '-w',
            '%{http_code}',
            '-H',
            `Authorization: Bearer ${token}`,
          ];
          return (await machine.exec(['curl', ...words, url])) === '200';
        });
  });

  test('when a machine is lost the others go on, and it is back after a start without flags', async () => {
    await m1.kill();
    await eventually('a write without m1', () => kubectl(m2, 'create', 'configmap', 'without-m1'));
    await m1.boot();
    await start(m1);
    await kubectl(m1, 'get', 'configmap', 'without-m1');
    await allRun(m1, 'm1', 'm2', 'm3');
  });

  test('an etcd that dies is started again', async () => {
    const pid = (await m2.exec(['pidof', 'etcd'])).trim();
    await m2.exec(['kill', '-9', pid]);
    await eventually('another etcd', async () => {
      const now = (await m2.tryExec(['pidof', 'etcd'])).stdout.trim();
      return now !== '' && now !== pid;
    });
    await allRun(m3, 'm1', 'm2', 'm3');
  });

  test('a server that is killed is started again, with its etcd', async () => {
    const parts = async () => {
      const { stdout } = await m2.tryExec([program, 'status', '-o', 'json']);
      const [status] = JSON.parse(stdout) as { components: { name: string; pid: number; state: string }[] }[];
      return status!.components;
    };
    const before = await parts();
    await m2.exec(['kill', '-9', String(before.find(({ name }) => name === 'server')!.pid)]);
    await eventually(
      'all parts anew',
      async () => {
        const now = await parts();
        const known = new Set(before.map(({ pid }) => pid));
        return now.length === 3 && now.every(({ pid, state }) => state === 'Running' && !known.has(pid));
      },
      60_000,
    );
    await kubectl(m2, 'get', 'configmap', 'first');
  });

  test('who would be missed cannot be removed', async () => {
    await m3.kill();
    await eventually('m3 to be missed', async () => (await servers(m1)).m3 === 'NotResponding');
    await assert.rejects(tiphys(m1, 'server', 'remove', 'm2'), /of the 2 others 1 answer, and 2 are needed/);
    await assert.rejects(tiphys(m1, 'server', 'remove', 'm9'), /no server m9; there are m1, m2, m3/);
  });

  test('a machine that has lost its disk is replaced under its name', async () => {
    await m3.boot();
    await m3.exec(['sh', '-c', `rm -rf ${DATA}/*`]);
    const given = await offer(m1);
    assert.match(
      await start(m3, joining(given), secrets(given)),
      /the member m3 does not answer; this machine takes its place/,
    );
    await allRun(m1, 'm1', 'm2', 'm3');
    await kubectl(m3, 'get', 'configmap', 'first');
  });

  test('a removed server does not come back by itself, and joins again when it is told to', async () => {
    await end(m3);
    await tiphys(m1, 'server', 'remove', 'm3');
    await allRun(m1, 'm1', 'm2');
    const alone = await m3.tryExec([program, 'server']);
    assert.equal(alone.code, 1);
    assert.match(alone.stderr, /this server was removed from the cluster/);
    const given = await offer(m1);
    await start(m3, joining(given), secrets(given));
    await allRun(m1, 'm1', 'm2', 'm3');
  });

  test('after the loss of a majority one goes on alone, and the others join anew', async () => {
    await kubectl(m1, 'create', 'configmap', 'last');
    await Promise.all([m2.kill(), m3.kill()]);
    await end(m1);
    const waiting = m1.spawn([program, 'server'], { name: 'server' });
    await eventually('a server that waits', () => waiting.output().includes('a majority of them has to run'));
    const second = await m1.tryExec([program, 'server', '--cluster-reset']);
    assert.match(second.stderr, /is running already/);
    await waiting.kill('TERM');
    assert.match(await tiphys(m1, 'server', '--cluster-reset'), /only member of etcd now/);
    await start(m1);
    await kubectl(m1, 'get', 'configmap', 'last');
    await allRun(m1, 'm1');
    await m2.boot();
    await m2.exec(['sh', '-c', `rm -rf ${DATA}/*`]);
    const given = await offer(m1);
    await start(m2, joining(given), secrets(given));
    await allRun(m1, 'm1', 'm2');
  });

  test('a snapshot of etcd brings back what there was, into etcd and into the embedded store', async () => {
    const file = '/var/lib/tiphys/one.snapshot';
    const before = await versionOf(m1, 'first');
    const known = await hidden(m1);
    await tiphys(m1, 'snapshot', 'save', file, '--data-dir', DATA);
    await kubectl(m1, 'create', 'configmap', 'later');
    await end(m2);
    await end(m1);
    assert.match(
      await tiphys(m1, 'server', '--cluster-reset', '--cluster-reset-restore-path', file),
      /are in place/,
    );
    await start(m1);
    assert.equal(await versionOf(m1, 'first'), before);
    await assert.rejects(kubectl(m1, 'get', 'configmap', 'later'), /NotFound/);
    await kubectl(m1, 'create', 'configmap', 'new');
    assert.ok(Number((await versionOf(m1, 'new')).split(' ')[1]) > 1_000_000_000);
    await end(m1);

    await tiphys(m1, 'snapshot', 'restore', file, '--data-dir', DATA, '--engine', 'embedded', '--replace');
    await start(m1);
    assert.equal(await versionOf(m1, 'first'), before);
    assert.deepEqual(await hidden(m1), known);
    assert.equal((await m1.tryExec(['pidof', 'etcd'])).stdout.trim(), '');
    await end(m1);
  });
});
