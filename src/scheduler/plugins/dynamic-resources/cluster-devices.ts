// Claims, slices and classes as the plugin sees them: the caches, what this scheduler has written and the caches do not show yet, and
// allocations that are about to be written. Nothing is watched before the first pod with a claim comes; until the caches are filled such
// pods are gated. Upstream: dra_manager.go.
import { loadPatterns } from '../../../api/cel/devices/selectors.ts';
import { claimNamesOf, EXTENDED_RESOURCE_ANNOTATION } from '../../../api/devices/pod-claims.ts';
import type { FeatureGates } from '../../../api/features/feature-gates.ts';
import { Pod } from '../../../api/kinds/core/v1/pod.ts';
import { DeviceClass } from '../../../api/kinds/resource/v1/device-class.ts';
import { type AllocationResult, ResourceClaim } from '../../../api/kinds/resource/v1/resource-claim.ts';
import { ResourceSlice } from '../../../api/kinds/resource/v1/resource-slice.ts';
import { controllerOf, isNewer, keyOf, nameOf, namespaceOf, uidOf } from '../../../api/meta/v1/object.ts';
import { DEVICE_CLASS_PREFIX } from '../../../api/pods/resource-names.ts';
import type { InformerFactory, InformerOf } from '../../../client/informer/factory.ts';
import type { ClusterEvent } from '../../framework/cluster-events.ts';
import { AllocatedDevicesIndex } from './allocated-devices.ts';
import { Allocator } from './allocator/allocator.ts';
import { type AllocatorFeatures, allocatorFeatures } from './allocator/features.ts';
import { isShared, PoolSource, poolKeyOf, type SliceSource } from './allocator/pools.ts';
import { Selection } from './allocator/selection.ts';
import type { Claim, FindClaim } from './claims.ts';
import type { ClassFor } from './extended-resources.ts';

/** What an allocation needs to know of the cluster; the plugin's port to it. */
export interface DeviceSource {
  readonly features: AllocatorFeatures;
  /** Begins to watch; true once everything is known. */
  readonly isReady: boolean;
  readonly claim: FindClaim;
  hasClass(name: string): boolean;
  /** The class that backs an extended resource; none before everything is known. */
  readonly classFor: ClassFor;
  /** The claim that was created for the pod's extended resources before. */
  extendedClaimOf(podUid: string): Claim | undefined;
  /** For one scheduling cycle. */
  allocator(): Allocator;
  isPending(claim: Claim): boolean;
  /** From Reserve until the claim is written, or the pod is given up. */
  setPending(claim: Claim, allocation: AllocationResult | undefined): void;
  /** A claim that the server has answered with counts before the cache shows it. */
  assume(claim: Claim): void;
  /** A claim that was assumed is deleted. */
  forget(claim: Claim): void;
}

export interface ClusterDevicesOptions {
  readonly informers: InformerFactory;
  readonly gates: Pick<FeatureGates, 'enabled'>;
  readonly uuid: () => string;
  readonly onEvent: (event: ClusterEvent) => void;
  /** The pod may be let into the queue now. */
  readonly onChance: (podUid: string) => void;
}

const BY_NODE = 'devices-by-node';
const BY_POOL = 'devices-by-pool';
const BY_RESOURCE = 'classes-by-extended-resource';
const BY_POD = 'claims-for-extended-resources-by-pod';
const PODS_BY_CLAIM = 'scheduled-pods-by-claim';

export class ClusterDevices implements DeviceSource {
  readonly features: AllocatorFeatures;
  readonly #options: ClusterDevicesOptions;
  readonly #allocated = new AllocatedDevicesIndex();
  readonly #pending = new Set<string>();
  /** Claims as the server has answered, by key, until the cache shows them. */
  readonly #assumed = new Map<string, Claim>();
  readonly #selection: Selection;
  #watched: Watched | undefined;
  #isReady = false;

  constructor(options: ClusterDevicesOptions) {
    this.#options = options;
    this.features = allocatorFeatures(options.gates);
    this.#selection = new Selection(this.features);
  }

  get isReady(): boolean {
    if (!this.#watched) this.#start();
    return this.#isReady;
  }

  readonly claim: FindClaim = (name, namespace) => {
    const known = this.#watched?.claims.lister.get(name, namespace);
    const assumed = this.#assumed.get(`${namespace}/${name}`);
    return known && assumed && isNewerOfSame(assumed, known) ? assumed : known;
  };

  hasClass(name: string): boolean {
    return this.#watched?.classes.lister.get(name) !== undefined;
  }

  /** Of several classes the newest, so that one can replace another. */
  readonly classFor: ClassFor = (resource) => {
    const { lister } = this.#watched?.classes ?? {};
    if (!lister || !this.#isReady || !this.features.extendedResources) return undefined;
    if (resource.startsWith(DEVICE_CLASS_PREFIX))
      return lister.get(resource.slice(DEVICE_CLASS_PREFIX.length));
    return lister.byIndex(BY_RESOURCE, resource).sort(newestFirst)[0];
  };

  extendedClaimOf(podUid: string): Claim | undefined {
    return this.#watched?.claims.lister.byIndex(BY_POD, podUid)[0];
  }

  allocator(): Allocator {
    const { classes, pools } = this.#watched!;
    return new Allocator({
      ...{ features: this.features, pools, selection: this.#selection, allocated: this.#allocated },
      findClass: (name) => classes.lister.get(name),
      shareId: this.#options.uuid,
    });
  }

  isPending(claim: Claim): boolean {
    return this.#pending.has(uidOf(claim));
  }

  setPending(claim: Claim, allocation: AllocationResult | undefined): void {
    const uid = uidOf(claim);
    if (allocation) this.#pending.add(uid);
    else this.#pending.delete(uid);
    this.#allocated.set(`pending ${uid}`, allocation);
  }

  assume(claim: Claim): void {
    const known = this.#watched?.claims.lister.byKey(keyOf(claim));
    // One that was created just now is not known yet.
    if (known && !isNewerOfSame(claim, known)) return;
    this.#assumed.set(keyOf(claim), claim);
    this.#allocated.set(uidOf(claim), claim.status?.allocation);
  }

  forget(claim: Claim): void {
    this.#assumed.delete(keyOf(claim));
    this.#allocated.set(uidOf(claim), undefined);
  }

  #start(): void {
    const { informers, onEvent } = this.#options;
    const claims = informers.informer(ResourceClaim);
    const slices = informers.informer(ResourceSlice);
    const classes = informers.informer(DeviceClass);
    const pods = informers.informer(Pod);
    slices.addIndex(BY_NODE, (slice) => [isShared(slice) ? '' : (slice.spec.nodeName ?? '')]);
    slices.addIndex(BY_POOL, (slice) => [poolKeyOf(slice)]);
    classes.addIndex(BY_RESOURCE, ({ spec }) =>
      spec.extendedResourceName ? [spec.extendedResourceName] : [],
    );
    claims.addIndex(BY_POD, (claim) => {
      const isOne = claim.metadata.annotations?.[EXTENDED_RESOURCE_ANNOTATION] === 'true';
      const owner = isOne ? controllerOf(claim) : undefined;
      return owner ? [owner.uid] : [];
    });
    pods.addIndex(PODS_BY_CLAIM, (pod) => claimNamesOf(pod).map((name) => `${namespaceOf(pod)}/${name}`));
    this.#watched = { claims, classes, pods, pools: new PoolSource(sliceSource(slices), this.features) };
    claims.addHandler({
      onAdd: (claim) => this.#claimChanged(claim),
      onUpdate: (claim, old) => this.#claimChanged(claim, old),
      onDelete: (claim) => this.#claimGone(claim),
    });
    const sliceChanged = () => onEvent({ type: 'ResourceSliceChanged' });
    slices.addHandler({ onAdd: sliceChanged, onUpdate: sliceChanged });
    const classChanged = () => onEvent({ type: 'DeviceClassChanged' });
    classes.addHandler({ onAdd: classChanged, onUpdate: classChanged });
    void Promise.all([claims.synced(), slices.synced(), classes.synced(), loadPatterns()]).then(() => {
      this.#isReady = true;
      // What classes back counts from now on.
      onEvent({ type: 'DeviceClassChanged' });
      for (const pod of pods.lister.list()) if (!pod.spec?.nodeName) this.#options.onChance(uidOf(pod));
    });
  }

  #claimChanged(claim: Claim, old?: Claim): void {
    const key = keyOf(claim);
    const assumed = this.#assumed.get(key);
    // Of two that are equally new, the cache's is kept.
    if (assumed && !isNewerOfSame(assumed, claim)) this.#assumed.delete(key);
    if (!this.#assumed.has(key)) this.#allocated.set(uidOf(claim), claim.status?.allocation);
    this.#options.onEvent({ type: 'ResourceClaimChanged', claim, ...(old && { old }) });
    for (const pod of this.#watched!.pods.lister.byIndex(PODS_BY_CLAIM, key))
      this.#options.onChance(uidOf(pod));
  }

  #claimGone(claim: Claim): void {
    this.#assumed.delete(keyOf(claim));
    this.#allocated.set(uidOf(claim), undefined);
  }
}

interface Watched {
  readonly claims: InformerOf<typeof ResourceClaim>;
  readonly classes: InformerOf<typeof DeviceClass>;
  readonly pods: InformerOf<typeof Pod>;
  readonly pools: PoolSource;
}

function newestFirst(a: Readonly<DeviceClass>, b: Readonly<DeviceClass>): number {
  const [first, second] = [a, b].map(({ metadata }) => Date.parse(metadata.creationTimestamp ?? '') || 0);
  return second! - first! || (nameOf(a) < nameOf(b) ? -1 : 1);
}

/** Of the same claim: one that was deleted and made again has another uid. */
const isNewerOfSame = (a: Claim, b: Claim): boolean => uidOf(a) === uidOf(b) && isNewer(a, b);

const sliceSource = ({ lister }: InformerOf<typeof ResourceSlice>): SliceSource => ({
  ofNode: (node) => lister.byIndex(BY_NODE, node),
  shared: () => lister.byIndex(BY_NODE, ''),
  ofPool: (key) => lister.byIndex(BY_POOL, key),
});
