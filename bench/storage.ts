// Storage of the default class on one node: how soon a claim is a running pod's volume, one at a time and a hundred at once; how fast
// a pod writes to it beside the bare disk in the same minute; how long a snapshot of one gigabyte takes.
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PersistentVolumeClaim } from '../src/api/kinds/core/v1/persistent-volume-claim.ts';
import { Pod } from '../src/api/kinds/core/v1/pod.ts';
import { ServiceAccount } from '../src/api/kinds/core/v1/service-account.ts';
import { writeArchive } from '../src/cri/image/archive.ts';
import { systemClock } from '../src/kit/clock.ts';
import { busyboxImage } from '../test/support/busybox-image.ts';
import { startTestCluster } from '../test/support/cluster.ts';
import { eventually } from '../test/support/eventually.ts';
import { clientTo } from './support/client.ts';
import { figure, median } from './support/figure.ts';

const WRITTEN = 512;
const cluster = await startTestCluster({ name: 'tph-bench-disk', nodes: 1 });
const { client, transport } = clientTo(join(cluster.directory, 'kubeconfig'));
const ended = new AbortController();
const runningSince = new Map<string, number>();

async function watchPods(): Promise<void> {
  for await (const { object } of await client.watch(Pod, { namespace: 'default' }, ended.signal)) {
    const { metadata, status } = object as Pod;
    const name = metadata.name!;
    if (status?.phase === 'Running' && !runningSince.has(name))
      runningSince.set(name, systemClock.monotonic());
  }
}

const claim = (name: string, size: string): PersistentVolumeClaim => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name, namespace: 'default' },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: size } } },
});
const pod = (name: string): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default' },
  spec: {
    terminationGracePeriodSeconds: 0,
    containers: [
      {
        ...{ name: 'c', image: 'busybox:1', command: ['sleep', '100000'] },
        volumeMounts: [{ name: 'data', mountPath: '/data' }],
      },
    ],
    volumes: [{ name: 'data', persistentVolumeClaim: { claimName: name } }],
  },
});

/** Milliseconds from the first creation until all run. */
async function start(names: readonly string[], size: string): Promise<number> {
  const from = systemClock.monotonic();
  await Promise.all(
    names.flatMap((name) => [
      client.create(PersistentVolumeClaim, claim(name, size)),
      client.create(Pod, pod(name)),
    ]),
  );
  await eventually('all run', () => names.every((name) => runningSince.has(name)), 300_000);
  return Math.max(...names.map((name) => runningSince.get(name)!)) - from;
}

async function remove(names: readonly string[]): Promise<void> {
  await Promise.all(names.map((name) => client.delete(Pod, name, 'default')));
  await Promise.all(names.map((name) => client.delete(PersistentVolumeClaim, name, 'default')));
  const left = () => cluster.kubectl('get', 'pv', '-o', 'name');
  await eventually('nothing is left', async () => (await left()) === '', 300_000);
}

/** MB/s of a sequential write that ends with an fsync; `of` runs dd where the file is to be. */
async function throughput(of: (file: string) => Promise<unknown>, file: string): Promise<number> {
  const took: number[] = [];
  for (let i = 0; i < 3; i++) {
    const from = systemClock.monotonic();
    await of(file);
    took.push(systemClock.monotonic() - from);
  }
  return (WRITTEN * 1.048576 * 1000) / Math.min(...took);
}
const dd = (file: string) => ['dd', 'if=/dev/zero', `of=${file}`, 'bs=1M', `count=${WRITTEN}`, 'conv=fsync'];

try {
  const archive = join(cluster.directory, 'busybox.tar');
  writeFileSync(archive, await writeArchive(busyboxImage()));
  await cluster.tiphys('image', 'load', '--name', cluster.name, archive);
  await eventually('the service account', () => client.get(ServiceAccount, 'default', 'default'));
  watchPods().catch((error) => {
    if (!ended.signal.aborted) throw error;
  });
  await start(['first'], '64Mi');
  await remove(['first']);
  const single: number[] = [];
  for (let i = 0; i < 10; i++) {
    single.push(await start([`one-${i}`], '64Mi'));
    await remove([`one-${i}`]);
  }
  figure('storage.claim_to_running_ms', median(single), 'ms');

  const hundred = Array.from({ length: 100 }, (_, i) => `all-${i}`);
  figure('storage.claims100_ms', await start(hundred, '64Mi'), 'ms');
  await remove(hundred);

  await start(['big'], '4Gi');
  const inside = await throughput((file) => cluster.kubectl('exec', 'big', '--', ...dd(file)), '/data/file');
  const bareFile = join(cluster.directory, 'bare');
  const bare = await throughput(
    async (file) => execFileSync('/bin/busybox', dd(file), { stdio: 'ignore' }),
    bareFile,
  );
  rmSync(bareFile);
  figure('storage.write_mb_s', inside, 'MB/s');
  figure('storage.write_bare_mb_s', bare, 'MB/s');
  figure('storage.write_share', (100 * inside) / bare, '%');

  await cluster.kubectl(
    'exec',
    'big',
    '--',
    'dd',
    'if=/dev/urandom',
    'of=/data/gb',
    'bs=1M',
    'count=1024',
    'conv=fsync',
  );
  const snapshot = {
    ...{ apiVersion: 'snapshot.storage.k8s.io/v1', kind: 'VolumeSnapshot', metadata: { name: 'gb' } },
    spec: { source: { persistentVolumeClaimName: 'big' } },
  };
  const from = systemClock.monotonic();
  await cluster.kubectlWith(JSON.stringify(snapshot), 'create', '-f', '-');
  const isReady = () => cluster.kubectl('get', 'volumesnapshot', 'gb', '-o', 'jsonpath={.status.readyToUse}');
  await eventually('the snapshot', async () => (await isReady()) === 'true', 120_000);
  figure('storage.snapshot_1gb_ms', systemClock.monotonic() - from, 'ms');
} finally {
  ended.abort();
  transport.close();
  await cluster.down();
}
