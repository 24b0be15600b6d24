// Makes the volumes of claims: calls the driver until there is a final answer, and saves the volume as an object that is bound to its
// claim. From the first call on, a claim is remembered with its request, so that no volume is left behind when the claim is deleted or
// gets another volume meanwhile: the object is made, and deleted as that of any released volume.
// Upstream: Provision of external-provisioner and provisionClaimOperation of sig-storage-lib-external-provisioner.
import { PersistentVolume } from '../../api/kinds/core/v1/persistent-volume.ts';
import { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import type { StorageClass } from '../../api/kinds/storage/v1/storage-class.ts';
import { VolumeAttributesClass } from '../../api/kinds/storage/v1/volume-attributes-class.ts';
import { keyOf, nameOf, namespaceOf, uidOf } from '../../api/meta/v1/object.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import { isAlreadyExists, isInvalid, isNotFound } from '../../api/status/status-error.ts';
import { SELECTED_NODE } from '../../api/volumes/annotations.ts';
import { classOfClaim } from '../../api/volumes/classes.ts';
import { type EventType, referenceTo } from '../../client/events/events.ts';
import { createVolume, deleteVolume } from '../../csi/messages/controller.ts';
import type { CsiVolume } from '../../csi/messages/volume.ts';
import { rpcErrorText } from '../../kit/grpc/status.ts';
import type { Capabilities } from '../csi/capabilities.ts';
import { type Drivers, within } from '../csi/drivers.ts';
import { credentials } from '../csi/secrets.ts';
import type { ControllerContext, Result } from '../framework/controller.ts';
import type { Latest } from '../framework/latest.ts';
import type { ProvisionerMetrics } from './metrics.ts';
import { newVolume } from './new-volume.ts';
import { isInfeasible, outcomeOf } from './outcome.ts';
import { driverFor, selectedNodeOf, volumeNameOf } from './plan.ts';
import { type Prepared, prepare } from './prepared.ts';
import type { SourceProtection } from './protection.ts';
import { type Contents, cloneSource, dataSourceOf, snapshotSource } from './sources.ts';
import { NodeUnsuitable, nodesNear, SourceElsewhere } from './topology.ts';

type Claim = Readonly<PersistentVolumeClaim & KubeObject>;

/** A request that will never do is repeated this seldom, unless the class is another. */
const INFEASIBLE_MS = 300_000;
/** How often a volume is deleted at once that is not what was asked for. */
const CLEANUPS = 5;

export interface ProvisionerOptions {
  readonly context: ControllerContext;
  readonly drivers: Drivers;
  readonly claims: Latest<PersistentVolumeClaim & KubeObject>;
  readonly volumes: Latest<PersistentVolume & KubeObject>;
  readonly byUid: (uid: string) => Claim | undefined;
  readonly class: (name: string) => Readonly<StorageClass> | undefined;
  readonly protection: SourceProtection;
  readonly metrics: ProvisionerMetrics;
  /** The part of the topology has no room for the class. */
  readonly isFull: (prepared: Prepared) => void;
}

export class Provisioner {
  readonly #options: ProvisionerOptions;
  readonly #identity: string;
  /** By the claim's uid: those for which there may be a volume that has no object yet. */
  readonly #open = new Map<string, Prepared>();
  /** Claims whose volume has an object, though the cache may not show it yet. */
  readonly #made = new Set<string>();
  readonly #infeasible = new Map<string, { readonly until: number; readonly class: string }>();

  constructor(options: ProvisionerOptions) {
    this.#options = options;
    const { clock, random } = options.context;
    this.#identity = `${Math.floor(clock.now())}-${Math.floor(random.float() * 10_000)}`;
  }

  async sync(uid: string): Promise<Result | undefined> {
    const { byUid, volumes, drivers } = this.#options;
    const open = this.#open.get(uid);
    const claim = byUid(uid) ?? open?.claim;
    if (!claim) return undefined;
    const found = open?.class ?? this.#options.class(classOfClaim(claim));
    const driver = open?.driver ?? driverFor(claim, found);
    if (!found || !driver) return undefined;
    if (this.#made.has(uid) || volumes.get(volumeNameOf(claim))) return undefined;
    const wait = this.#waitMs(uid, found);
    if (wait > 0) return { requeueAfter: wait };
    const capabilities = await drivers.ours(driver);
    if (!capabilities) {
      if (open) throw new Error(`CSI driver ${driver} is away, and may have made a volume`);
      return undefined;
    }
    return this.#attempt(claim, found, driver, capabilities);
  }

  forget(uid: string): void {
    this.#made.delete(uid);
    this.#infeasible.delete(uid);
  }

  async #attempt(
    claim: Claim,
    found: Readonly<StorageClass>,
    driver: string,
    capabilities: Capabilities,
  ): Promise<Result | undefined> {
    const { metrics } = this.#options;
    const begun = `External provisioner is provisioning volume for claim "${keyOf(claim)}"`;
    this.#report(claim, 'Normal', 'Provisioning', begun);
    try {
      const volume = await metrics.provisioning(claim, async () => {
        const open = this.#open.get(uidOf(claim));
        const prepared = open ?? (await this.#prepare(claim, found, driver, capabilities));
        return prepared && this.#make(prepared);
      });
      if (volume !== undefined)
        this.#report(claim, 'Normal', 'ProvisioningSucceeded', `Successfully provisioned volume ${volume}`);
      return undefined;
    } catch (error) {
      return this.#failed(claim, found, error);
    }
  }

  /** Undefined if somebody else makes the volume. */
  async #prepare(
    claim: Claim,
    found: Readonly<StorageClass>,
    driver: string,
    capabilities: Capabilities,
  ): Promise<Prepared | undefined> {
    const source = dataSourceOf(claim);
    if (source?.kind === 'other') {
      const message = 'Assuming an external populator will provision the volume';
      this.#report(claim, 'Normal', 'Provisioning', message);
      return undefined;
    }
    const className = claim.spec?.volumeAttributesClassName;
    check(capabilities, 'CREATE_DELETE_VOLUME', 'dynamic provisioning');
    if (source?.kind === 'snapshot') check(capabilities, 'CREATE_DELETE_SNAPSHOT', 'snapshot restore');
    if (source?.kind === 'claim') check(capabilities, 'CLONE_VOLUME', 'clone operations');
    if (className) check(capabilities, 'MODIFY_VOLUME', 'VolumeAttributesClass');
    const contents = source && (await this.#contents(claim, found, driver, source));
    const mutableParameters = className ? await this.#attributes(className, driver) : {};
    const { drivers } = this.#options;
    const nodes = capabilities.hasTopology
      ? nodesNear(drivers.nodes(driver), contents?.reach, selectedNodeOf(claim))
      : [];
    const order = { claim, class: found, driver, capabilities, nodes, mutableParameters };
    return prepare({ ...order, contents: contents?.source });
  }

  async #contents(
    claim: Claim,
    found: Readonly<StorageClass>,
    driver: string,
    { kind, name }: NonNullable<ReturnType<typeof dataSourceOf>>,
  ): Promise<Contents> {
    const { context, claims, volumes, protection } = this.#options;
    if (kind === 'snapshot') {
      const options = { driver, className: nameOf(found) };
      const contents = await snapshotSource(context.client, claim, name, options);
      await protection.holdSnapshot(name, namespaceOf(claim));
      return contents;
    }
    const source = claims.get(`${namespaceOf(claim)}/${name}`);
    const volume = source?.spec?.volumeName ? volumes.get(source.spec.volumeName) : undefined;
    const contents = cloneSource(claim, name, driver, { source, volume });
    if (source) await protection.holdClaim(source);
    return contents;
  }

  async #attributes(name: string, driver: string): Promise<Record<string, string>> {
    const { driverName, parameters = {} } = await this.#options.context.client.get(
      VolumeAttributesClass,
      name,
    );
    if (driverName === driver) return parameters;
    throw new Error(
      `VAC ${name} referenced in PVC is for driver ${driverName} which does not match driver name ${driver}`,
    );
  }

  /** Calls the driver and saves the volume. Returns its name. */
  async #make(prepared: Prepared): Promise<string> {
    const { context, drivers } = this.#options;
    const { claim, driver, request } = prepared;
    const secrets = await credentials(context.client, prepared.secrets.provisioner);
    const home = request.accessibilityRequirements?.preferred[0]?.segments;
    this.#open.set(uidOf(claim), prepared);
    const caller = drivers.caller(driver, within(home));
    const { volume } = await caller.unary(createVolume, { ...request, secrets });
    if (!volume) throw new Error('the driver has made no volume');
    const problem = problemOf(prepared, volume);
    if (problem) {
      const gone = await this.#cleanUp(() =>
        caller.unary(deleteVolume, { volumeId: volume.volumeId, secrets }),
      );
      throw new Error(
        `${problem}${gone === undefined ? '' : `. Cleanup of volume ${request.name} failed, volume is orphaned: ${gone}`}`,
      );
    }
    const object = newVolume(prepared, volume, `${this.#identity}-${driver}`);
    await context.client.create(PersistentVolume, object).catch((error: unknown) => {
      if (!isAlreadyExists(error)) throw error;
    });
    this.#made.add(uidOf(claim));
    this.#open.delete(uidOf(claim));
    return request.name;
  }

  /** What failed last; undefined when it is gone. */
  async #cleanUp(remove: () => Promise<unknown>): Promise<string | undefined> {
    let failed: string | undefined;
    for (let i = 0; i < CLEANUPS; i++) {
      try {
        await remove();
        return undefined;
      } catch (error) {
        failed = rpcErrorText(error);
      }
    }
    return failed;
  }

  async #failed(claim: Claim, found: Readonly<StorageClass>, error: unknown): Promise<Result | undefined> {
    const uid = uidOf(claim);
    const prepared = this.#open.get(uid);
    const selected = selectedNodeOf(claim);
    const isPlaced = (prepared?.hasTopology ?? false) && selected !== undefined;
    // Whatever the driver has done there has left with the node.
    const isLost = isPlaced && this.#options.drivers.isGone(selected);
    const outcome = error instanceof NodeUnsuitable || isLost ? 'elsewhere' : outcomeOf(error, isPlaced);
    if (outcome !== 'open') this.#open.delete(uid);
    const text = rpcErrorText(error);
    if (outcome === 'final' && isInfeasible(error)) {
      const until = this.#options.context.clock.monotonic() + INFEASIBLE_MS;
      this.#infeasible.set(uid, { until, class: uidOf(found) });
      const message = `Volume provisioning failed with infeasible error. Retries will be delayed. ${text}`;
      this.#report(claim, 'Warning', 'ProvisioningFailed', message);
      return { requeueAfter: INFEASIBLE_MS };
    }
    this.#report(claim, 'Warning', 'ProvisioningFailed', text);
    if (error instanceof SourceElsewhere) {
      await this.#selectAgain(claim, error.node);
      return undefined;
    }
    if (outcome !== 'elsewhere') throw error;
    if (prepared) this.#options.isFull(prepared);
    await this.#selectAgain(claim);
    return undefined;
  }

  /** The scheduler selects a node once more when the annotation is gone, and takes the one that it names instead. */
  async #selectAgain(claim: Claim, node?: string): Promise<void> {
    const { context, claims } = this.#options;
    const path = `/metadata/annotations/${SELECTED_NODE.replace('/', '~1')}`;
    const patch = [
      { op: 'test', path, value: selectedNodeOf(claim) },
      node === undefined ? { op: 'remove', path } : { op: 'replace', path, value: node },
    ];
    try {
      const [name, namespace] = [nameOf(claim), namespaceOf(claim)];
      const written = await context.client.patch(PersistentVolumeClaim, name, namespace, 'json', patch);
      claims.wrote(written as Claim);
    } catch (error) {
      // It has been selected anew, or the claim is gone.
      if (!isInvalid(error) && !isNotFound(error)) throw error;
    }
  }

  #waitMs(uid: string, found: Readonly<StorageClass>): number {
    const known = this.#infeasible.get(uid);
    if (!known || known.class !== uidOf(found)) return 0;
    return known.until - this.#options.context.clock.monotonic();
  }

  #report(claim: Claim, type: EventType, reason: string, message: string): void {
    this.#options.context.events.record(referenceTo(PersistentVolumeClaim, claim), type, reason, message);
  }
}

function check(
  { controller }: Capabilities,
  capability: Parameters<Capabilities['controller']['has']>[0],
  what: string,
): void {
  if (controller.has(capability)) return;
  throw new Error(`CSI driver does not support ${what}: controller ${capability} capability is not reported`);
}

/** Why the volume is not the one that was asked for. */
function problemOf({ request }: Prepared, made: CsiVolume): string | undefined {
  const asked = request.capacityRange?.requiredBytes ?? 0;
  if (made.capacityBytes !== 0 && made.capacityBytes < asked)
    return `created volume capacity ${made.capacityBytes} less than requested capacity ${asked}`;
  return request.volumeContentSource && !made.contentSource ? 'volume content source missing' : undefined;
}
