// Claims with real containers: what a pod has written is there for the next one, on the node where the volume is.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { main, PodScene, pod } from '../support/pod-scene.ts';

const HOST = 'kubernetes.io/hostname';
const SIZE = { storage: '10Mi' };
let scene: PodScene;

/** A directory of the machine, which all nodes see; `node`: only this one may use it. */
function volume(name: string, spec: object = {}, node?: string): object {
  const path = join(scene.cluster.directory, 'volumes', name);
  mkdirSync(path, { recursive: true });
  const matchExpressions = [{ key: HOST, operator: 'In', values: [node] }];
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name },
    spec: {
      ...{ accessModes: ['ReadWriteOnce'], capacity: SIZE },
      ...(node
        ? { local: { path }, nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions }] } } }
        : { hostPath: { path } }),
      ...spec,
    },
  };
}
const claim = (name: string, spec: object = {}) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: SIZE }, storageClassName: '', ...spec },
});
const storageClass = (name: string) => ({
  ...{ apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name } },
  ...{ provisioner: 'kubernetes.io/no-provisioner', volumeBindingMode: 'WaitForFirstConsumer' },
});
const volumeMounts = [{ name: 'data', mountPath: '/data' }];
const using = (name: string, claimName: string, script: string) =>
  pod(name, {
    volumes: [{ name: 'data', persistentVolumeClaim: { claimName } }],
    containers: main(script, { volumeMounts }),
  });

const field = (what: string, path: string) =>
  scene.cluster.kubectl('get', ...what.split(' '), '-o', `jsonpath=${path}`);
const phaseOf = (what: string, wanted: string) =>
  eventually(`${what} is ${wanted}`, async () => (await field(what, '{.status.phase}')) === wanted);
const deletePod = (name: string) => scene.cluster.kubectl('delete', 'pod', name, '--now');

describe('claims', () => {
  before(async () => {
    scene = await PodScene.start('tph-e2e-volumes', [], 2);
    await eventually('the service account', () => scene.cluster.kubectl('get', 'serviceaccount', 'default'));
  });
  after(() => scene?.down());

  test('what a pod has written is read by the next one, and the volume is released with its claim', async () => {
    await scene.create(volume('v'), claim('c'), using('writer', 'c', 'echo kept > /data/file'));
    await scene.phase('writer', 'Succeeded');
    await phaseOf('pvc c', 'Bound');
    const written = await readFile(join(scene.cluster.directory, 'volumes/v/file'), 'utf8');
    assert.equal(written, 'kept\n');
    await deletePod('writer');
    await scene.create(using('reader', 'c', 'cat /data/file'));
    assert.deepEqual(await scene.lines('reader'), ['kept']);
    await deletePod('reader');
    await scene.cluster.kubectl('delete', 'pvc', 'c');
    await phaseOf('pv v', 'Released');
    await scene.cluster.kubectl('patch', 'pv', 'v', '-p', '{"spec":{"claimRef":null}}');
    await phaseOf('pv v', 'Available');
  });

  test('a claim is deleted when its pod is gone', async () => {
    await scene.create(
      volume('held'),
      claim('held', { volumeName: 'held' }),
      using('holder', 'held', 'sleep 1000'),
    );
    await scene.phase('holder', 'Running');
    await scene.cluster.kubectl('delete', 'pvc', 'held', '--wait=false');
    assert.notEqual(await field('pvc held', '{.metadata.deletionTimestamp}'), '');
    await deletePod('holder');
    await eventually(
      'it is gone',
      async () => (await scene.cluster.tryKubectl('get', 'pvc', 'held')).code !== 0,
    );
    await phaseOf('pv held', 'Released');
  });

  test('a pod goes to the node on which its claim can be bound, and so does the next', async () => {
    const [first = '', second = ''] = scene.cluster.nodes;
    await scene.create(storageClass('by-hand'), claim('l', { storageClassName: 'by-hand' }));
    await scene.create(using('early', 'l', 'echo $NODE > /data/file'));
    await scene.event('early', /FailedScheduling: .*didn't find available persistent volumes to bind/);
    await scene.create(volume('l', { storageClassName: 'by-hand' }, second));
    await scene.phase('early', 'Succeeded');
    assert.equal(await field('pod early', '{.spec.nodeName}'), second);
    await scene.create(using('later', 'l', 'ls /data'));
    assert.deepEqual(await scene.lines('later'), ['file']);
    assert.equal(await field('pod later', '{.spec.nodeName}'), second);
    await scene.create(using('measured', 'l', 'sleep 1000'));
    await scene.phase('measured', 'Running');
    const kubelet = (page: string) =>
      scene.cluster.kubectl('get', '--raw', `/api/v1/nodes/${second}/proxy/${page}`);
    const used = /^kubelet_volume_stats_used_bytes\{namespace="default",persistentvolumeclaim="l"\} [1-9]/m;
    assert.match(await kubelet('metrics'), used);
    const { pods } = JSON.parse(await kubelet('stats/summary'));
    const { volume: volumes } = pods.find((one: { podRef: object }) =>
      JSON.stringify(one.podRef).includes('measured'),
    );
    assert.deepEqual(volumes.map(({ name }: { name: string }) => name).sort()[0], 'data');
    await deletePod('measured');
    const misplaced = using('misplaced', 'l', 'true');
    await scene.create({ ...misplaced, spec: { ...misplaced.spec, nodeName: first } });
    const refusal = /FailedMount: MountVolume\.NodeAffinity check failed for volume "l" : no matching/;
    await scene.event('misplaced', refusal);
    await deletePod('misplaced');
  });

  test('a pod whose claim does not exist says so, and runs when it does', async () => {
    await scene.create(using('hopeful', 'none', 'true'));
    await scene.event('hopeful', /FailedScheduling: .*persistentvolumeclaim "none" not found/);
    await scene.create(volume('none'), claim('none'));
    await scene.phase('hopeful', 'Succeeded');
  });

  test('an ephemeral volume has a claim that goes with its pod', async () => {
    const { spec } = claim('template');
    await scene.create(
      volume('scratch'),
      pod('owner', {
        volumes: [{ name: 'data', ephemeral: { volumeClaimTemplate: { spec } } }],
        containers: main('echo x > /data/x; sleep 1000', { volumeMounts }),
      }),
    );
    await scene.phase('owner', 'Running');
    await phaseOf('pvc owner-data', 'Bound');
    await deletePod('owner');
    const isGone = async () => (await scene.cluster.tryKubectl('get', 'pvc', 'owner-data')).code !== 0;
    await eventually('the claim is gone', isGone);
  });

  test('the files of an image can be read, but not changed', async () => {
    const script = 'echo x > /image/bin/new; ls /image/bin | grep -x busybox; ls /tools | grep -x busybox';
    await scene.create(
      pod('image', {
        volumes: [{ name: 'data', image: { reference: 'busybox:1' } }],
        containers: main(`(${script}) 2>&1`, {
          volumeMounts: [
            { name: 'data', mountPath: '/image' },
            { name: 'data', mountPath: '/tools', subPath: 'bin' },
          ],
        }),
      }),
    );
    assert.deepEqual(await scene.lines('image'), [
      "sh: can't create /image/bin/new: Read-only file system",
      'busybox',
      'busybox',
    ]);
    await deletePod('image');
  });

  test('a volume of an NFS server that cannot be mounted says why, and its pod can be deleted', async () => {
    await scene.create(
      pod('nfs', {
        volumes: [{ name: 'data', nfs: { server: '127.0.0.1', path: '/x', readOnly: true } }],
        containers: main('true', { volumeMounts }),
      }),
    );
    await scene.event(
      'nfs',
      /FailedMount: MountVolume\.SetUp failed for volume "data" : mount failed: [^,]*Mounting arguments: -t nfs -o ro -- 127\.0\.0\.1:\/x \//,
    );
    await deletePod('nfs');
  });

  test('the pods of a stateful set keep their data', async () => {
    const labels = { app: 'db' };
    await scene.create(volume('db-a'), volume('db-b'), {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'db' },
      spec: {
        ...{ serviceName: 'db', replicas: 2, selector: { matchLabels: labels } },
        template: {
          metadata: { labels },
          spec: {
            terminationGracePeriodSeconds: 1,
            containers: main('hostname >> /data/starts; sleep 1000', { volumeMounts }),
          },
        },
        volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: claim('template').spec }],
      },
    });
    const ready = () => scene.cluster.kubectl('rollout', 'status', 'statefulset/db', '--timeout=60s');
    const starts = (name: string) =>
      scene.cluster
        .kubectl('exec', name, '--', 'cat', '/data/starts')
        .then((text) => text.trim().split('\n'));
    await ready();
    const uid = await field('pod db-1', '{.metadata.uid}');
    await deletePod('db-1');
    await eventually('a new pod', async () => (await field('pod db-1', '{.metadata.uid}')) !== uid);
    await ready();
    assert.deepEqual([await starts('db-0'), await starts('db-1')], [['db-0'], ['db-1', 'db-1']]);
    await scene.cluster.kubectl('delete', 'statefulset', 'db');
    await phaseOf('pvc data-db-0', 'Bound');
    await phaseOf('pvc data-db-1', 'Bound');
  });
});
