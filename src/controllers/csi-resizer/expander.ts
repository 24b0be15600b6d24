// Expands the volumes of claims that ask for more than they have, and leaves the file system to the node's kubelet. A user may ask for
// less again when the driver has refused. Upstream: pkg/controller of external-resizer.
import { keyOf, nameOf } from '../../api/meta/v1/object.ts';
import { formatQuantity, parseQuantity, quantityOf, wholeValue } from '../../api/quantity/quantity.ts';
import { needsExpansion } from '../../api/volumes/expansion.ts';
import { isFinal } from '../../csi/errors.ts';
import { controllerExpandVolume } from '../../csi/messages/controller.ts';
import { isGrpcError, rpcErrorText } from '../../kit/grpc/status.ts';
import { type Drivers, reachOf } from '../csi/drivers.ts';
import { credentials } from '../csi/secrets.ts';
import { volumeCapability } from '../csi/volume-capability.ts';
import type { ControllerContext, Result } from '../framework/controller.ts';
import type { Claim, Claims, Owned } from './claims.ts';
import { failed, finished, inProgress, leftToNode } from './expansion-status.ts';
import { type Expansion, planExpansion } from './plan-expansion.ts';

/** A size that the driver will never do is tried again this seldom. */
const INFEASIBLE_MS = 300_000;

const isInfeasible = (error: unknown): boolean =>
  isGrpcError(error) && ['invalidArgument', 'outOfRange', 'notFound'].includes(error.code);

export interface ExpanderOptions {
  readonly context: ControllerContext;
  readonly drivers: Drivers;
  readonly claims: Claims;
  /** Whether a pod that may run uses the claim. */
  readonly isUsed: (key: string) => boolean;
}

export class Expander {
  readonly #options: ExpanderOptions;
  /** Keys of claims whose last attempt has left nothing behind. */
  readonly #final = new Set<string>();
  /** Those whose driver does not expand volumes that are used. */
  readonly #offline = new Set<string>();
  /** Until when a size is not tried again, on the monotonic clock. */
  readonly #infeasible = new Map<string, number>();

  constructor(options: ExpanderOptions) {
    this.#options = options;
  }

  async sync(key: string): Promise<Result | undefined> {
    const { claims, context } = this.#options;
    const claim = claims.get(key);
    const owned = claim && needsExpansion(claim) ? await claims.owned(claim) : undefined;
    if (!owned) return undefined;
    const isOurs = owned.capabilities.controller.has('EXPAND_VOLUME') || owned.capabilities.expands;
    const plan = isOurs ? planExpansion(owned.claim, owned.volume, this.#final.has(key)) : undefined;
    if (!plan) return undefined;
    const wait = (this.#infeasible.get(key) ?? 0) - context.clock.monotonic();
    if (!plan.isNew && wait > 0) return { requeueAfter: wait };
    return this.#expand(key, owned, plan);
  }

  forget(key: string): void {
    this.#final.delete(key);
    this.#offline.delete(key);
    this.#infeasible.delete(key);
  }

  async #expand(key: string, owned: Owned, plan: Expansion): Promise<Result | undefined> {
    const { claims, isUsed } = this.#options;
    const { driver, volume } = owned;
    const patch = inProgress(owned.claim, plan, claims.now());
    const claim = patch ? await claims.patch(owned.claim, patch) : owned.claim;
    if (this.#offline.has(key) && isUsed(key)) {
      const why = `Unable to expand ${key} because CSI driver ${driver} only supports offline expansion and volume is currently in-use`;
      claims.report(claim, 'Warning', 'VolumeResizeFailed', why);
      throw new Error(why);
    }
    claims.report(claim, 'Normal', 'Resizing', `External resizer is resizing volume ${nameOf(volume)}`);
    try {
      const { bytes, nodeExpands } = await this.#call(owned, plan.size);
      this.forget(key);
      const size = bytes === undefined ? plan.size : formatQuantity(quantityOf(bytes, 'BinarySI'));
      await claims.patchVolume(volume, { capacity: { storage: size } });
      await this.#done(claim, size, nodeExpands);
      return undefined;
    } catch (error) {
      return this.#failed(key, claim, owned, error);
    }
  }

  /** A driver that expands on nodes only is not called here. */
  async #call(
    { volume, driver, handle, capabilities }: Owned,
    size: string,
  ): Promise<{ readonly bytes?: number; readonly nodeExpands: boolean }> {
    if (!capabilities.controller.has('EXPAND_VOLUME')) return { nodeExpands: true };
    const { drivers, context } = this.#options;
    const spec = volume.spec ?? {};
    const answer = await drivers.caller(driver, reachOf(volume)).unary(controllerExpandVolume, {
      volumeId: handle,
      capacityRange: { requiredBytes: wholeValue(parseQuantity(size)), limitBytes: 0 },
      secrets: await credentials(context.client, spec.csi?.controllerExpandSecretRef),
      volumeCapability: volumeCapability(spec, capabilities),
    });
    return { bytes: answer.capacityBytes, nodeExpands: answer.nodeExpansionRequired };
  }

  async #done(claim: Claim, size: string, nodeExpands: boolean): Promise<void> {
    const { claims } = this.#options;
    if (nodeExpands) {
      await claims.patch(claim, leftToNode(claim, claims.now()));
      const message = 'Require file system resize of volume on node';
      claims.report(claim, 'Normal', 'FileSystemResizeRequired', message);
    } else {
      await claims.patch(claim, finished(claim, size));
      claims.report(claim, 'Normal', 'VolumeResizeSuccessful', 'Resize volume succeeded');
    }
  }

  async #failed(
    key: string,
    claim: Claim,
    { volume, driver }: Owned,
    error: unknown,
  ): Promise<Result | undefined> {
    if (!isGrpcError(error)) throw error;
    const { claims, context } = this.#options;
    if (error.code === 'failedPrecondition') this.#offline.add(key);
    else this.#offline.delete(key);
    const never = isInfeasible(error);
    if (isFinal(error)) {
      this.#final.add(key);
      await claims.patch(claim, failed(claim, rpcErrorText(error), never, claims.now()));
    } else this.#final.delete(key);
    if (never) this.#infeasible.set(key, context.clock.monotonic() + INFEASIBLE_MS);
    else this.#infeasible.delete(key);
    const message = `resize volume "${nameOf(volume)}" by resizer "${driver}" failed: ${rpcErrorText(error)}`;
    claims.report(claim, 'Warning', 'VolumeResizeFailed', message);
    if (never) return { requeueAfter: INFEASIBLE_MS };
    throw new Error(`${keyOf(claim)}: ${message}`, { cause: error });
  }
}
