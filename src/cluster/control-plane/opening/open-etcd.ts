// Opens etcd as the store of an API server. Called by open-store.ts and by `tiphys apiserver`.
import { readFileSync } from 'node:fs';
import type { StoredLayout } from '../../../apiserver/encryption/encrypted-store.ts';
import { etcdCodec } from '../../../apiserver/etcd-layout/etcd-codec.ts';
import type { ApiServerOptions } from '../../../apiserver/options.ts';
import type { Clock } from '../../../kit/clock.ts';
import type { Logger } from '../../../kit/log.ts';
import type { Random } from '../../../kit/random.ts';
import { type EtcdStore, openEtcdStore } from '../../../store/etcd/etcd-store.ts';
import type { EtcdSettings } from '../settings.ts';

export interface OpenEtcdOptions {
  readonly settings: EtcdSettings;
  /** What is served besides the kinds that are always there. */
  readonly apis?: ApiServerOptions['apis'];
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** This server can no longer go on with what it has in memory. */
  readonly onFailure: (error: Error) => void;
}

export interface OpenedEtcd {
  readonly store: EtcdStore;
  /** For encryption at rest, above the store. */
  readonly layout: StoredLayout;
  readonly metrics: () => string;
}

const PREFIX = '/registry';

export async function openEtcd(options: OpenEtcdOptions): Promise<OpenedEtcd> {
  const { settings, apis, clock, random, log, onFailure } = options;
  const { endpoints, prefersFirst = false, tls, prefix = PREFIX } = settings;
  const codec = etcdCodec(random, apis);
  // Read for each connection, for certificates are renewed.
  const material = tls && {
    tls: () => ({
      ...(tls.ca && { ca: readFileSync(tls.ca, 'utf8') }),
      ...(tls.cert && { cert: readFileSync(tls.cert, 'utf8') }),
      ...(tls.key && { key: readFileSync(tls.key, 'utf8') }),
    }),
  };
  const store = await openEtcdStore({
    endpoints,
    prefersFirst,
    ...material,
    prefix,
    clock,
    random,
    log: log.child('etcd'),
    codec,
    onFailure,
  });
  const root = prefix.replace(/\/$/, '');
  const layout: StoredLayout = {
    encode: codec.encode,
    decode: codec.decode,
    keyOf: (key) => `${root}/${codec.toEtcd(key)}`,
  };
  return { store, layout, metrics: () => store.metrics() };
}
