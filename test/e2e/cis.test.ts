// The CIS Kubernetes Benchmark: a cluster with an audit policy and encryption fails no scored check, and one with neither is told
// what it lacks.
import assert from 'node:assert/strict';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import type { Result } from '../../src/cluster/cis/run.ts';
import { tryExec } from '../../src/kit/exec.ts';
import { repository, startTestCluster, type TestCluster } from '../support/cluster.ts';

let cluster: TestCluster;

async function cis(name: string): Promise<{ code: number; results: Map<string, Result> }> {
  const { code, stdout } = await tryExec([
    join(repository, 'bin/tiphys'),
    'cis',
    '--name',
    name,
    '-o',
    'json',
  ]);
  return { code, results: new Map((JSON.parse(stdout) as Result[]).map((result) => [result.id, result])) };
}

const failing = (results: Map<string, Result>) =>
  [...results.values()].filter((result) => result.scored && result.verdict === 'FAIL');

before(async () => {
  const flags = ['--audit-policy', join(repository, 'examples/audit-policy.yaml'), '--encrypt'];
  cluster = await startTestCluster({ name: 'tph-e2e-cis', flags });
});
after(() => cluster?.down());

it('no scored check fails, and those of nodes, audit and encryption apply', async () => {
  const { code, results } = await cis(cluster.name);
  assert.deepEqual(failing(results), []);
  assert.equal(code, 0);
  for (const id of ['1.2.5', '1.2.16', '1.2.28', '1.2.29', '4.2.1', '4.2.2', '4.2.3', '4.2.12', '5.2.2'])
    assert.deepEqual([id, results.get(id)?.verdict], [id, 'PASS'], results.get(id)?.reason);
  // What the checks made is gone.
  assert.doesNotMatch(
    await cluster.kubectl('get', 'namespaces', '--field-selector', 'status.phase=Active'),
    /cis-/,
  );
});

it('a file that others may read fails, with exit code 1', async () => {
  const file = join(cluster.directory, 'data/pki/scheduler.conf');
  await chmod(file, 0o644);
  const { code, results } = await cis(cluster.name);
  await chmod(file, 0o600);
  assert.deepEqual(
    failing(results).map(({ id }) => id),
    ['1.1.15'],
  );
  assert.equal(code, 1);
});
