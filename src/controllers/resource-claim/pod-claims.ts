// The claims of one pod: makes those that come from templates, notes their names in the pod's status, and reserves allocated ones for
// a pod that got its node without the scheduler. Called by controller.ts.
import { claimOfEntry, consumerOf } from '../../api/devices/pod-claims.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import type { PodResourceClaim } from '../../api/kinds/core/v1/pod-spec.ts';
import { ResourceClaim } from '../../api/kinds/resource/v1/resource-claim.ts';
import { keyOf, nameOf, namespaceOf, uidOf } from '../../api/meta/v1/object.ts';
import { referenceTo } from '../../client/events/events.ts';
import { messageOf } from '../../kit/message-of.ts';
import type { ControllerContext, Result } from '../framework/controller.ts';
import { OwnWrites } from '../framework/own-writes.ts';
import type { IndexOfClaims } from './index-of-claims.ts';
import type { ClaimInstruments } from './instruments.ts';
import { claimFrom, madeFor, mustMake, needsNoClaims, toReserve } from './plan.ts';

/** Upstream's field manager of the pod's status. */
const FIELD_MANAGER = 'ResourceClaimController';

export class PodClaims {
  readonly #context: ControllerContext;
  readonly #index: IndexOfClaims;
  readonly #instruments: ClaimInstruments;
  readonly #writes: OwnWrites;

  constructor(context: ControllerContext, index: IndexOfClaims, instruments: ClaimInstruments) {
    this.#context = context;
    this.#index = index;
    this.#instruments = instruments;
    this.#writes = new OwnWrites(context.clock);
  }

  async reconcile(key: string): Promise<Result | undefined> {
    const pod = this.#index.pods.lister.byKey(key);
    if (!pod || needsNoClaims(pod)) return undefined;
    // A claim that was made may not be in the cache yet: another one would be made.
    const behind = this.#writes.behindMs(uidOf(pod), this.#index.claims.lister);
    if (behind > 0) return { requeueAfter: behind };
    const names = await this.#make(pod);
    // The pod comes again with its new status.
    if (names.size > 0) return void (await this.#note(pod, names));
    for (const claim of toReserve(pod, this.#index.claim)) await this.#reserve(claim, pod);
    return undefined;
  }

  /** Names of the claims, by entry, that the pod's status has to show and does not. */
  async #make(pod: Readonly<Pod>): Promise<ReadonlyMap<string, string>> {
    const names = new Map<string, string>();
    for (const entry of pod.spec?.resourceClaims ?? []) {
      try {
        const name = await this.#nameFor(pod, entry);
        if (name !== undefined) names.set(entry.name, name);
      } catch (error) {
        const message = `PodResourceClaim ${entry.name}: ${messageOf(error)}`;
        this.#context.events.record(referenceTo(Pod, pod), 'Warning', 'FailedResourceClaimCreation', message);
        throw new Error(`pod ${keyOf(pod)}, ${message}`, { cause: error });
      }
    }
    return names;
  }

  async #nameFor(pod: Readonly<Pod>, entry: Readonly<PodResourceClaim>): Promise<string | undefined> {
    const named = claimOfEntry(pod, entry);
    if (named.state === 'unsupported')
      throw new Error(`checking for claim before creating it: ${named.message}`);
    if (!mustMake(pod, entry, this.#index.claim)) return undefined;
    // One that was made before the status could be written.
    const orphan = madeFor(entry.name, this.#index.ownedBy(pod));
    return nameOf(orphan ?? (await this.#create(pod, entry)));
  }

  async #create(pod: Readonly<Pod>, entry: Readonly<PodResourceClaim>): Promise<ResourceClaim> {
    const name = entry.resourceClaimTemplateName ?? '';
    const template = this.#index.templates.lister.get(name, namespaceOf(pod));
    if (!template)
      throw new Error(
        `resource claim template "${name}": resourceclaimtemplate.resource.k8s.io "${name}" not found`,
      );
    const claim = claimFrom(template, pod, entry.name);
    try {
      const created = await this.#context.client.create(ResourceClaim, claim);
      this.#writes.wrote(uidOf(pod), created);
      this.#instruments.created(claim, 'success');
      return created;
    } catch (error) {
      this.#instruments.created(claim, 'failure');
      throw new Error(`create ResourceClaim : ${messageOf(error)}`, { cause: error });
    }
  }

  /** All claims that were made are named, since what an applied list leaves out is removed from the status. */
  async #note(pod: Readonly<Pod>, names: ReadonlyMap<string, string>): Promise<void> {
    const before = (pod.status?.resourceClaimStatuses ?? []).filter(({ name }) => !names.has(name));
    const made = [...names].map(([name, resourceClaimName]) => ({ name, resourceClaimName }));
    const applied = {
      ...{ apiVersion: 'v1', kind: 'Pod' },
      metadata: { name: nameOf(pod), namespace: namespaceOf(pod), uid: uidOf(pod) },
      status: { resourceClaimStatuses: [...before, ...made] },
    };
    await this.#context.client.patch(Pod, nameOf(pod), namespaceOf(pod), 'apply', applied, {
      ...{ fieldManager: FIELD_MANAGER, force: true, subresource: 'status' },
    });
  }

  /** Not a patch: it has to fail if the claim has changed since. */
  async #reserve(claim: Readonly<ResourceClaim>, pod: Readonly<Pod>): Promise<void> {
    const reservedFor = [...(claim.status?.reservedFor ?? []), consumerOf(pod)];
    const changed = { ...claim, status: { ...claim.status, reservedFor } };
    await this.#context.client.update(ResourceClaim, changed, { subresource: 'status' });
  }
}
