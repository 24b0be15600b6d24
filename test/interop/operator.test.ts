// An operator of our own as a process with a service account's kubeconfig: a custom kind with status and scale, a finalizer,
// owned objects, conditions by server-side apply, garbage collection. Without nodes.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { KubeConfig } from '@kubernetes/client-node';
import { background, startTestCluster, type TestCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { account, definition, OPERATOR, rights } from './operator/manifests.ts';

const program = new URL('operator/operator.ts', import.meta.url).pathname;
let cluster: TestCluster;
let operator: ReturnType<typeof background> | undefined;
const kubectl = (...words: string[]) => cluster.kubectl(...words);
const apply = (...list: object[]) =>
  cluster.kubectlWith(list.map((one) => JSON.stringify(one)).join('\n---\n'), 'apply', '-f', '-');
const flotilla = (ships: number) => ({
  apiVersion: 'interop.example/v1',
  kind: 'Flotilla',
  metadata: { name: 'f' },
  spec: { ships },
});
const names = async () =>
  (await kubectl('get', 'cm', '-l', 'interop.example/flotilla=f', '-o', 'name')).split('\n').slice(0, -1);
const ready = (ships: number) =>
  kubectl('wait', `--for=jsonpath={.status.ships}=${ships}`, 'flotilla/f', '--timeout=20s').then(() =>
    kubectl('wait', '--for=condition=Ready', 'flotilla/f', '--timeout=20s'),
  );

/** A kubeconfig with a token of the operator's service account and nothing else. */
async function accountConfig(): Promise<string> {
  const config = new KubeConfig();
  config.loadFromFile(cluster.env.KUBECONFIG!);
  config.users = [{ name: OPERATOR, token: (await kubectl('create', 'token', OPERATOR)).trim() }];
  config.contexts = config.contexts.map((context) => ({ ...context, user: OPERATOR }));
  const file = join(cluster.directory, 'operator.kubeconfig');
  writeFileSync(file, config.exportConfig());
  return file;
}

async function startOperator(): Promise<void> {
  operator = background([process.execPath, program], { KUBECONFIG: await accountConfig() });
  await eventually('the operator runs', () => operator?.output().includes('running'));
}

describe('an operator', () => {
  before(async () => {
    cluster = await startTestCluster({ name: 'tph-interop-op', nodes: 0 });
    await apply(definition, account, ...rights);
    await kubectl('wait', '--for=condition=Established', `crd/${definition.metadata.name}`, '--timeout=20s');
    await startOperator();
  });
  after(async () => {
    await operator?.stop();
    await cluster?.down();
  });

  it('makes what an object asks for, and tells so in status and columns', async () => {
    await apply(flotilla(2));
    await ready(2);
    assert.deepEqual(await names(), ['configmap/f-0', 'configmap/f-1']);
    assert.match(await kubectl('get', 'flo'), /NAME +WANTED +READY\nf +2 +True/);
    const status = JSON.parse(await kubectl('get', 'flo', 'f', '-o', 'jsonpath={.status}'));
    assert.equal(status.observedGeneration, 1);
    const managed = JSON.parse(
      await kubectl('get', 'flo', 'f', '--show-managed-fields', '-o', 'jsonpath={.metadata.managedFields}'),
    );
    const own = managed.find((entry: { subresource?: string }) => entry.subresource === 'status');
    assert.deepEqual([own.manager, own.operation], [OPERATOR, 'Apply']);
    const condition = own.fieldsV1['f:status']['f:conditions']['k:{"type":"Ready"}'];
    assert.ok(condition['f:lastTransitionTime']);
    assert.match(
      await kubectl('events', '--for=flotilla/f'),
      /Normal +AllShips +Flotilla\/f +every ship is there/,
    );
  });

  it('scales through the scale subresource, and restores what is deleted', async () => {
    await kubectl('scale', 'flotilla/f', '--replicas=4', '--current-replicas=2');
    await ready(4);
    await kubectl('delete', 'cm', 'f-3');
    await eventually('it is back', async () => (await names()).includes('configmap/f-3'));
    const scale = JSON.parse(
      await kubectl('get', '--raw', '/apis/interop.example/v1/namespaces/default/flotillas/f/scale'),
    );
    assert.deepEqual(scale.spec, { replicas: 4 });
    assert.equal(scale.status.selector, 'interop.example/flotilla=f');
    assert.match(
      (await cluster.tryKubectl('scale', 'flotilla/f', '--replicas=11')).stderr,
      /less than or equal to 10/,
    );
    await kubectl(
      'patch',
      'flotilla/f',
      '--subresource=scale',
      '--type=merge',
      '-p',
      '{"spec":{"replicas":1}}',
    );
    await ready(1);
    assert.deepEqual(await names(), ['configmap/f-0']);
  });

  it('catches up with what happened while it did not run', async () => {
    await operator!.stop();
    await kubectl('patch', 'flotilla/f', '--type=merge', '-p', '{"spec":{"ships":3}}');
    await startOperator();
    await ready(3);
    assert.equal(await kubectl('get', 'flo', 'f', '-o', 'jsonpath={.status.observedGeneration}'), '4');
  });

  it('may do nothing else', async () => {
    const config = await accountConfig();
    const refused = await cluster.tryKubectl('--kubeconfig', config, 'delete', 'flotilla/f');
    assert.match(
      refused.stderr,
      /User "system:serviceaccount:default:flotilla-operator" cannot delete resource "flotillas"/,
    );
    assert.equal(
      (await cluster.tryKubectl('--kubeconfig', config, 'auth', 'can-i', 'get', 'secrets')).stdout,
      'no\n',
    );
  });

  it('its finalizer runs before an object is gone, and the garbage collector deletes what the object owned', async () => {
    await operator!.stop();
    await kubectl('delete', 'flotilla/f', '--wait=false');
    assert.notEqual(await kubectl('get', 'flo', 'f', '-o', 'jsonpath={.metadata.deletionTimestamp}'), '');
    await startOperator();
    await kubectl('wait', '--for=delete', 'flotilla/f', '--timeout=20s');
    assert.equal(await kubectl('get', 'cm', 'f-record', '-o', 'jsonpath={.data.last}'), '3');
    await eventually('what it owned is deleted', async () => (await names()).length === 0);
  });

  it('its kind goes with all its objects', async () => {
    await apply(flotilla(1));
    await ready(1);
    await kubectl('delete', 'crd', definition.metadata.name, '--timeout=20s');
    await eventually('nothing is left', async () => (await names()).length === 0);
    assert.match(
      (await cluster.tryKubectl('get', 'flotillas')).stderr,
      /could not find the requested resource|doesn't have a resource type/,
    );
  });
});
