import { systemClock } from '../../kit/clock.ts';
import { silentLogger } from '../../kit/log.ts';
import { storeContract } from '../contract/store.contract.ts';
import type { Store } from '../store.ts';
import { TestEtcd, withoutEtcd } from './etcd.fake.ts';
import { openEtcdStore } from './etcd-store.ts';
import { plainCodec } from './plain-codec.fake.ts';

/** The values of the contract are larger than etcd takes by default. */
const FLAGS = ['--max-request-bytes=8388608'];
const members = new WeakMap<Store, TestEtcd>();

async function opened(etcd: TestEtcd): Promise<Store> {
  const store = await openEtcdStore({
    endpoints: etcd.urls,
    prefix: '/',
    clock: systemClock,
    log: silentLogger,
    codec: plainCodec,
  });
  members.set(store, etcd);
  return store;
}

storeContract('etcd', {
  skip: withoutEtcd,
  isShared: true,
  async open() {
    return opened(await TestEtcd.start(1, FLAGS));
  },
  async release(store) {
    await members.get(store)?.stop();
  },
  async reopen(store) {
    await store.close();
    return opened(members.get(store)!);
  },
});
