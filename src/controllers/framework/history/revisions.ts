// The past templates of daemon sets and stateful sets, kept as ControllerRevisions: what `kubectl rollout history` shows
// and `rollout undo` puts back. Finds or creates the revision of the present template and deletes the oldest ones.
// Follows pkg/controller/history and the daemon set's constructHistory.
import { ControllerRevision } from '../../../api/kinds/apps/v1/controller-revision.ts';
import type { PodTemplateSpec } from '../../../api/kinds/core/v1/pod-spec.ts';
import { controllerReference, labelsOf, nameOf, namespaceOf, uidOf } from '../../../api/meta/v1/object.ts';
import type { KubeObject } from '../../../api/meta/v1/resource.ts';
import { isAlreadyExists, isNotFound } from '../../../api/status/status-error.ts';
import { carryDigits } from '../../../kit/json/carried-digits.ts';
import { type ControllerContext, reads, type Watch } from '../controller.ts';
import { OwnedObjects } from '../ownership/owned-objects.ts';
import type { OwnerKind } from '../ownership/owner-kind.ts';
import { sameMeaning } from '../same-meaning.ts';
import { hashOf } from './template-hash.ts';

/** The label that carries a revision's hash, on the revision and on pods made from it. */
export const REVISION_HASH = 'controller-revision-hash';

/** An object whose template has revisions. */
export type WithHistory = KubeObject & {
  readonly spec?: { readonly template: PodTemplateSpec; readonly revisionHistoryLimit?: number };
  readonly status?: { readonly collisionCount?: number };
};

export interface History {
  /** The revision of the present template. */
  readonly current: Readonly<ControllerRevision>;
  /** All of them, oldest first, the current one last. */
  readonly all: readonly Readonly<ControllerRevision>[];
}

const DEFAULT_LIMIT = 10;

export class Revisions<O extends WithHistory> {
  readonly #context: ControllerContext;
  readonly #owners: OwnerKind<O>;
  readonly #objects: OwnedObjects<O, ControllerRevision & KubeObject>;
  readonly #noStatus: NonNullable<O['status']>;
  readonly watch: Watch;

  /** `noStatus`: the status of an owner that has none yet. */
  constructor(context: ControllerContext, owners: OwnerKind<O>, noStatus: NonNullable<O['status']>) {
    this.#context = context;
    this.#owners = owners;
    this.#noStatus = noStatus;
    const informer = context.informers.informer(ControllerRevision);
    this.#objects = new OwnedObjects(context, owners, { kind: ControllerRevision, informer });
    this.watch = reads(informer);
  }

  /** The history of an owner, with a revision for its present template. */
  async historyOf(owner: Readonly<O>): Promise<History> {
    const known = [...(await this.#objects.claim(owner))].sort((a, b) => a.revision - b.revision);
    const data = templatePatch(owner.spec!.template);
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

  /** Deletes the oldest beyond the owner's limit, but neither the current one nor one whose hash is in use by a pod. */
  async trim(owner: Readonly<O>, history: History, inUse: ReadonlySet<string>): Promise<void> {
    const limit = owner.spec?.revisionHistoryLimit ?? DEFAULT_LIMIT;
    const unused = history.all.filter(
      (revision) => revision !== history.current && !inUse.has(hashLabel(revision)),
    );
    for (const revision of unused.slice(0, Math.max(0, unused.length - limit)))
      await this.#context.client
        .delete(ControllerRevision, nameOf(revision), namespaceOf(revision))
        .catch((error: unknown) => {
          if (!isNotFound(error)) throw error;
        });
  }

  async #create(
    owner: Readonly<O>,
    data: Record<string, unknown>,
    revision: number,
  ): Promise<Readonly<ControllerRevision>> {
    const hash = hashOf(data, owner.status?.collisionCount ?? 0);
    const metadata = {
      name: `${nameOf(owner)}-${hash}`,
      namespace: namespaceOf(owner),
      labels: { ...owner.spec?.template.metadata?.labels, [REVISION_HASH]: hash },
      annotations: { ...owner.metadata.annotations },
      ownerReferences: [controllerReference(this.#owners.kind, owner)],
    };
    const { client } = this.#context;
    try {
      const object = { apiVersion: 'apps/v1', kind: 'ControllerRevision', metadata, data, revision };
      return await client.create(ControllerRevision, object);
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
    }
    const found = await client.get(ControllerRevision, metadata.name, metadata.namespace);
    if (sameMeaning(found.data, data)) return found;
    return this.#countCollision(owner, metadata.name);
  }

  /** The hash has met another template: the next attempt, with a higher count, gets another hash. */
  async #countCollision(owner: Readonly<O>, name: string): Promise<never> {
    const collisionCount = (owner.status?.collisionCount ?? 0) + 1;
    await this.#owners.updateStatus({
      ...owner,
      status: { ...this.#noStatus, ...owner.status, collisionCount },
    });
    throw new Error(`controller revision ${name} holds another template`);
  }

  #renumber(found: Readonly<ControllerRevision>, revision: number): Promise<ControllerRevision> {
    return this.#context.client.update(ControllerRevision, { ...found, revision });
  }
}

export const hashLabel = (object: { readonly metadata: KubeObject['metadata'] }): string =>
  labelsOf(object)[REVISION_HASH] ?? '';

/** The strategic merge patch that puts a template back. Clients compare its bytes: keys are sorted, as Go writes a map. */
function templatePatch(template: Readonly<PodTemplateSpec>): Record<string, unknown> {
  return { spec: { template: sortedKeys({ ...template, $patch: 'replace' }) } };
}

function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedKeys);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return carryDigits(value, Object.fromEntries(members.map(([key, member]) => [key, sortedKeys(member)])));
}

/** The template that a revision keeps. */
export function templateIn(revision: Readonly<ControllerRevision>): PodTemplateSpec {
  const { spec } = revision.data as { spec: { template: Record<string, unknown> } };
  const { $patch: _, ...template } = spec.template;
  return template as PodTemplateSpec;
}
