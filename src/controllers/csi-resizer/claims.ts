// Claims and their volumes as this controller writes them: each write follows from the one before. Called by expander.ts and modifier.ts.
import { PersistentVolume } from '../../api/kinds/core/v1/persistent-volume.ts';
import { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import { nameOf, namespaceOf } from '../../api/meta/v1/object.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import { type EventType, referenceTo } from '../../client/events/events.ts';
import { rfc3339 } from '../../kit/clock.ts';
import type { Capabilities } from '../csi/capabilities.ts';
import type { Drivers } from '../csi/drivers.ts';
import type { ControllerContext } from '../framework/controller.ts';
import type { Latest } from '../framework/latest.ts';

export type Claim = Readonly<PersistentVolumeClaim & KubeObject>;
export type Volume = Readonly<PersistentVolume & KubeObject>;

export interface Owned {
  readonly claim: Claim;
  readonly volume: Volume;
  readonly driver: string;
  readonly handle: string;
  readonly capabilities: Capabilities;
}

export interface ClaimsOptions {
  readonly context: ControllerContext;
  readonly drivers: Drivers;
  readonly claims: Latest<PersistentVolumeClaim & KubeObject>;
  readonly volumes: Latest<PersistentVolume & KubeObject>;
}

export class Claims {
  readonly #options: ClaimsOptions;

  constructor(options: ClaimsOptions) {
    this.#options = options;
  }

  get(key: string): Claim | undefined {
    return this.#options.claims.get(key);
  }

  /** The volume of a claim whose driver is ours. */
  async owned(claim: Claim): Promise<Owned | undefined> {
    const { volumes, drivers } = this.#options;
    const volume = volumes.get(claim.spec?.volumeName ?? '');
    const { driver, volumeHandle: handle } = volume?.spec?.csi ?? {};
    if (!volume || !driver || !handle) return undefined;
    const capabilities = await drivers.ours(driver);
    return capabilities && { claim, volume, driver, handle, capabilities };
  }

  now(): string {
    return rfc3339(this.#options.context.clock.now());
  }

  /** Refused if anybody has written the claim since. */
  async patch(
    claim: Claim,
    { metadata, status }: { readonly metadata?: object; readonly status: object },
  ): Promise<Claim> {
    const { context, claims } = this.#options;
    const patch = { metadata: { ...metadata, resourceVersion: claim.metadata.resourceVersion }, status };
    const [name, namespace] = [nameOf(claim), namespaceOf(claim)];
    const options = { subresource: 'status' };
    const written = await context.client.patch(
      PersistentVolumeClaim,
      name,
      namespace,
      'merge',
      patch,
      options,
    );
    claims.wrote(written as Claim);
    return written as Claim;
  }

  async patchVolume(volume: Volume, spec: object): Promise<void> {
    const { context, volumes } = this.#options;
    const written = await context.client.patch(PersistentVolume, nameOf(volume), undefined, 'merge', {
      spec,
    });
    volumes.wrote(written as Volume);
  }

  report(claim: Claim, type: EventType, reason: string, message: string): void {
    this.#options.context.events.record(referenceTo(PersistentVolumeClaim, claim), type, reason, message);
  }
}
