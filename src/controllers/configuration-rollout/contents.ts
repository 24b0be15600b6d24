// The contents of ConfigMaps and Secrets, as hashes: nothing else of them is kept. Begins with the first workload that asks for it, and ends
// with the last.
import { createHash, createHmac } from 'node:crypto';
import { ConfigMap } from '../../api/kinds/core/v1/config-map.ts';
import { Secret } from '../../api/kinds/core/v1/secret.ts';
import { nameOf, namespaceOf } from '../../api/meta/v1/object.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import { InformerFactory } from '../../client/informer/factory.ts';
import type { ControllerContext } from '../framework/controller.ts';
import { type Use, useKey } from './uses.ts';

const HASH = 'hash';

export class Contents {
  readonly #context: ControllerContext;
  readonly #changed: (key: string) => void;
  #factory: InformerFactory | undefined;

  /** `changed` is called with the key of an object whose content came, changed or went. */
  constructor(context: ControllerContext, changed: (key: string) => void) {
    this.#context = context;
    this.#changed = changed;
  }

  /** Resolves when all contents are known. */
  async begin(): Promise<void> {
    if (!this.#factory) {
      const { client, clock, random, log } = this.#context;
      this.#factory = new InformerFactory({ client, clock, random, log, transform: hashed });
      for (const kind of [ConfigMap, Secret] as const) {
        const tell = (object: Readonly<KubeObject>) =>
          this.#changed(
            useKey({ kind: kind.resource.kind as Use['kind'], name: nameOf(object) }, namespaceOf(object)),
          );
        this.#factory.informer<typeof kind>(kind).addHandler({
          onAdd: tell,
          onUpdate: (object, old) => {
            if (hashIn(object) !== hashIn(old)) tell(object);
          },
          onDelete: tell,
        });
      }
      this.#factory.start();
    }
    await this.#factory.synced();
  }

  end(): void {
    this.#factory?.stop();
    this.#factory = undefined;
  }

  /** Undefined when there is no such object. */
  hashOf({ kind, name }: Use, namespace: string): string | undefined {
    const informer = this.#factory?.informer(kind === 'ConfigMap' ? ConfigMap : Secret);
    const found = informer?.lister.get(name, namespace);
    return found && hashIn(found);
  }
}

const hashIn = ({ metadata }: Readonly<KubeObject>): string => metadata.annotations?.[HASH] ?? '';

interface WithContent extends KubeObject {
  readonly data?: Readonly<Record<string, string>>;
  readonly binaryData?: Readonly<Record<string, string>>;
}

function hashed(object: KubeObject): KubeObject {
  const { apiVersion, kind, metadata } = object;
  const { name, namespace, uid, resourceVersion } = metadata;
  const { data = {}, binaryData = {} } = object as WithContent;
  const annotations = { [HASH]: contentHash([data, binaryData], kind === 'Secret' ? uid : undefined) };
  return {
    apiVersion,
    kind,
    metadata: {
      ...(name && { name }),
      ...(namespace && { namespace }),
      ...(uid && { uid }),
      ...(resourceVersion && { resourceVersion }),
      annotations,
    },
  };
}

/**
 * The same for the same content and key, whatever the order of names. More people may read workloads than Secrets: from a hash alone they
 * could find out a short value by trying. Only who may read a Secret knows its uid, which is the key.
 */
export function contentHash(maps: readonly Readonly<Record<string, string>>[], key = ''): string {
  const hash = createHmac('sha256', key);
  for (const map of maps) {
    const keys = Object.keys(map).sort();
    hash.update(`${keys.length};`);
    // Lengths keep apart what stands in two keys.
    for (const key of keys) hash.update(`${key.length}:${key}${map[key]!.length}:${map[key]!}`);
  }
  return hash.digest('hex').slice(0, 32);
}

/** Of all that a template uses; undefined while something that it needs is missing. */
export function configurationHash(
  uses: readonly Use[],
  hashOf: (use: Use) => string | undefined,
): string | undefined {
  const hash = createHash('sha256');
  for (const use of uses) {
    const content = hashOf(use);
    if (content === undefined && !use.optional) return undefined;
    hash.update(`${use.kind}/${use.name}=${content ?? ''};`);
  }
  return hash.digest('hex').slice(0, 32);
}
