// Claims of the default class with real containers: each is a disk of its own on the node, with a size that holds, snapshots, and data
// that outlive pods and `down`.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { exec } from '../../src/kit/exec.ts';
import { eventually } from '../support/eventually.ts';
import { main, PodScene, pod } from '../support/pod-scene.ts';

let scene: PodScene;

const claim = (name: string, spec: object = {}) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '32Mi' } }, ...spec },
});
const using = (name: string, claimName: string, script: string, spec: object = {}) =>
  pod(name, {
    volumes: [{ name: 'data', persistentVolumeClaim: { claimName } }],
    containers: main(script, { volumeMounts: [{ name: 'data', mountPath: '/data' }] }),
    ...spec,
  });
const deletePod = (name: string) => scene.cluster.kubectl('delete', 'pod', name, '--now');
const phaseOf = (what: string, wanted: string) =>
  eventually(`${what} is ${wanted}`, async () => {
    const path = '-o=jsonpath={.status.phase}';
    return (await scene.cluster.kubectl('get', ...what.split(' '), path)) === wanted;
  });
const devices = async () =>
  (await exec(['losetup', '--list', '--noheadings', '--output', 'BACK-FILE']))
    .split('\n')
    .filter((file) => file.includes(scene.cluster.directory));

describe('claims of the default class', () => {
  before(async () => {
    scene = await PodScene.start('tph-e2e-disk');
    await eventually('the service account', () => scene.cluster.kubectl('get', 'serviceaccount', 'default'));
  });
  after(() => scene?.down());

  test('are empty disks of their size, for pods of any user', async () => {
    const script =
      'ls -A /data; echo kept > /data/file; dd if=/dev/zero of=/data/large bs=1M count=40; rm /data/large';
    const securityContext = { runAsUser: 1000, fsGroup: 2000 };
    await scene.create(claim('c'), using('writer', 'c', script, { securityContext }));
    await scene.phase('writer', 'Succeeded');
    assert.match(
      (await scene.lines('writer')).join('\n'),
      /^dd: error writing '\/data\/large': No space left/,
    );
    await deletePod('writer');
  });

  test('are devices for pods that want devices', async () => {
    const script = 'echo raw > /dev/data; head -c 3 /dev/data; echo; [ -b /dev/data ] && echo device';
    const container = main(script, { volumeDevices: [{ name: 'data', devicePath: '/dev/data' }] });
    const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'raw' } }];
    await scene.create(claim('raw', { volumeMode: 'Block' }), pod('raw', { volumes, containers: container }));
    await scene.phase('raw', 'Succeeded');
    assert.deepEqual(await scene.lines('raw'), ['raw', 'device']);
    await deletePod('raw');
    await scene.cluster.kubectl('delete', 'pvc', 'raw');
  });

  test('are copied by snapshots, into larger ones', async () => {
    const snapshot = {
      apiVersion: 'snapshot.storage.k8s.io/v1',
      kind: 'VolumeSnapshot',
      metadata: { name: 's' },
      spec: { source: { persistentVolumeClaimName: 'c' } },
    };
    const dataSource = { apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: 's' };
    const resources = { requests: { storage: '64Mi' } };
    await eventually('the snapshot API', async () => {
      return (await scene.cluster.tryKubectl('get', 'volumesnapshots')).code === 0;
    });
    await scene.create(snapshot, claim('copy', { dataSource, resources }));
    const script = 'cat /data/file; dd if=/dev/zero of=/data/large bs=1M count=48 2> /dev/null && echo room';
    await scene.create(using('reader', 'copy', script));
    await scene.phase('reader', 'Succeeded');
    assert.deepEqual(await scene.lines('reader'), ['kept', 'room']);
    await deletePod('reader');
  });

  test('keep their data while the cluster is down, and leave nothing when they are deleted', async () => {
    await scene.create(using('runs', 'c', 'cat /data/file; sleep 1000'));
    await phaseOf('pod runs', 'Running');
    await scene.cluster.tiphys('down', '--name', scene.cluster.name);
    assert.deepEqual(await devices(), []);
    await scene.cluster.restart();
    await scene.create(using('later', 'c', 'cat /data/file'));
    assert.deepEqual(await scene.lines('later'), ['kept']);
    for (const name of ['runs', 'later']) await deletePod(name);
    await scene.cluster.kubectl('delete', 'volumesnapshot', 's');
    await scene.cluster.kubectl('delete', 'pvc', 'c', 'copy');
    await eventually(
      'no volumes',
      async () => (await scene.cluster.kubectl('get', 'pv', '-o', 'name')) === '',
    );
    assert.deepEqual(await devices(), []);
    const disk = `${scene.cluster.directory}/data/nodes/${scene.cluster.name}/disk`;
    assert.equal(await exec(['find', disk, '-type', 'f']), '');
  });
});
