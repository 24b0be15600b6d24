// `down` leaves nothing behind, also after the process was killed.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { readRecord } from '../../src/cluster/state/registry.ts';
import { exec, tryExec } from '../../src/kit/exec.ts';
import { repository, startTestCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { machineTraces } from '../support/machine-traces.ts';

const files = [join(repository, 'examples/hello')];

async function comparesEqual(before: Awaited<ReturnType<typeof machineTraces>>): Promise<void> {
  await eventually('nothing is left', async () => {
    assert.deepEqual(await machineTraces(), before);
    return true;
  });
}

it('leaves no process, mount, namespace, cgroup, link, table or route', async () => {
  const clean = await startTestCluster({ name: 'tph-e2e-down', nodes: 0 });
  await clean.down();
  const before = await machineTraces();
  const cluster = await startedWithHello();
  await cluster.down();
  await comparesEqual(before);
});

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function startedWithHello() {
  const cluster = await startTestCluster({ name: 'tph-e2e-down', nodes: 2, files });
  await cluster.kubectl('rollout', 'status', 'deployment/hello', '--timeout=60s');
  return cluster;
}

it('leaves nothing after a SIGKILL of all its processes', async () => {
  const before = await machineTraces();
  const cluster = await startedWithHello();
  cluster.killAll();
  await cluster.down();
  await comparesEqual(before);
});

for (const victim of ['launcher', 'nodeAgent', 'controlPlane'] as const)
  it(`leaves nothing, nor any process of its own, right after a SIGKILL of the ${victim}`, async () => {
    const before = await machineTraces();
    const cluster = await startedWithHello();
    const processes = cluster.processes();
    process.kill(processes[victim], 'SIGKILL');
    await cluster.down();
    await comparesEqual(before);
    // Orphans wait until init has collected them.
    await eventually('no process is left', () => Object.values(processes).every((pid) => !exists(pid)));
  });

it('--purge takes away what it can of a mount point and of a read-only disk, and says in a line what stays', async (t) => {
  const name = 'tph-e2e-purge';
  const dir = mkdtempSync(join(tmpdir(), 'tph-purge-'));
  const data = join(dir, 'data');
  await exec(['mkdir', data]);
  await exec(['mount', '-t', 'tmpfs', 'tmpfs', data]);
  t.after(async () => {
    await exec(['umount', '-l', data]);
    await exec(['rm', '-r', dir]);
  });
  const tiphys = (...words: string[]) =>
    tryExec([join(repository, 'bin/tiphys'), ...words, '--name', name], {
      env: { KUBECONFIG: join(dir, 'kubeconfig') },
    });
  const up = () => tiphys('up', '--detach', '--nodes', '0', '--data-dir', data);
  assert.equal((await up()).code, 0);
  assert.deepEqual(await tiphys('down', '--purge'), {
    code: 0,
    stdout: '',
    stderr: `Cluster ${name} is down; the empty directory ${data} stays, for it is a mount point.\n`,
  });
  assert.deepEqual(readdirSync(data), []);

  assert.equal((await up()).code, 0);
  const { launcher, pid, controlPlane } = readRecord(name)!;
  for (const id of [launcher!, pid, controlPlane!]) process.kill(id, 'SIGKILL');
  await eventually('read-only', () => exec(['mount', '-o', 'remount,ro', data]).then(() => true));
  const down = await tiphys('down', '--purge');
  assert.equal(down.code, 1);
  assert.match(
    down.stderr,
    /^Cluster tph-e2e-purge is down; not all of \S+ could be removed \(cannot remove \S+: Read-only file system\)\.\n$/,
  );
  assert.equal(readRecord(name), undefined);
});
