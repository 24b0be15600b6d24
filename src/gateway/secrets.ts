// Watches the Secrets that Ingresses name, each by its name: the others of the cluster are never read. Called by door.ts.
import { Secret } from '../api/kinds/core/v1/secret.ts';
import type { Ingress } from '../api/kinds/networking/v1/ingress.ts';
import { splitKey } from '../api/meta/v1/object.ts';
import type { InformerFactory, InformerOf } from '../client/informer/factory.ts';
import { PREFIX } from './ingress/annotations/read.ts';
import { isName } from './model/alphabets.ts';

interface Watched {
  readonly factory: InformerFactory;
  readonly informer: InformerOf<typeof Secret>;
}

export class WatchedSecrets {
  readonly #make: () => InformerFactory;
  readonly #changed: () => void;
  readonly #watched = new Map<string, Watched>();

  /** `make` gives a factory of its own for each, to end it alone. */
  constructor(make: () => InformerFactory, changed: () => void) {
    this.#make = make;
    this.#changed = changed;
  }

  get(namespace: string, name: string): Readonly<Secret> | undefined {
    return this.#watched.get(`${namespace}/${name}`)?.informer.lister.get(name, namespace);
  }

  /** Resolves when the Secrets of these Ingresses are known. */
  async watch(ingresses: readonly Readonly<Ingress>[]): Promise<void> {
    const wanted = new Set(ingresses.flatMap(secretsOf));
    for (const [key, { factory }] of this.#watched)
      if (!wanted.has(key)) {
        factory.stop();
        this.#watched.delete(key);
      }
    for (const key of wanted) if (!this.#watched.has(key)) this.#start(key);
    await Promise.all([...this.#watched.values()].map(({ informer }) => informer.synced()));
  }

  stop(): void {
    for (const { factory } of this.#watched.values()) factory.stop();
    this.#watched.clear();
  }

  #start(key: string): void {
    const { namespace, name } = splitKey(key);
    const factory = this.#make();
    const informer = factory.informer(Secret, { namespace, fieldSelector: `metadata.name=${name}` });
    informer.addHandler({ onAdd: this.#changed, onUpdate: this.#changed, onDelete: this.#changed });
    factory.start();
    this.#watched.set(key, { factory, informer });
  }
}

/** Keys; only of the Ingress's own namespace. */
export function secretsOf({ metadata, spec }: Readonly<Ingress>): string[] {
  const auth = metadata.annotations?.[`${PREFIX}auth-secret`]?.trim().replace(`${metadata.namespace}/`, '');
  return [...(spec?.tls ?? []).map(({ secretName }) => secretName), auth]
    .filter((name) => name !== undefined && isName(name) && name !== '')
    .map((name) => `${metadata.namespace}/${name}`);
}
