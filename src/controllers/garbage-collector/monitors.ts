// Feeds the graph: an informer for every kind that can be listed, watched and deleted, including custom kinds that are
// added and removed while it runs.
import { type AnyResource, apiVersionOf, type KubeObject } from '../../api/meta/v1/resource.ts';
import { Scheme } from '../../api/scheme/scheme.ts';
import type { ControllerContext } from '../framework/controller.ts';
import type { OwnerGraph } from './graph.ts';

/** Upstream's initial sync timeout (kubernetes/kubernetes#125796). */
const SYNC_TIMEOUT_MS = 30_000;

interface Monitor {
  readonly kind: AnyResource;
  readonly synced: Promise<void>;
  readonly stop: () => void;
}

export class Monitors {
  readonly #context: ControllerContext;
  readonly #graph: OwnerGraph;
  readonly #byResource = new Map<string, Monitor>();
  readonly #known = new Scheme();
  readonly #stopping = new AbortController();
  #kinds = new Map<string, AnyResource>();

  constructor(context: ControllerContext, graph: OwnerGraph) {
    this.#context = context;
    this.#graph = graph;
  }

  /** The kind that a reference names, if the server serves it. */
  kind(apiVersion: string, kind: string): AnyResource | undefined {
    return this.#kinds.get(`${apiVersion}/${kind}`);
  }

  /**
   * Repeats discovery and follows the kinds found; resolves when every cache is filled, or after 30 s without those that
   * cannot be listed.
   */
  async refresh(): Promise<void> {
    const { kinds, stale } = await this.#context.discover();
    const wanted = new Map(kinds.filter(isCollected).map((kind) => [resourceKey(kind), kind]));
    this.#kinds = new Map(
      kinds
        .filter((kind) => !kind.resource.plural.includes('/'))
        .map((kind) => [`${apiVersionOf(kind.resource)}/${kind.resource.kind}`, this.#typed(kind)]),
    );
    for (const [key, kind] of wanted)
      if (!this.#byResource.has(key)) this.#byResource.set(key, this.#follow(this.#typed(kind)));
    for (const [key, monitor] of this.#byResource)
      if (!wanted.has(key) && stale.length === 0) this.#drop(key, monitor);
    await this.#filled();
  }

  /**
   * One kind that cannot be listed (its conversion webhook is down, say) must not stop the collection of all others. Owners
   * are read live before a deletion; only blockOwnerDeletion of objects of that kind is missed, as upstream.
   */
  async #filled(): Promise<void> {
    const over = new AbortController();
    const caches = [...this.#byResource.values()].map((monitor) => monitor.synced);
    const filled = Promise.all(caches).then(() => true);
    const timeout = this.#context.clock
      .sleep(SYNC_TIMEOUT_MS, AbortSignal.any([over.signal, this.#stopping.signal]))
      .then(
        () => false,
        () => true,
      );
    if (!(await Promise.race([filled, timeout])))
      this.#context.log.warn('some kinds could not be listed; collecting garbage without them');
    over.abort();
  }

  stop(): void {
    this.#stopping.abort();
    for (const monitor of this.#byResource.values()) monitor.stop();
  }

  /** Built-in kinds share the process's informer. */
  #typed(kind: AnyResource): AnyResource {
    const { group, version, plural } = kind.resource;
    return this.#known.resource(group, version, plural) ?? kind;
  }

  #follow(kind: AnyResource): Monitor {
    const informer = this.#context.informers.informer(kind);
    const see = (object: Readonly<KubeObject>) => this.#graph.observe(kind, object);
    const stop = informer.addHandler({
      onAdd: see,
      onUpdate: see,
      onDelete: (object: Readonly<KubeObject>) => this.#graph.forget(object.metadata.uid ?? ''),
    });
    return { kind, synced: informer.synced(), stop };
  }

  #drop(key: string, monitor: Monitor): void {
    monitor.stop();
    this.#byResource.delete(key);
    this.#graph.forgetKind(monitor.kind);
    this.#context.informers.drop(monitor.kind);
  }
}

const resourceKey = ({ resource }: AnyResource): string =>
  `${resource.group}/${resource.version}/${resource.plural}`;

/** Events are ignored, as upstream does: there are many and they have no owners. */
function isCollected({ resource }: AnyResource): boolean {
  const verbs: readonly string[] = resource.verbs ?? [];
  const complete = ['delete', 'list', 'watch'].every((verb) => verbs.includes(verb));
  return complete && resource.plural !== 'events';
}
