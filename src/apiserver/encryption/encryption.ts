// Encryption at rest: reads the configuration file, builds its transformers, and takes up a changed file while the server
// runs. Made by cluster/ before the API server, which gets its store. Not loaded at all without a configuration.
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { builtInKinds } from '../../api/scheme/kinds.ts';
import type { Clock, Timer } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { messageOf } from '../../kit/message-of.ts';
import { Metrics } from '../../kit/metrics.ts';
import type { Random } from '../../kit/random.ts';
import type { Store } from '../../store/store.ts';
import { aesCbc, aesGcm } from './aes.ts';
import { groupResource, type Provider, parseConfiguration } from './configuration.ts';
import { EncryptedStore, type StoredLayout } from './encrypted-store.ts';
import { KmsTransformer } from './kms/provider.ts';
import { identity, type Prefixed, PrefixTransformers, type Transformer } from './transformer.ts';

export interface EncryptionOptions {
  /** --encryption-provider-config */
  readonly file: string;
  /** --encryption-provider-config-automatic-reload */
  readonly reload: boolean;
  readonly store: Store;
  /** Of a store in etcd. */
  readonly layout?: StoredLayout | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

export interface Encryption {
  /** For the API server: plain bytes above the encrypted store. */
  readonly store: Store;
  readonly healthChecks: Readonly<Record<string, () => string | undefined>>;
  metrics(): string;
  /** Resolves when the file is used as it is now, or is found to be wrong. */
  reload(): Promise<void>;
  close(): void;
}

interface Loaded {
  readonly hash: string;
  /** By `resource.group`, with wildcards. */
  readonly transformers: ReadonlyMap<string, Transformer>;
  readonly plugins: readonly KmsTransformer[];
}

/** Milliseconds between looks at the file. */
const RELOAD_EVERY = 1_000;
const KMS_PREFIX = 'k8s:enc:kms:v2:';

/** Rejects if the file is missing or wrong. A KMS plug-in that does not answer is reported by the health check. */
export async function openEncryption(options: EncryptionOptions): Promise<Encryption> {
  const { store, clock, log } = options;
  const metrics = new EncryptionMetrics();
  const groupOf = keyReader();
  let version = versionOf(options.file);
  let loaded = await load(options);
  metrics.loaded(loaded.hash);
  const transformerOf = (key: string) => {
    const found = groupOf(key);
    return found && ruleFor(loaded.transformers, found.group, found.resource);
  };
  const encrypted = new EncryptedStore({
    store,
    transformerOf,
    layout: options.layout,
    onTransformed: (direction, key, failed) => metrics.transformed(direction, groupOf(key)!, failed),
  });
  let loading: Promise<void> | undefined;
  const reloadOnce = async () => {
    const now = versionOf(options.file);
    if (now === version) return;
    version = now;
    try {
      const next = await load(options);
      const before = loaded;
      loaded = next;
      for (const plugin of before.plugins) plugin.close();
      metrics.reloaded(next.hash, true);
      log.info('encryption configuration reloaded', { hash: next.hash });
    } catch (error) {
      // The last good configuration stays in use.
      metrics.reloaded(loaded.hash, false);
      log.error('encryption configuration not reloaded', { error: messageOf(error) });
    }
  };
  const reload = (): Promise<void> => {
    loading ??= reloadOnce().finally(() => {
      loading = undefined;
    });
    return loading;
  };
  const timer: Timer | undefined = options.reload
    ? clock.every(RELOAD_EVERY, () => void reload())
    : undefined;
  return {
    store: encrypted,
    healthChecks: { 'kms-providers': () => problemsOf(loaded.plugins) },
    metrics: () => metrics.render(),
    async reload() {
      await loading;
      await reload();
    },
    close() {
      timer?.cancel();
      for (const plugin of loaded.plugins) plugin.close();
    },
  };
}

async function load(options: EncryptionOptions): Promise<Loaded> {
  const text = readFileSync(options.file, 'utf8');
  const plugins: KmsTransformer[] = [];
  const transformers = new Map<string, Transformer>();
  for (const { resources, providers } of parseConfiguration(text)) {
    const list = providers.map((provider) => prefixed(provider, options, plugins));
    for (const resource of resources) {
      const { group, resource: plural } = groupResource(resource);
      transformers.set(`${plural}.${group}`, new PrefixTransformers(list, 'no matching prefix found'));
    }
  }
  for (const plugin of plugins) {
    await plugin.start();
    await plugin.prefetch(storedWith(options.store, `${KMS_PREFIX}${plugin.name}:`));
  }
  const hash = `sha256:${createHash('sha256').update(text).digest('hex')}`;
  return { hash, transformers, plugins };
}

function prefixed(provider: Provider, options: EncryptionOptions, plugins: KmsTransformer[]): Prefixed {
  const { clock, random, log } = options;
  if (provider.type === 'identity') return { prefix: '', transformer: identity };
  if (provider.type === 'kms') {
    const onError = (error: unknown) =>
      log.warn('KMS plug-in failed', { provider: provider.name, error: messageOf(error) });
    const plugin = new KmsTransformer({ provider, clock, random, onError });
    plugins.push(plugin);
    return { prefix: `${KMS_PREFIX}${provider.name}:`, transformer: plugin };
  }
  const make = provider.type === 'aesgcm' ? aesGcm : aesCbc;
  const keys = provider.keys.map(({ name, key }) => ({ prefix: `${name}:`, transformer: make(key, random) }));
  const transformer = new PrefixTransformers(
    keys,
    'no matching key was found for the provided AES transformer',
  );
  return { prefix: `k8s:enc:${provider.type}:v1:`, transformer };
}

/** The values in the store that begin with `prefix`, without it. */
function* storedWith(store: Store, prefix: string): Generator<Buffer> {
  const start = Buffer.from(prefix);
  for (const { value } of store.range('/registry/').entries)
    if (value.subarray(0, start.length).equals(start)) yield value.subarray(start.length);
}

/** As upstream: the resource itself, then all of its group, then all resources. */
const ruleFor = (rules: Loaded['transformers'], group: string, resource: string): Transformer | undefined =>
  rules.get(`${resource}.${group}`) ?? rules.get(`*.${group}`) ?? rules.get('*.*');

interface Subject {
  readonly group: string;
  readonly resource: string;
}

/** Reads group and resource of a key. Keys are /registry/RESOURCE/… in the core group, else /registry/GROUP/RESOURCE/…. */
function keyReader(): (key: string) => Subject | undefined {
  const core = new Set(
    builtInKinds.filter((kind) => !kind.resource.group).map((kind) => kind.resource.plural),
  );
  return (key) => {
    const [, root, first = '', second = ''] = key.split('/', 4);
    if (root !== 'registry') return undefined;
    return core.has(first) ? { group: '', resource: first } : { group: first, resource: second };
  };
}

function problemsOf(plugins: readonly KmsTransformer[]): string | undefined {
  const problems = plugins.flatMap(({ name, problem }) => (problem ? [`${name}: ${problem}`] : []));
  return problems.length > 0 ? problems.join(', ') : undefined;
}

function versionOf(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false });
  return found ? `${found.ino}:${found.mtimeMs}:${found.size}` : '';
}

/** With upstream's names (storage/value/metrics.go and server/options/encryptionconfig/metrics of k8s.io/apiserver). */
class EncryptionMetrics extends Metrics {
  readonly #transformations = this.registry.counter(
    'apiserver_storage_transformation_operations_total',
    'Total number of transformations. Successful transformation will have a status OK and a varied status string when the transformation fails.',
  );
  readonly #reloads = this.registry.counter(
    'apiserver_encryption_config_controller_automatic_reloads_total',
    'Total number of reload successes and failures of encryption configuration.',
  );
  #hash = '';

  constructor() {
    super();
    this.registry.computed(
      'apiserver_encryption_config_controller_last_config_info',
      'gauge',
      'Information about the last applied encryption configuration with hash as label.',
      () => [[{ hash: this.#hash }, 1]],
    );
  }

  transformed(transformation_type: string, { group, resource }: Subject, failed: boolean): void {
    const status = failed ? 'Unknown' : 'OK';
    this.#transformations.add({
      resource: group ? `${resource}.${group}` : resource,
      status,
      transformation_type,
    });
  }

  loaded(hash: string): void {
    this.#hash = hash;
  }

  reloaded(hash: string, done: boolean): void {
    this.#hash = hash;
    this.#reloads.add({ status: done ? 'success' : 'failure' });
  }
}
