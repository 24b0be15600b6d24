// How long a server takes to load what is in etcd, and the longest that it holds the event loop meanwhile: 20,000 and 200,000 ConfigMaps
// of 1.2 KB. The limit is 50 ms. Called by ../ha.ts.

import { etcdCodec } from '../../src/apiserver/etcd-layout/etcd-codec.ts';
import { encoder } from '../../src/apiserver/watch-cache/encoding.ts';
import { systemClock } from '../../src/kit/clock.ts';
import { silentLogger } from '../../src/kit/log.ts';
import { systemRandom } from '../../src/kit/random.ts';
import { TestEtcd } from '../../src/store/etcd/etcd.fake.ts';
import { openEtcdStore } from '../../src/store/etcd/etcd-store.ts';
import { figure } from '../support/figure.ts';
import { LoopWatch } from '../support/loop.ts';

const SIZES = [20_000, 200_000];
/** Keys of one transaction. */
const AT_ONCE = 100;
const NAMESPACES = 50;

const codec = etcdCodec(systemRandom);

export async function loadFigures(): Promise<void> {
  const etcd = await TestEtcd.start(1);
  const watch = new LoopWatch();
  try {
    let filled = 0;
    for (const size of SIZES) {
      for (; filled < size; filled += AT_ONCE)
        await etcd.write(Array.from({ length: AT_ONCE }, (_, i) => configMapOf(filled + i)));
      watch.reset();
      const began = systemClock.monotonic();
      const store = await openEtcdStore({
        endpoints: etcd.urls,
        clock: systemClock,
        log: silentLogger,
        codec,
      });
      const seconds = (systemClock.monotonic() - began) / 1000;
      if (store.count('/registry/configmaps/') !== size) throw new Error('not all objects were loaded');
      figure(`ha.load_${size}`, seconds, 's');
      figure(`ha.load_${size}_longest_hold`, watch.longest, 'ms');
      await store.close();
    }
  } finally {
    watch.stop();
    await etcd.stop();
  }
}

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
