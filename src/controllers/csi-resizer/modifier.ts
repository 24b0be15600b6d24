// Gives volumes the attributes of another VolumeAttributesClass when their claims name one.
// Upstream: pkg/modifycontroller and pkg/modifier of external-resizer.
import type { SecretReference } from '../../api/kinds/core/v1/references.ts';
import type { VolumeAttributesClass } from '../../api/kinds/storage/v1/volume-attributes-class.ts';
import { nameOf } from '../../api/meta/v1/object.ts';
import { isFinal } from '../../csi/errors.ts';
import { controllerModifyVolume } from '../../csi/messages/controller.ts';
import { isGrpcError, rpcErrorText } from '../../kit/grpc/status.ts';
import { type Drivers, reachOf } from '../csi/drivers.ts';
import { credentials } from '../csi/secrets.ts';
import type { ControllerContext, Result } from '../framework/controller.ts';
import type { Claim, Claims, Owned, Volume } from './claims.ts';
import { hasCondition } from './conditions.ts';
import { begun, cancelled, done, failed, pending } from './modification-status.ts';
import { isSameAsBefore, planModification } from './plan-modification.ts';

/** A class that the driver will never do is tried again this seldom. */
const INFEASIBLE_MS = 300_000;
/** Set by csi-provisioner. */
const SECRET_NAME = 'volume.kubernetes.io/controller-modify-secret-name';
const SECRET_NAMESPACE = 'volume.kubernetes.io/controller-modify-secret-namespace';

export interface ModifierOptions {
  readonly context: ControllerContext;
  readonly drivers: Drivers;
  readonly claims: Claims;
  readonly class: (name: string) => Readonly<VolumeAttributesClass> | undefined;
}

export class Modifier {
  readonly #options: ModifierOptions;
  /** Keys of claims whose last attempt has left nothing behind. Of those of a process before this one nobody knows. */
  readonly #final = new Set<string>();
  /** Until when a class is not tried again, on the monotonic clock. */
  readonly #infeasible = new Map<string, number>();

  constructor(options: ModifierOptions) {
    this.#options = options;
  }

  async sync(key: string): Promise<Result | undefined> {
    const { claims, context } = this.#options;
    const claim = claims.get(key);
    const plan = claim && planModification(claim, this.#final.has(key));
    const owned = plan && (await claims.owned(claim));
    if (!owned?.capabilities.controller.has('MODIFY_VOLUME')) return undefined;
    const wait = (this.#infeasible.get(key) ?? 0) - context.clock.monotonic();
    if (wait > 0 && isSameAsBefore(owned.claim)) return { requeueAfter: wait };
    switch (plan?.do) {
      case 'cancel':
        await this.#cancel(owned.claim);
        return undefined;
      case 'begin':
        return this.#begin(key, owned, plan.target);
      case 'continue': {
        const found = this.#classFor(owned.claim, plan.target);
        if (!found)
          throw new Error(`VolumeAttributesClass ${plan.target} is gone while ${key} is changed to it`);
        return this.#modify(key, owned, found);
      }
      default:
        return undefined;
    }
  }

  forget(key: string): void {
    this.#final.delete(key);
    this.#infeasible.delete(key);
  }

  async #cancel(claim: Claim): Promise<void> {
    if (!hasCondition(claim.status?.conditions, 'ModifyingVolume')) return;
    const { claims } = this.#options;
    claims.report(claim, 'Normal', 'VolumeModifyCanceled', 'Cancelled modify.');
    await claims.patch(claim, cancelled(claim));
  }

  async #begin(key: string, owned: Owned, target: string): Promise<Result | undefined> {
    const { claims } = this.#options;
    const found = this.#classFor(owned.claim, target);
    if (!found) {
      if (owned.claim.status?.modifyVolumeStatus?.status !== 'Pending')
        await claims.patch(owned.claim, pending);
      return undefined;
    }
    const claim = await claims.patch(owned.claim, begun(owned.claim, target, claims.now()));
    const message = `external resizer is modifying volume ${nameOf(claim)} with vac ${target}`;
    claims.report(claim, 'Normal', 'VolumeModify', message);
    return this.#modify(key, { ...owned, claim }, found);
  }

  async #modify(
    key: string,
    owned: Owned,
    found: Readonly<VolumeAttributesClass>,
  ): Promise<Result | undefined> {
    const { claims, drivers, context } = this.#options;
    const { claim, volume, driver, handle } = owned;
    const target = nameOf(found);
    try {
      await drivers.caller(driver, reachOf(volume)).unary(controllerModifyVolume, {
        volumeId: handle,
        secrets: await credentials(context.client, secretOf(volume)),
        mutableParameters: found.parameters ?? {},
      });
    } catch (error) {
      return this.#failed(key, claim, target, error);
    }
    this.forget(key);
    // The volume first: a claim that says it is done is not looked at again.
    await claims.patchVolume(volume, { volumeAttributesClassName: target });
    await claims.patch(claim, done(claim, target));
    const message = `external resizer modified volume ${nameOf(claim)} with vac ${target} successfully`;
    claims.report(claim, 'Normal', 'VolumeModifySuccessful', message);
    return undefined;
  }

  async #failed(key: string, claim: Claim, target: string, error: unknown): Promise<Result | undefined> {
    if (!isGrpcError(error)) throw error;
    const { claims, context } = this.#options;
    if (isFinal(error)) this.#final.add(key);
    else this.#final.delete(key);
    await claims.patch(claim, failed(claim, target, error, claims.now()));
    const more = isFinal(error) ? '' : `. Still modifying to VAC ${target}`;
    claims.report(claim, 'Warning', 'VolumeModifyFailed', `${rpcErrorText(error)}${more}`);
    if (error.code !== 'invalidArgument') throw error;
    this.#infeasible.set(key, context.clock.monotonic() + INFEASIBLE_MS);
    return { requeueAfter: INFEASIBLE_MS };
  }

  #classFor(claim: Claim, name: string): Readonly<VolumeAttributesClass> | undefined {
    const found = this.#options.class(name);
    if (!found)
      this.#options.claims.report(claim, 'Warning', 'VolumeModifyFailed', `VAC "${name}" does not exist.`);
    return found;
  }
}

function secretOf({ metadata, spec }: Volume): SecretReference | undefined {
  const { [SECRET_NAME]: name, [SECRET_NAMESPACE]: namespace } = metadata.annotations ?? {};
  return name && namespace ? { name, namespace } : spec?.csi?.controllerExpandSecretRef;
}
