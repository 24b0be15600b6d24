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
  const cluster = await startTestCluster({ name: 'tph-e2e-down', nodes: 2, files });
  await cluster.kubectl('rollout', 'status', 'deployment/hello', '--timeout=60s');
  await cluster.down();
  await comparesEqual(before);
});

it('leaves nothing after a SIGKILL either', async () => {
  const before = await machineTraces();
  const cluster = await startTestCluster({ name: 'tph-e2e-down', nodes: 2, files });
  await cluster.kubectl('rollout', 'status', 'deployment/hello', '--timeout=60s');
  process.kill(await cluster.pid(), 'SIGKILL');
  await cluster.down();
  await comparesEqual(before);
});
