// Does what the plans of claims and volumes say: writes, one after the other, and events. Upstream: pv_controller.go.
import { PersistentVolume } from '../../api/kinds/core/v1/persistent-volume.ts';
import { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import { nameOf } from '../../api/meta/v1/object.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import { isNotFound } from '../../api/status/status-error.ts';
import {
  BETA_STORAGE_PROVISIONER,
  BIND_COMPLETED,
  BOUND_BY_CONTROLLER,
  STORAGE_PROVISIONER,
} from '../../api/volumes/annotations.ts';
import { boundTo } from '../../api/volumes/binding.ts';
import { classOfVolume } from '../../api/volumes/classes.ts';
import { externalProvisioner, migrated } from '../../api/volumes/provisioners.ts';
import { referenceTo } from '../../client/events/events.ts';
import type { ControllerContext } from '../framework/controller.ts';
import type { Latest } from '../framework/latest.ts';
import { sameMeaning } from '../framework/same-meaning.ts';
import { claimStatus } from './claim-status.ts';
import type { BinderMetrics } from './metrics.ts';
import type { Operations } from './operations.ts';
import { type ClaimView, planClaim, type Report } from './plan-claim.ts';
import { planVolume, unbound, type VolumePlan } from './plan-volume.ts';

type Claim = Readonly<PersistentVolumeClaim & KubeObject>;
type Volume = Readonly<PersistentVolume & KubeObject>;
type ClaimPhase = Parameters<typeof claimStatus>[1];
type VolumePhase = 'Available' | 'Bound' | 'Released' | 'Failed';

export interface BinderOptions {
  readonly context: ControllerContext;
  readonly claims: Latest<PersistentVolumeClaim & KubeObject>;
  readonly volumes: Latest<PersistentVolume & KubeObject>;
  readonly view: ClaimView;
  readonly metrics: BinderMetrics;
  readonly operations: Operations;
}

export class Binder {
  readonly #options: BinderOptions;

  constructor(options: BinderOptions) {
    this.#options = options;
  }

  /** Whether the claim is to be looked at again, though nothing changes. */
  async syncClaim(key: string): Promise<boolean> {
    const found = this.#options.claims.get(key);
    if (!found) return false;
    const claim = await this.#claimOfDriver(found);
    const { operations } = this.#options;
    const plan = planClaim(claim, this.#options.view);
    switch (plan.do) {
      case 'bind':
        await operations.attempt(key, () => this.#bind(plan.volume as Volume, claim));
        operations.done(key);
        return false;
      case 'wait':
        if (plan.report) this.#reportClaim(claim, plan.report);
        await this.#setClaimStatus(claim, 'Pending');
        return true;
      case 'assignClass':
        await this.#options.metrics.assigning(() =>
          this.#updateClaim({ ...claim, spec: { ...claim.spec, storageClassName: plan.name } }),
        );
        return true;
      case 'provision':
        operations.begin(key, 'provision', plan.provisioner);
        await operations.attempt(key, () => this.#askFor(plan.provisioner, claim));
        this.#reportClaim(claim, plan.report);
        return true;
      case 'report':
        this.#reportClaim(claim, plan.report);
        if (plan.error) throw new Error(plan.error);
        return true;
      case 'lose':
        if (claim.status?.phase === 'Lost') return false;
        await this.#setClaimStatus(claim, 'Lost');
        this.#reportClaim(claim, plan.report);
        return false;
    }
  }

  /** The key of a claim that is to be looked at, if there is one. */
  async syncVolume(name: string): Promise<string | undefined> {
    const found = this.#options.volumes.get(name);
    if (!found) return undefined;
    const volume = await this.#volumeOfDriver(found);
    const plan = planVolume(volume, await this.#claimOf(volume));
    switch (plan.do) {
      case 'phase':
        await this.#setPhase(volume, plan.phase);
        return undefined;
      case 'bind': {
        const { namespace, name: claim } = volume.spec?.claimRef ?? {};
        return `${namespace}/${claim}`;
      }
      case 'mismatch': {
        const { events } = this.#options.context;
        events.record(referenceTo(PersistentVolume, volume), 'Warning', 'VolumeMismatch', plan.ofVolume);
        const claim = referenceTo(PersistentVolumeClaim, plan.claim);
        events.record(claim, 'Warning', 'VolumeMismatch', plan.ofClaim);
        return undefined;
      }
      case 'unbind':
        await this.#setPhase(await this.#updateVolume(unbound(volume, BOUND_BY_CONTROLLER)), 'Available');
        return undefined;
      case 'release':
        await this.#release(volume, plan);
        return undefined;
    }
  }

  /** Each step is made only if it is missing: any of them may have failed before. */
  async #bind(found: Volume, claim: Claim): Promise<void> {
    const referring = boundTo(found, claim);
    const written = referring === found ? found : await this.#updateVolume(referring as Volume);
    const volume = await this.#setPhase(written, 'Bound');
    const bound = await this.#bindClaim(claim, nameOf(volume));
    await this.#setClaimStatus(bound, 'Bound', volume);
  }

  async #bindClaim(claim: Claim, volumeName: string): Promise<Claim> {
    const { metadata, spec } = claim;
    const isNew = spec?.volumeName !== volumeName;
    const annotations = metadata.annotations ?? {};
    if (!isNew && annotations[BIND_COMPLETED] !== undefined) return claim;
    const marks = {
      ...(isNew && { [BOUND_BY_CONTROLLER]: 'yes' }),
      [BIND_COMPLETED]: 'yes',
    };
    return this.#updateClaim({
      ...claim,
      metadata: { ...metadata, annotations: { ...marks, ...annotations } },
      spec: { ...spec, volumeName },
    });
  }

  async #askFor(provisioner: string, claim: Claim): Promise<void> {
    const annotations = claim.metadata.annotations ?? {};
    if (annotations[STORAGE_PROVISIONER] === provisioner) return;
    const named = {
      ...annotations,
      [BETA_STORAGE_PROVISIONER]: provisioner,
      [STORAGE_PROVISIONER]: provisioner,
    };
    const metadata = { ...claim.metadata, annotations: migrated(named, 'claim') ?? named };
    try {
      await this.#updateClaim({ ...claim, metadata });
    } catch (error) {
      const message = `Error saving claim: ${error instanceof Error ? error.message : error}`;
      this.#reportClaim(claim, { type: 'Warning', reason: 'ProvisioningFailed', message });
      throw error;
    }
  }

  async #release(volume: Volume, { failed }: Extract<VolumePlan, { do: 'release' }>): Promise<void> {
    const isNew = !isReleased(volume);
    const released = isNew ? await this.#setPhase(volume, 'Released') : volume;
    this.#awaitDeletion(volume);
    if (!failed || released.status?.phase === 'Failed') return;
    await this.#setPhase(released, 'Failed', failed.message);
    const reference = referenceTo(PersistentVolume, volume);
    this.#options.context.events.record(reference, 'Warning', failed.reason, failed.message);
  }

  #awaitDeletion(volume: Volume): void {
    const { operations, view } = this.#options;
    if (volume.spec?.persistentVolumeReclaimPolicy !== 'Delete') return;
    const found = view.class(classOfVolume(volume));
    const provisioner = found && externalProvisioner(found.provisioner);
    operations.begin(
      nameOf(volume),
      'delete',
      provisioner && 'name' in provisioner ? provisioner.name : 'N/A',
    );
  }

  /** The claim that the volume refers to. The API is asked before the volume is released: the cache may be behind. */
  async #claimOf(volume: Volume): Promise<Claim | undefined> {
    const { uid, namespace = '', name = '' } = volume.spec?.claimRef ?? {};
    if (!uid) return undefined;
    const cached = this.#options.claims.get(`${namespace}/${name}`);
    if (cached?.metadata.uid === uid) return cached;
    if (!cached && isReleased(volume)) return undefined;
    try {
      const claim = await this.#options.context.client.get(PersistentVolumeClaim, name, namespace);
      return claim.metadata.uid === uid ? claim : undefined;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  async #claimOfDriver(claim: Claim): Promise<Claim> {
    const annotations = migrated(claim.metadata.annotations, 'claim');
    return annotations
      ? this.#updateClaim({ ...claim, metadata: { ...claim.metadata, annotations } })
      : claim;
  }

  async #volumeOfDriver(volume: Volume): Promise<Volume> {
    const annotations = migrated(volume.metadata.annotations, 'volume');
    return annotations
      ? this.#updateVolume({ ...volume, metadata: { ...volume.metadata, annotations } })
      : volume;
  }

  async #setClaimStatus(claim: Claim, phase: ClaimPhase, volume?: Volume): Promise<void> {
    const status = claimStatus(claim, phase, volume);
    if (sameMeaning(status, claim.status)) return;
    const { client } = this.#options.context;
    const written = await client.update(
      PersistentVolumeClaim,
      { ...claim, status },
      { subresource: 'status' },
    );
    this.#options.claims.wrote(written);
  }

  async #setPhase(volume: Volume, phase: VolumePhase, message = ''): Promise<Volume> {
    if (volume.status?.phase === phase) return volume;
    const { message: _, ...others } = volume.status ?? {};
    const status = { ...others, phase, ...(message && { message }) };
    const { client } = this.#options.context;
    const written = await client.update(PersistentVolume, { ...volume, status }, { subresource: 'status' });
    this.#options.volumes.wrote(written);
    return written;
  }

  async #updateClaim(claim: Claim): Promise<Claim> {
    const written = await this.#options.context.client.update(PersistentVolumeClaim, claim);
    this.#options.claims.wrote(written);
    return written;
  }

  async #updateVolume(volume: Readonly<PersistentVolume>): Promise<Volume> {
    const written = await this.#options.context.client.update(PersistentVolume, volume);
    this.#options.volumes.wrote(written);
    return written;
  }

  #reportClaim(claim: Claim, { type, reason, message }: Report): void {
    const { events } = this.#options.context;
    events.record(referenceTo(PersistentVolumeClaim, claim), type, reason, message);
  }
}

const isReleased = ({ status }: Volume): boolean =>
  status?.phase === 'Released' || status?.phase === 'Failed';
