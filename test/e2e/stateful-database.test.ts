// A database in a StatefulSet with claims of the default class: whatever happens to its pods, its nodes and the whole cluster, every
// record that was acknowledged is there afterwards. Snapshots and growth while it writes; a full volume hurts nobody else.
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { writeArchive } from '../../src/cri/image/archive.ts';
import { startTestCluster, type TestCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { speakerImage } from '../support/speaker-image.ts';
import { Ledgers } from '../support/storage/ledgers.ts';

const NAMES = ['ledger-0', 'ledger-1', 'ledger-2'];
/** Large enough for every file system that grows while it is mounted. */
const [SIZE, LARGER] = ['320Mi', '400Mi'];
const labels = { app: 'ledger' };
const container = {
  ...{ name: 'ledger', image: 'speaker:1', command: ['node', '/ledger.js'] },
  volumeMounts: [{ name: 'data', mountPath: '/data' }],
  readinessProbe: { httpGet: { port: 8080, path: '/verify' }, periodSeconds: 1 },
};
const claim = (size: string, more: object = {}) => ({
  ...{ accessModes: ['ReadWriteOnce'], resources: { requests: { storage: size } } },
  ...more,
});
const statefulSet = {
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'ledger' },
  spec: {
    ...{ serviceName: 'ledger', replicas: 3, podManagementPolicy: 'Parallel' },
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: { terminationGracePeriodSeconds: 1, containers: [container] },
    },
    volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: claim(SIZE) }],
  },
};
const service = {
  ...{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'ledger' } },
  spec: { clusterIP: 'None', selector: labels },
};

let cluster: TestCluster;
let ledgers: Ledgers;

const create = (...items: object[]) =>
  cluster.kubectlWith(JSON.stringify({ apiVersion: 'v1', kind: 'List', items }), 'create', '-f', '-');
const ready = () => cluster.kubectl('rollout', 'status', 'statefulset/ledger', '--timeout=90s');
const field = (path: string, ...what: string[]) => cluster.kubectl('get', ...what, '-o', `jsonpath=${path}`);

/** Does `harm` while all ledgers are written to, waits until they are back, and compares what was acknowledged with what is there. */
async function keepsEverything(harm: () => Promise<unknown>): Promise<void> {
  const before = NAMES.map((name) => ledgers.acknowledged(name));
  const writtenTo = () => NAMES.every((name, i) => ledgers.acknowledged(name) > before[i]! + 20);
  ledgers.start();
  try {
    await eventually('records', writtenTo);
    await harm();
    await ready();
  } finally {
    await ledgers.stop();
  }
  for (const name of NAMES) {
    const found = await eventually(`${name} answers`, () => ledgers.verified(name));
    assert.ok(found >= ledgers.acknowledged(name), `${name}: ${found} of ${ledgers.acknowledged(name)}`);
  }
}

async function replaced(name: string, how: () => Promise<unknown>): Promise<void> {
  const uid = await field('{.metadata.uid}', 'pod', name);
  await how();
  await eventually('another pod', async () => (await field('{.metadata.uid}', 'pod', name)) !== uid, 60_000);
}

describe('a database with claims of the default class', () => {
  before(async () => {
    cluster = await startTestCluster({ name: 'tph-e2e-ledger', nodes: 2 });
    const archive = join(cluster.directory, 'speaker.tar');
    await writeFile(archive, await writeArchive(speakerImage()));
    await cluster.tiphys('image', 'load', '--name', cluster.name, archive);
    ledgers = new Ledgers(join(cluster.directory, 'kubeconfig'), NAMES);
    await create(service, statefulSet);
    await ready();
  });
  after(async () => {
    ledgers?.close();
    await cluster?.down();
  });

  test('a deleted pod', () =>
    keepsEverything(() =>
      replaced('ledger-1', () => cluster.kubectl('delete', 'pod', 'ledger-1', '--wait=false')),
    ));

  test('a rolling update', () =>
    keepsEverything(() => cluster.kubectl('rollout', 'restart', 'statefulset/ledger')));

  test('down to one replica and up again', () =>
    keepsEverything(async () => {
      await cluster.kubectl('scale', 'statefulset/ledger', '--replicas=1');
      await eventually(
        'two are gone',
        async () => (await field('{.items[*].metadata.name}', 'pods')) === 'ledger-0',
      );
      await cluster.kubectl('scale', 'statefulset/ledger', '--replicas=3');
    }));

  test('a node that loses its power and gets it back', () =>
    keepsEverything(async () => {
      const node = await field('{.spec.nodeName}', 'pod', 'ledger-0');
      await cluster.tiphys('node', 'stop', node, '--name', cluster.name);
      await cluster.tiphys('node', 'start', node, '--name', cluster.name);
    }));

  test('SIGKILL to everything, and another start', () =>
    keepsEverything(async () => {
      cluster.killAll();
      await cluster.restart();
    }));

  test('the cluster down and up', () =>
    keepsEverything(async () => {
      await cluster.tiphys('down', '--name', cluster.name);
      await cluster.restart();
    }));

  test('growth and a snapshot while it writes; what is restored is whole', async () => {
    await keepsEverything(async () => {
      const patch = JSON.stringify({ spec: { resources: { requests: { storage: LARGER } } } });
      await cluster.kubectl('patch', 'pvc', 'data-ledger-0', '-p', patch);
      await create({
        ...{ apiVersion: 'snapshot.storage.k8s.io/v1', kind: 'VolumeSnapshot', metadata: { name: 'kept' } },
        spec: { source: { persistentVolumeClaimName: 'data-ledger-0' } },
      });
      const size = () => field('{.status.capacity.storage}', 'pvc', 'data-ledger-0');
      await eventually('it has grown', async () => (await size()) === LARGER);
      await eventually(
        'the snapshot',
        async () => (await field('{.status.readyToUse}', 'volumesnapshot', 'kept')) === 'true',
      );
    });
    const dataSource = { apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: 'kept' };
    await create(
      {
        ...{ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'restored' } },
        spec: claim(LARGER, { dataSource }),
      },
      {
        ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'restored' } },
        spec: {
          containers: [container],
          volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'restored' } }],
        },
      },
    );
    const records = await eventually('the restored ledger', () => ledgers.verified('restored'));
    assert.ok(records > 0 && records <= (await ledgers.verified('ledger-0')), String(records));
    await cluster.kubectl('delete', 'pod', 'restored', '--now');
    await cluster.kubectl('delete', 'pvc', 'restored');
    await cluster.kubectl('delete', 'volumesnapshot', 'kept');
  });

  test('a full volume is full for its pod alone', async () => {
    const fill = ['dd', 'if=/dev/zero', 'of=/data/fill', 'bs=1M'];
    const full = await cluster.tryKubectl('exec', 'ledger-2', '--', ...fill);
    assert.match(full.stderr, /No space left on device/);
    await assert.rejects(ledgers.append('ledger-2', 1 << 20), /500 .*ENOSPC/);
    for (const name of ['ledger-0', 'ledger-1']) await ledgers.append(name);
    const pressure = '{.items[*].status.conditions[?(@.type=="DiskPressure")].status}';
    assert.equal(await field(pressure, 'nodes'), 'False False');
    await cluster.kubectl('exec', 'ledger-2', '--', 'rm', '/data/fill');
    await ledgers.append('ledger-2');
    assert.ok((await ledgers.verified('ledger-2')) >= ledgers.acknowledged('ledger-2'));
  });

  test('what its claims had is given back when they are deleted', async () => {
    await cluster.kubectl('delete', 'statefulset', 'ledger');
    await cluster.kubectl('delete', 'pvc', '--all');
    const volumes = () => cluster.kubectl('get', 'pv', '-o', 'name');
    await eventually('no volumes', async () => (await volumes()) === '');
  });
});
