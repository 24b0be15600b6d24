// `down` leaves nothing behind, also after the process was killed.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { it } from 'node:test';
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
