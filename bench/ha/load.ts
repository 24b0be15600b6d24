// How long a server takes to load what is in etcd, and to list it anew after it was cut off and a twentieth has changed, and the longest that
// it holds the event loop meanwhile: 20,000 and 200,000 ConfigMaps of 1.2 KB. The limit is 50 ms. Called by ../ha.ts.

import { etcdCodec } from '../../src/apiserver/etcd-layout/etcd-codec.ts';
import { encoder } from '../../src/apiserver/watch-cache/encoding.ts';
import { systemClock } from '../../src/kit/clock.ts';
import { silentLogger } from '../../src/kit/log.ts';
import { systemRandom } from '../../src/kit/random.ts';
import { TestEtcd } from '../../src/store/etcd/etcd.fake.ts';
import { type EtcdStore, openEtcdStore } from '../../src/store/etcd/etcd-store.ts';
import { FaultProxy } from '../../src/store/etcd/faults/proxy.fake.ts';
import { figure } from '../support/figure.ts';
import { LoopWatch } from '../support/loop.ts';

const SIZES = [20_000, 200_000];
/** Keys of one transaction. */
const AT_ONCE = 100;
const CHANGED_PART = 20;
const NAMESPACES = 50;

const codec = etcdCodec(systemRandom);

export async function loadFigures(): Promise<void> {
  const etcd = await TestEtcd.start(1);
  const proxy = new FaultProxy(etcd.portOf(0));
  const url = await proxy.listen();
  const watch = new LoopWatch();
  try {
    let filled = 0;
    for (const size of SIZES) {
      await write(etcd, filled, size);
      filled = size;
      let store: EtcdStore | undefined;
      await timed(watch, `ha.load_${size}`, async () => {
        store = await open([url]);
      });
      if (store!.count('/registry/configmaps/') !== size) throw new Error('not all objects were loaded');
      const compacted = await changedWhileAway(etcd, proxy, size / CHANGED_PART);
      await timed(watch, `ha.list_anew_${size}`, async () => {
        proxy.refuse(false);
        while (store!.compacted < compacted) await systemClock.sleep(10);
      });
      await store!.close();
    }
  } finally {
    watch.stop();
    await proxy.close();
    await etcd.stop();
  }
}

async function timed(watch: LoopWatch, name: string, work: () => Promise<void>): Promise<void> {
  watch.reset();
  const began = systemClock.monotonic();
  await work();
  figure(name, (systemClock.monotonic() - began) / 1000, 's');
  figure(`${name}_longest_hold`, watch.longest, 'ms');
}

/** Whoever is behind the proxy is cut off. Gives the revision to which etcd was compacted since. */
async function changedWhileAway(etcd: TestEtcd, proxy: FaultProxy, count: number): Promise<number> {
  proxy.refuse(true);
  proxy.cut();
  await write(etcd, 0, count);
  const other = await open(etcd.urls);
  const { revision } = other;
  await other.compact(revision);
  await other.close();
  return revision;
}

async function write(etcd: TestEtcd, from: number, to: number): Promise<void> {
  for (let at = from; at < to; at += AT_ONCE)
    await etcd.write(Array.from({ length: AT_ONCE }, (_, i) => configMapOf(at + i)));
}

const open = (endpoints: readonly string[]): Promise<EtcdStore> =>
  openEtcdStore({ endpoints, clock: systemClock, log: silentLogger, codec });

function configMapOf(index: number): readonly [key: string, value: Buffer] {
  const namespace = `ns-${index % NAMESPACES}`;
  const name = `config-${index}`;
  const object = {
    kind: 'ConfigMap',
    apiVersion: 'v1',
    metadata: { name, namespace, uid: systemRandom.uuid(), creationTimestamp: '2026-01-01T00:00:00Z' },
    data: { text: 'x'.repeat(1_000) },
  };
  return [`/registry/configmaps/${namespace}/${name}`, codec.encode('', encoder(object)(0))];
}
