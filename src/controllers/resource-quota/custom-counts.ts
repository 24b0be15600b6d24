// Follows the custom kinds that quotas count (`count/ships.example.com`), and no others: an informer for each, from the time that
// a quota names it. Discovery is repeated at most every 30 s, as upstream, and only while a quota names a kind that is not built in.
import type { AnyResource, KubeObject } from '../../api/meta/v1/resource.ts';
import { countName } from '../../api/quota/usage.ts';
import type { InformerOf } from '../../client/informer/factory.ts';
import { indexByNamespace } from '../../client/informer/indices.ts';
import type { ControllerContext } from '../framework/controller.ts';

export const DISCOVERY_MS = 30_000;

export interface Counted {
  readonly kind: AnyResource;
  readonly informer: InformerOf<AnyResource>;
}

export class CustomCounts {
  readonly #context: ControllerContext;
  readonly #onChange: (object: Readonly<KubeObject>) => void;
  readonly #followed = new Map<string, Counted & { readonly stop: () => void }>();
  #discovered: Promise<void> | undefined;
  #served = new Map<string, AnyResource>();
  /** On the monotonic clock. */
  #lookedAt = Number.NEGATIVE_INFINITY;

  /** `onChange` is called when an object disappears: those that appear are charged by admission. */
  constructor(context: ControllerContext, onChange: (object: Readonly<KubeObject>) => void) {
    this.#context = context;
    this.#onChange = onChange;
  }

  /** Resolves when the kinds of these names that are served have their caches filled. */
  async follow(names: readonly string[]): Promise<void> {
    await this.#look();
    await Promise.all(names.map((name) => this.#followOne(name)));
  }

  get counted(): Iterable<Counted> {
    return this.#followed.values();
  }

  async #followOne(name: string): Promise<void> {
    const kind = this.#served.get(name);
    if (!kind) return;
    let followed = this.#followed.get(name);
    if (!followed) {
      const informer = this.#context.informers.informer<AnyResource>(kind);
      indexByNamespace(informer);
      const see = (object: Readonly<KubeObject>) => this.#onChange(object);
      const stop = informer.addHandler({ onAdd: () => {}, onUpdate: () => {}, onDelete: see });
      followed = { kind, informer, stop };
      this.#followed.set(name, followed);
    }
    await followed.informer.synced();
  }

  /** Several quotas at a time share one discovery. */
  async #look(): Promise<void> {
    const now = this.#context.clock.monotonic();
    if (now - this.#lookedAt < DISCOVERY_MS) return;
    this.#discovered ??= this.#discover().finally(() => {
      this.#discovered = undefined;
    });
    await this.#discovered;
  }

  async #discover(): Promise<void> {
    const { kinds, stale } = await this.#context.discover();
    this.#lookedAt = this.#context.clock.monotonic();
    this.#served = new Map(kinds.filter(isCountable).map((kind) => [countName(kind.resource), kind]));
    for (const [name, followed] of this.#followed) {
      if (this.#served.has(name) || stale.length > 0) continue;
      followed.stop();
      this.#followed.delete(name);
      this.#context.informers.drop(followed.kind);
    }
  }
}

function isCountable({ resource }: AnyResource): boolean {
  const verbs: readonly string[] = resource.verbs ?? [];
  return resource.namespaced && ['list', 'watch'].every((verb) => verbs.includes(verb));
}
