// The past templates of daemon sets and stateful sets, kept as ControllerRevisions: what `kubectl rollout history` shows
// and `rollout undo` puts back. Decides which one is current, makes it when it is new, forgets the oldest.
import { ControllerRevision } from '../../../api/kinds/apps/v1/controller-revision.ts';
import { controllerReference, labelsOf, nameOf, namespaceOf, uidOf } from '../../../api/meta/v1/object.ts';
import type { AnyResource, KubeObject } from '../../../api/meta/v1/resource.ts';
import type { LabelSelector } from '../../../api/selectors/label-selector.ts';
import { isAlreadyExists, isNotFound } from '../../../api/status/status-error.ts';
import { BY_CONTROLLER, indexByController, orphansOf } from '../../../client/informer/indices.ts';
import type { Informer } from '../../../client/informer/informer.ts';
import type { ControllerContext } from '../controller.ts';
import { claim } from '../ownership/claim.ts';
import { sameMeaning } from '../same-meaning.ts';
import { hashOf } from './template-hash.ts';

/** The label that carries a revision's hash, on the revision and on pods made from it. */
export const REVISION_HASH = 'controller-revision-hash';

export interface HistoryOwner {
  readonly kind: AnyResource;
  readonly object: { readonly metadata: KubeObject['metadata'] };
  readonly selector: LabelSelector;
  readonly template: { readonly metadata?: { readonly labels?: Readonly<Record<string, string>> } };
  readonly collisionCount: number;
}

export interface History {
  readonly current: Readonly<ControllerRevision>;
  /** All of them, oldest first, the current one last. */
  readonly all: readonly Readonly<ControllerRevision>[];
}

/** Thrown when a hash met other contents: the owner counts it and tries again with another hash. */
export class HashCollision extends Error {}

export class Revisions {
  readonly #context: ControllerContext;
  readonly informer: Informer<ControllerRevision & KubeObject>;

  constructor(context: ControllerContext) {
    this.#context = context;
    this.informer = context.informers.informer(ControllerRevision);
    indexByController(this.informer);
  }

  /** The history of an owner, with a revision for its template of now. */
  async historyOf(owner: HistoryOwner): Promise<History> {
    const known = (await this.#claimed(owner)).sort((a, b) => a.revision - b.revision);
    const data = templatePatch(owner.template);
    const next = (known.at(-1)?.revision ?? 0) + 1;
    const equal = known.findLast((revision) => sameMeaning(revision.data, data));
    if (!equal) {
      const current = await this.#create(owner, data, next);
      return { current, all: [...known.filter((one) => uidOf(one) !== uidOf(current)), current] };
    }
    const others = known.filter((revision) => revision !== equal);
    const current = equal === known.at(-1) ? equal : await this.#renumber(equal, next);
    return { current, all: [...others, current] };
  }

  /** Deletes the oldest beyond `limit`, but none that is the current one or whose hash some pod still bears. */
  async trim(history: History, limit: number, inUse: ReadonlySet<string>): Promise<void> {
    const idle = history.all.filter(
      (revision) => revision !== history.current && !inUse.has(hashLabel(revision)),
    );
    for (const revision of idle.slice(0, Math.max(0, idle.length - limit)))
      await this.#context.client
        .delete(ControllerRevision, nameOf(revision), namespaceOf(revision))
        .catch((error: unknown) => {
          if (!isNotFound(error)) throw error;
        });
  }

  async #claimed(owner: HistoryOwner): Promise<Readonly<ControllerRevision>[]> {
    const { lister } = this.informer;
    const { client } = this.#context;
    const { object, kind, selector } = owner;
    return claim<ControllerRevision & KubeObject>({
      client,
      owner: object,
      ownerReference: controllerReference(kind, object),
      selector,
      childKind: ControllerRevision,
      children: [
        ...lister.byIndex(BY_CONTROLLER, uidOf(object)),
        ...lister.byIndex(BY_CONTROLLER, orphansOf(namespaceOf(object))),
      ],
      readOwner: async () =>
        (await client.get(kind, nameOf(object), namespaceOf(object))) as unknown as KubeObject,
    });
  }

  async #create(
    owner: HistoryOwner,
    data: Record<string, unknown>,
    revision: number,
  ): Promise<Readonly<ControllerRevision>> {
    const { object, kind, template, collisionCount } = owner;
    const hash = hashOf(data, collisionCount);
    const metadata = {
      name: `${nameOf(object)}-${hash}`,
      namespace: namespaceOf(object),
      labels: { ...template.metadata?.labels, [REVISION_HASH]: hash },
      annotations: { ...object.metadata.annotations },
      ownerReferences: [controllerReference(kind, object)],
    };
    try {
      return await this.#context.client.create(ControllerRevision, {
        apiVersion: 'apps/v1',
        kind: 'ControllerRevision',
        metadata,
        data,
        revision,
      });
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
    }
    const found = await this.#context.client.get(ControllerRevision, metadata.name, metadata.namespace);
    if (sameMeaning(found.data, data)) return found;
    throw new HashCollision(`controller revision ${metadata.name} holds another template`);
  }

  #renumber(found: Readonly<ControllerRevision>, revision: number): Promise<ControllerRevision> {
    return this.#context.client.update(ControllerRevision, { ...found, revision });
  }
}

export const hashLabel = (object: { readonly metadata: KubeObject['metadata'] }): string =>
  labelsOf(object)[REVISION_HASH] ?? '';

/** The strategic merge patch that puts a template back. */
function templatePatch(template: HistoryOwner['template']): Record<string, unknown> {
  return { spec: { template: { ...template, $patch: 'replace' } } };
}

/** The template that a revision keeps. */
export function templateIn<T>(revision: Readonly<ControllerRevision>): T {
  const { spec } = revision.data as { spec: { template: Record<string, unknown> } };
  const { $patch: _, ...template } = spec.template;
  return template as T;
}
