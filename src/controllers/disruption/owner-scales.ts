// How many pods the controllers of pods want: of the built-in workloads as cached, of any other kind as its scale subresource
// says. Follows the finders of pkg/controller/disruption.
import { Deployment } from '../../api/kinds/apps/v1/deployment.ts';
import { ReplicaSet } from '../../api/kinds/apps/v1/replica-set.ts';
import { StatefulSet } from '../../api/kinds/apps/v1/stateful-set.ts';
import type { Scale } from '../../api/kinds/autoscaling/v1/scale.ts';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { ReplicationController } from '../../api/kinds/core/v1/replication-controller.ts';
import { controllerOf, nameOf, namespaceOf, uidOf } from '../../api/meta/v1/object.ts';
import type { OwnerReference } from '../../api/meta/v1/object-meta.ts';
import type { AnyResource, KubeObject } from '../../api/meta/v1/resource.ts';
import { isNotFound } from '../../api/status/status-error.ts';
import { type ControllerContext, reads, type Watch } from '../framework/controller.ts';
import { discoveredKinds, type Kinds, noMatch } from '../framework/discovered-kinds.ts';

interface Scalable extends KubeObject {
  readonly spec?: { readonly replicas?: number };
}

interface Wanted {
  readonly uid: string;
  readonly replicas: number;
}

/** What the owners of a budget's pods want in all. */
export interface OwnersScale {
  readonly replicas: number;
  /** Some of the pods have no controller. */
  readonly unmanaged: boolean;
}

export class OwnerScales {
  readonly #context: ControllerContext;
  readonly #kinds: Kinds;
  readonly #cached = new Map<string, (name: string, namespace: string) => Readonly<Scalable> | undefined>();
  readonly watches: Watch[] = [];

  constructor(context: ControllerContext) {
    this.#context = context;
    this.#kinds = discoveredKinds(context, context.clock);
    for (const kind of [Deployment, ReplicaSet, ReplicationController, StatefulSet]) this.#cache(kind);
  }

  #cache<R extends AnyResource>(kind: R): void {
    const informer = this.#context.informers.informer(kind);
    const { group, kind: name } = kind.resource;
    this.#cached.set(`${group}/${name}`, (...of) => informer.lister.get(...of));
    this.watches.push(reads(informer));
  }

  /** Each owner is counted once. Throws when one is not found, or cannot be scaled. */
  async of(pods: readonly Readonly<Pod>[]): Promise<OwnersScale> {
    const seen = new Set<string>();
    const wanted = new Map<string, number>();
    let unmanaged = false;
    for (const pod of pods) {
      const owner = controllerOf(pod);
      if (!owner) unmanaged = true;
      else if (!seen.has(owner.uid)) {
        seen.add(owner.uid);
        const found = await this.#wantedBy(owner, namespaceOf(pod));
        if (!found) throw new Error(`found no controllers for pod ${JSON.stringify(nameOf(pod))}`);
        wanted.set(found.uid, found.replicas);
      }
    }
    return { replicas: [...wanted.values()].reduce((sum, count) => sum + count, 0), unmanaged };
  }

  async #wantedBy(owner: OwnerReference, namespace: string): Promise<Wanted | undefined> {
    return this.#cachedScale(owner, namespace) ?? this.#readScale(owner, namespace);
  }

  /** The topmost known owner: a deployment rather than one of its replica sets. */
  #cachedScale(owner: OwnerReference, namespace: string): Wanted | undefined {
    const found = this.#cached.get(`${groupOf(owner)}/${owner.kind}`)?.(owner.name, namespace);
    if (!found || uidOf(found) !== owner.uid) return undefined;
    const above = owner.kind === 'ReplicaSet' ? controllerOf(found) : undefined;
    if (above?.kind === 'Deployment') return this.#cachedScale(above, namespace);
    return { uid: owner.uid, replicas: found.spec?.replicas ?? 1 };
  }

  async #readScale(owner: OwnerReference, namespace: string): Promise<Wanted | undefined> {
    const group = groupOf(owner);
    const [kind] = await this.#kinds.named(group, owner.kind);
    if (!kind) throw new Error(noMatch(group, owner.kind));
    const { plural, subresources } = kind.resource;
    if (!subresources?.scale)
      throw new Error(`${group ? `${plural}.${group}` : plural} does not implement the scale subresource`);
    try {
      const options = { subresource: 'scale' };
      const scale = parsed(await this.#context.client.get(kind, owner.name, namespace, options));
      if (scale.metadata?.uid !== owner.uid) return undefined;
      return { uid: owner.uid, replicas: scale.spec?.replicas ?? 0 };
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }
}

const groupOf = ({ apiVersion }: OwnerReference): string =>
  apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';

/** What the subresource gives is no object of the kind. */
const parsed = (scale: object): Scale => scale as Scale;
