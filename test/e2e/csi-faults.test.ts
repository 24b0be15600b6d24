// A driver of our own behind its socket, without sidecars, that fails at every call of a volume's life: told that it is unavailable
// though the call was carried out, and killed in the middle. In the end everything was done once, in order, and nothing is left.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { PIN_DIRECTORY } from '../../src/cluster/nodes/plan.ts';
import { StorageArray } from '../csi-driver/array.ts';
import { repository } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { main, PodScene, pod } from '../support/pod-scene.ts';

const DRIVER = 'array.example.com';
const METHODS = [
  ...['CreateVolume', 'ControllerPublishVolume', 'NodeStageVolume', 'NodePublishVolume'],
  ...['ControllerExpandVolume', 'NodeExpandVolume', 'CreateSnapshot', 'DeleteSnapshot'],
  ...['NodeUnpublishVolume', 'NodeUnstageVolume', 'ControllerUnpublishVolume', 'DeleteVolume'],
];
const KIND = { apiVersion: 'storage.k8s.io/v1' };
const objects = [
  { ...KIND, kind: 'CSIDriver', metadata: { name: DRIVER }, spec: { attachRequired: true } },
  {
    ...{ ...KIND, kind: 'StorageClass', metadata: { name: 'array' } },
    ...{ provisioner: DRIVER, allowVolumeExpansion: true },
  },
  {
    ...{ apiVersion: 'snapshot.storage.k8s.io/v1', kind: 'VolumeSnapshotClass', metadata: { name: 'array' } },
    ...{ driver: DRIVER, deletionPolicy: 'Delete' },
  },
];

let scene: PodScene;
let driver: ChildProcess;
let isOver = false;

const directory = () => scene.cluster.directory;
const array = () => new StorageArray(join(directory(), 'array.json'));
const kubeletRoot = (node: string) => join(directory(), 'data/nodes', node, 'kubelet');
const field = (path: string, ...what: string[]) =>
  scene.cluster.kubectl('get', ...what, '-o', `jsonpath=${path}`);

/** Started again whenever it dies. */
function startDriver(): void {
  const nodes = scene.cluster.nodes.map(
    (node) => `${node}=${join(PIN_DIRECTORY, `${scene.cluster.name}.${node}.mnt`)}=${kubeletRoot(node)}`,
  );
  const program = join(repository, 'test/csi-driver/main.ts');
  driver = spawn(process.execPath, [program, directory(), DRIVER, ...nodes], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  driver.on('exit', () => {
    if (!isOver) startDriver();
  });
}

const inject = (fault: string) =>
  writeFileSync(
    join(directory(), 'faults'),
    JSON.stringify(Object.fromEntries(METHODS.map((method) => [method, fault]))),
  );
/** Methods whose fault has not come yet. */
const pending = () => Object.keys(JSON.parse(readFileSync(join(directory(), 'faults'), 'utf8')));

const using = (name: string, claim: string, node: string, script: string) =>
  pod(name, {
    nodeSelector: { 'kubernetes.io/hostname': node },
    volumes: [{ name: 'data', persistentVolumeClaim: { claimName: claim } }],
    containers: main(script, { volumeMounts: [{ name: 'data', mountPath: '/data' }] }),
  });

/** A claim's whole life: written on one node, grown, kept in a snapshot, read on the other node, deleted. */
async function life(claim: string): Promise<void> {
  const [first = '', second = ''] = scene.cluster.nodes;
  const { kubectl } = scene.cluster;
  const [writer, reader, snapshot] = [`${claim}-writer`, `${claim}-reader`, `${claim}-kept`];
  await scene.create(
    {
      ...{ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: claim } },
      spec: {
        ...{ storageClassName: 'array', accessModes: ['ReadWriteOnce'] },
        resources: { requests: { storage: '1Gi' } },
      },
    },
    using(writer, claim, first, 'echo kept > /data/file; sync; sleep 1000'),
  );
  await scene.until(writer, 'Running', ({ phase }) => phase === 'Running');
  await eventually('written', () => kubectl('exec', writer, '--', 'cat', '/data/file'));
  await kubectl('patch', 'pvc', claim, '-p', '{"spec":{"resources":{"requests":{"storage":"2Gi"}}}}');
  await eventually(
    'grown',
    async () => (await field('{.status.capacity.storage}', 'pvc', claim)) === '2Gi',
    60_000,
  );
  await scene.create({
    ...{ apiVersion: 'snapshot.storage.k8s.io/v1', kind: 'VolumeSnapshot', metadata: { name: snapshot } },
    spec: { volumeSnapshotClassName: 'array', source: { persistentVolumeClaimName: claim } },
  });
  await eventually(
    'kept',
    async () => (await field('{.status.readyToUse}', 'volumesnapshot', snapshot)) === 'true',
    60_000,
  );
  await kubectl('delete', 'pod', writer, '--now', '--wait=false');
  await scene.create(using(reader, claim, second, 'cat /data/file'));
  await eventually(
    'read',
    async () => (await field('{.status.phase}', 'pod', reader)) === 'Succeeded',
    90_000,
  );
  assert.equal(await kubectl('logs', reader), 'kept\n');
  await kubectl('delete', 'pod', reader, '--now');
  await kubectl('delete', 'volumesnapshot', snapshot, '--timeout=60s');
  await kubectl('delete', 'pvc', claim, '--timeout=60s');
  await eventually(
    'no volume',
    async () => (await kubectl('get', 'pv,volumeattachment', '-o', 'name')) === '',
    90_000,
  );
}

describe('a CSI driver that fails', () => {
  before(async () => {
    scene = await PodScene.start('tph-e2e-csi', [], 2);
    inject('none');
    startDriver();
    await eventually('snapshot classes', () => scene.cluster.kubectl('get', 'volumesnapshotclasses'));
    await scene.create(...objects);
    for (const node of scene.cluster.nodes)
      await eventually(`${node} has the driver`, async () =>
        (await field('{.spec.drivers[*].name}', 'csinode', node)).split(' ').includes(DRIVER),
      );
  });
  after(async () => {
    isOver = true;
    driver?.kill('SIGKILL');
    await scene?.down();
  });

  for (const fault of ['after', 'crash'])
    test(`at each of ${METHODS.length} calls (${fault})`, async () => {
      inject(fault);
      await life(fault);
      const { volumes, snapshots, violations } = array();
      assert.deepEqual(violations, []);
      assert.deepEqual([volumes, snapshots], [[], []]);
      assert.deepEqual(pending(), [], 'every fault came');
    });
});
