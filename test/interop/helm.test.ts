// Helm 4 with a chart that has definitions, hooks of every event, lookups, capabilities and a test. Without nodes: the only job
// wants no completions.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { repository, startTestCluster, type TestCluster } from '../support/cluster.ts';

const chart = join(repository, 'test/charts/tide');
let cluster: TestCluster;
const kubectl = (...words: string[]) => cluster.kubectl(...words);
const helm = (...words: string[]) => cluster.helm(...words);
const facts = async () => JSON.parse(await kubectl('get', 'cm', 't-facts', '-o', 'jsonpath={.data}'));
const height = () => kubectl('get', 'tide', 't', '-o', 'jsonpath={.spec.height}');
const ran = async (event: string) =>
  (await cluster.tryKubectl('get', 'cm', `t-${event}`, '-o', 'jsonpath={.data.revision}')).stdout;
const WAIT = ['--wait', '--timeout', '40s'];

describe('Helm', () => {
  before(async () => {
    cluster = await startTestCluster({ name: 'tph-interop-helm', nodes: 0 });
    await kubectl('create', 'configmap', 'shared', '--from-literal=word=found');
  });
  after(() => cluster?.down());

  it('shows what it would do, and refuses values that the chart does not allow', async () => {
    const shown = await helm('template', 't', chart, '--kube-version=1.36.0');
    assert.match(shown, /kind: Tide/);
    assert.match(shown, /found: "nothing"/);
    await assert.rejects(helm('install', 't', chart, '--set', 'height=101'), /maximum: got 101, want 100/);
    assert.match((await cluster.tryKubectl('get', 'cm', 't-facts')).stderr, /NotFound/);
  });

  it('installs definitions first, then objects of their kinds, and runs the hooks', async () => {
    assert.match(await helm('install', 't', chart, ...WAIT), /STATUS: deployed/);
    assert.equal(await height(), '3');
    assert.deepEqual(
      [await ran('pre-install'), await ran('post-install'), await ran('pre-upgrade')],
      ['1', '1', ''],
    );
    assert.match((await cluster.tryKubectl('get', 'job', 't-settle')).stderr, /NotFound/);
  });

  it('templates know the cluster', async () => {
    const { version, namespaces, ...has } = await facts();
    assert.match(version, /^v1\.36\./);
    assert.equal(Number(namespaces), 4);
    assert.match(await helm('upgrade', 't', chart, '--dry-run=server'), /found: "found"/);
    assert.deepEqual(has, { apps: 'true', tides: 'true', none: 'false', found: 'found' });
  });

  it('applies from the server side, and an upgrade conflicts with other managers', async () => {
    const managers = JSON.parse(
      await kubectl('get', 'tide', 't', '--show-managed-fields', '-o', 'jsonpath={.metadata.managedFields}'),
    );
    assert.deepEqual([managers[0].manager, managers[0].operation], ['helm', 'Apply']);
    await kubectl('patch', 'tide', 't', '--type=merge', '-p', '{"spec":{"height":50,"note":"kept"}}');
    await assert.rejects(
      helm('upgrade', 't', chart, '--set', 'height=5'),
      /conflict occurred while applying object default\/t charts\.interop\.example\/v1, Kind=Tide: Apply failed with 1 conflict: conflict with "kubectl-patch" using charts\.interop\.example\/v1: \.spec\.height/,
    );
    await helm('upgrade', 't', chart, '--set', 'height=5', '--force-conflicts', ...WAIT);
    assert.equal(await kubectl('get', 'tide', 't', '-o', 'jsonpath={.spec}'), '{"height":5,"note":"kept"}');
    assert.equal(await ran('post-upgrade'), '3');
  });

  it('upgrades from the client side when told so, and rolls back', async () => {
    await helm('upgrade', 't', chart, '--set', 'height=6', '--server-side=false', ...WAIT);
    assert.equal(await height(), '6');
    await helm('rollback', 't', '1', ...WAIT);
    assert.equal(await height(), '3');
    assert.match(await ran('post-rollback'), /^[15]$/);
    assert.match(await helm('history', 't'), /5\s.*deployed.*Rollback to 1/);
  });

  it('runs tests', async () => {
    assert.match(
      await helm('test', 't', '--timeout', '40s'),
      /TEST SUITE: +t-tested[\s\S]*Phase: +Succeeded/,
    );
    assert.equal(await kubectl('get', 'cm', 't-tested', '-o', 'jsonpath={.data.height}'), '3');
  });

  it('takes over what others made, only if told so', async () => {
    await kubectl('create', 'configmap', 'u-facts', '--from-literal=version=old');
    await assert.rejects(
      helm('install', 'u', chart),
      /ConfigMap "u-facts" in namespace "default" exists and cannot be imported/,
    );
    await helm('install', 'u', chart, '--take-ownership', '--force-conflicts', ...WAIT);
    const owner = 'jsonpath={.metadata.annotations.meta\\.helm\\.sh/release-name}';
    assert.equal(await kubectl('get', 'cm', 'u-facts', '-o', owner), 'u');
    await helm('uninstall', 'u', ...WAIT);
  });

  it('uninstalls, and keeps what it is told to keep', async () => {
    assert.match(
      await helm('uninstall', 't', ...WAIT),
      /kept due to the resource policy[\s\S]*Secret\] t-kept/,
    );
    assert.equal(await ran('post-delete'), '1');
    assert.equal(await kubectl('get', 'tides', '-o', 'name'), '');
    assert.match(await kubectl('get', 'secret', 't-kept', '-o', 'name'), /t-kept/);
    assert.match(await kubectl('get', 'crd', 'tides.charts.interop.example', '-o', 'name'), /tides/);
    assert.equal(await kubectl('get', 'secrets', '-l', 'owner=helm', '-o', 'name'), '');
  });
});
