import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigMap } from '../../api/kinds/core/v1/config-map.ts';
import { silentLogger } from '../../kit/log.ts';
import { simCluster } from '../../sim/cluster.ts';
import { aBoundPod, aContainer } from '../../sim/objects/pod.ts';
import { ReferencedObjects } from './referenced-objects.ts';
import { referencesOf } from './references-of.ts';

test('everything that a spec names is found', () => {
  const pod = aBoundPod('p', {
    imagePullSecrets: [{ name: 'pull' }],
    initContainers: [aContainer('i', { envFrom: [{ secretRef: { name: 'from' } }] })],
    containers: [
      aContainer('a', { env: [{ name: 'X', valueFrom: { configMapKeyRef: { name: 'key', key: 'k' } } }] }),
    ],
    volumes: [
      { name: 'c', configMap: { name: 'volume' } },
      { name: 's', secret: { secretName: 'volume' } },
      {
        name: 'p',
        projected: { sources: [{ configMap: { name: 'source' } }, { secret: { name: 'source' } }] },
      },
    ],
  });
  const { configMaps, secrets } = referencesOf(pod);
  assert.deepEqual([...configMaps].sort(), ['key', 'source', 'volume']);
  assert.deepEqual([...secrets].sort(), ['from', 'pull', 'source', 'volume']);
});

test('a change of an object is reported to the pods that reference it, as long as they do', async (t) => {
  const cluster = await simCluster({ nodes: 1 }, t);
  const { client, clock, random } = cluster;
  const heard: string[] = [];
  const objects = new ReferencedObjects({
    client,
    clock,
    random,
    log: silentLogger,
    onChange: (uid) => heard.push(uid),
  });
  t.after(() => objects.stop());
  const naming = (uid: string, name: string) =>
    aBoundPod(uid, { volumes: [{ name: 'v', configMap: { name } }] }, { uid });
  const write = (name: string, a: string) =>
    client.create(ConfigMap, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace: 'default' },
      data: { a },
    });
  await write('shared', '1');
  objects.register(naming('one', 'shared'));
  objects.register(naming('two', 'shared'));
  objects.register(naming('three', 'other'));
  assert.equal((await objects.configMap('default', 'shared'))?.data?.a, '1');
  assert.equal(await objects.configMap('default', 'other'), undefined);
  const patch = (a: string) => client.patch(ConfigMap, 'shared', 'default', 'merge', { data: { a } });
  await cluster.until('both hear', async () => {
    await patch(String(heard.length));
    return heard.includes('one') && heard.includes('two');
  });
  objects.unregister('one');
  heard.length = 0;
  await patch('last');
  await cluster.until('the other one hears', () => heard.includes('two'));
  assert.ok(!heard.includes('one') && !heard.includes('three'));
  await write('other', 'late');
  await cluster.until('the third hears of what it waits for', () => heard.includes('three'));
});
