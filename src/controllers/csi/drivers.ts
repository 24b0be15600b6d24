// The CSI drivers of the cluster as its nodes have registered them: on which nodes each one is, what it can do, whether it is left to its
// own sidecars, and how to call it. Each CSI controller has one, with the rights of its own account.
import { Node } from '../../api/kinds/core/v1/node.ts';
import type { PersistentVolume } from '../../api/kinds/core/v1/persistent-volume.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { CSIDriver } from '../../api/kinds/storage/v1/csi-driver.ts';
import { CSINode } from '../../api/kinds/storage/v1/csi-node.ts';
import { labelsOf, nameOf } from '../../api/meta/v1/object.ts';
import { isNodeReady } from '../../api/nodes/readiness.ts';
import { reaches } from '../../api/volumes/binding.ts';
import type { InformerOf } from '../../client/informer/factory.ts';
import type { CsiCaller } from '../../csi/caller.ts';
import { Backoff } from '../../kit/backoff.ts';
import type { Clock, Timer } from '../../kit/clock.ts';
import { GrpcError, isGrpcError, nameInGo } from '../../kit/grpc/status.ts';
import { type ControllerContext, type Enqueue, type Watch, watch } from '../framework/controller.ts';
import { type Capabilities, CapabilityCache } from './capabilities.ts';
import { type DriverNode, hasSegments, nodesToCall, type Reach } from './driver-nodes.ts';
import { CallMetrics } from './instruments.ts';
import { bringsOwn, CONTROLLERS, registrarOn, sidecarIn, sidecarKeys } from './own-sidecars.ts';
import { type CallerOf, NoSuchDriver, throughNodeProxy } from './proxied-driver.ts';

/** What the CSI controllers are given besides the context. */
export interface CsiSettings {
  /** Instead of calling drivers through the node proxy. */
  readonly callerOf?: CallerOf;
}

const BY_DRIVER = 'csi-driver';
const BY_SIDECAR = 'csi-sidecar';

/** How often a kubelet is asked that does not know the driver. */
const UNKNOWN = { base: 1_000, cap: 60_000 };

export class Drivers {
  readonly #callerOf: CallerOf;
  readonly #clock: Pick<Clock, 'turn' | 'after'>;
  readonly #metrics: CallMetrics;
  readonly #capabilities: CapabilityCache;
  readonly #csiNodes: InformerOf<typeof CSINode>;
  readonly #csiDrivers: InformerOf<typeof CSIDriver>;
  readonly #nodes: InformerOf<typeof Node>;
  readonly #pods: InformerOf<typeof Pod>;
  /** Ends the calls under way, which the next process repeats. */
  readonly #stopping = new AbortController();
  readonly #backoff = new Backoff<string>(UNKNOWN);
  readonly #asking = new Map<string, Timer>();
  /** That the drivers are to be looked at again. */
  #tell: (drivers: Iterable<string>) => void = () => {};
  /** By driver; until one of its nodes registers it in another way. Labels and readiness are those of the moment. */
  readonly #known = new Map<string, readonly DriverNode[]>();

  constructor(context: ControllerContext, { callerOf }: CsiSettings = {}) {
    const { informers, client, clock, metrics } = context;
    this.#callerOf = callerOf ?? throughNodeProxy(client, clock);
    this.#clock = clock;
    this.#metrics = new CallMetrics(clock, metrics);
    this.#capabilities = new CapabilityCache(clock);
    this.#csiNodes = informers.informer(CSINode);
    this.#csiDrivers = informers.informer(CSIDriver);
    this.#nodes = informers.informer(Node);
    this.#pods = informers.informer(Pod);
    this.#csiNodes.addIndex(BY_DRIVER, driversOf);
    this.#pods.addIndex(BY_SIDECAR, sidecarKeys);
  }

  /**
   * `keysOf`: what is to be looked at again when a driver comes, goes, or is to be left to others; asked once for all the nodes that tell
   * of it at a time. What is there at the beginning is looked at anyway.
   */
  watches(keysOf: (driver: string) => Iterable<string>): Watch[] {
    const changed = new Set<string>();
    let enqueue: Enqueue = () => {};
    let isBegun = false;
    const tell = () => {
      for (const driver of changed) for (const key of keysOf(driver)) enqueue(key);
      changed.clear();
    };
    const ofMany = (drivers: Iterable<string>): string[] => {
      for (const driver of drivers) {
        this.#capabilities.forget(driver);
        this.#known.delete(driver);
        if (!isBegun) continue;
        if (changed.size === 0) void this.#clock.turn().then(tell);
        changed.add(driver);
      }
      return [];
    };
    const ofPod = (pod: Readonly<Pod>) => (sidecarKeys(pod).length > 0 ? ofMany(this.names()) : []);
    return [
      watch(this.#csiNodes, {
        onAdd: (node) => ofMany(driversOf(node)),
        onUpdate: (node, old) => ofMany(changes(node, old)),
        onDelete: (node) => ofMany(driversOf(node)),
      }),
      watch(this.#csiDrivers, (driver) => ofMany([nameOf(driver)])),
      watch(this.#pods, { onAdd: ofPod, onUpdate: () => [], onDelete: ofPod }),
      {
        informer: this.#nodes,
        attach: (queue) => {
          enqueue = queue;
          isBegun = true;
          this.#tell = ofMany;
          return () => {
            enqueue = () => {};
            this.#stopping.abort();
            for (const timer of this.#asking.values()) timer.cancel();
          };
        },
      },
    ];
  }

  names(): Set<string> {
    return new Set(this.#csiNodes.lister.list().flatMap(driversOf));
  }

  has(driver: string): boolean {
    return this.#csiNodes.lister.countByIndex(BY_DRIVER, driver) > 0;
  }

  object(driver: string): Readonly<CSIDriver> | undefined {
    return this.#csiDrivers.lister.get(driver);
  }

  nodes(driver: string): readonly DriverNode[] {
    let nodes = this.#known.get(driver);
    if (!nodes) {
      const on = this.#csiNodes.lister.byIndex(BY_DRIVER, driver);
      nodes = on.flatMap((csiNode) => this.#node(csiNode, driver) ?? []);
      this.#known.set(driver, nodes);
    }
    return nodes;
  }

  /** Undefined when the driver has not registered on the node. */
  node(driver: string, name: string): DriverNode | undefined {
    const csiNode = this.#csiNodes.lister.get(name);
    return csiNode && this.#node(csiNode, driver);
  }

  /** The node has left the cluster: its driver is not only away. */
  isGone(node: string): boolean {
    return !this.#nodes.lister.get(node);
  }

  /** What the driver can do; undefined if this controller has nothing to do for it. Throws GrpcError when it cannot be asked now. */
  async ours(driver: string): Promise<Capabilities | undefined> {
    if (!this.has(driver) || this.#isLeftAlone(driver)) return undefined;
    try {
      const found = await this.#capabilities.of(driver, this.caller(driver));
      this.#backoff.forget(driver);
      return found.hasController ? found : undefined;
    } catch (error) {
      if (!(error instanceof NoSuchDriver)) throw error;
      this.#askLater(driver);
      return undefined;
    }
  }

  /** Its kubelet does not know the driver, for a moment after its start, or for ever if it is none of ours: no failure to speak of. */
  #askLater(driver: string): void {
    if (this.#asking.has(driver)) return;
    const again = () => {
      this.#asking.delete(driver);
      this.#tell([driver]);
    };
    this.#asking.set(driver, this.#clock.after(this.#backoff.next(driver), again));
  }

  /** For calls about a volume that only some nodes reach. One that has no answer is followed by the next. */
  caller(driver: string, reach?: Reach): CsiCaller {
    return {
      unary: async (method, request, options) => {
        const stopped = this.#stopping.signal;
        const signal = options?.signal ? AbortSignal.any([options.signal, stopped]) : stopped;
        let failed = new GrpcError('unavailable', `no node of CSI driver ${driver} reaches the volume`);
        for (const { name } of nodesToCall(this.nodes(driver), reach)) {
          const done = this.#metrics.begin(driver, method.path);
          try {
            const answer = await this.#callerOf(name, driver).unary(method, request, { ...options, signal });
            done('OK');
            return answer;
          } catch (error) {
            done(isGrpcError(error) ? nameInGo(error.code) : 'Unknown');
            if (!isGrpcError(error, 'unavailable') || signal.aborted) throw error;
            failed = error;
          }
        }
        throw failed;
      },
    };
  }

  #node(csiNode: Readonly<CSINode>, driver: string): DriverNode | undefined {
    const own = csiNode.spec.drivers.find(({ name }) => name === driver);
    if (!own) return undefined;
    const name = nameOf(csiNode);
    const { lister } = this.#nodes;
    return {
      name,
      nodeId: own.nodeID,
      topologyKeys: own.topologyKeys ?? [],
      get isReady() {
        return isNodeReady(lister.get(name));
      },
      label: (key) => {
        const node = lister.get(name);
        return node && labelsOf(node)[key];
      },
    };
  }

  #isLeftAlone(driver: string): boolean {
    const on = this.#csiNodes.lister.byIndex(BY_DRIVER, driver);
    const others = new Set(on.flatMap(driversOf));
    others.delete(driver);
    const view = {
      name: driver,
      said: this.object(driver)?.metadata.annotations?.[CONTROLLERS],
      others: [...others],
      nodePods: on.flatMap((node) => this.#pods.lister.byIndex(BY_SIDECAR, registrarOn(nameOf(node)))),
    };
    return bringsOwn(
      view,
      (namespace) => this.#pods.lister.countByIndex(BY_SIDECAR, sidecarIn(namespace)) > 0,
    );
  }
}

/** The nodes that reach a volume that exists. */
export const reachOf =
  (volume: Readonly<PersistentVolume>): Reach =>
  (node) =>
    reaches(node, volume);

/** The nodes of one part of a driver's topology; all of them without segments. */
export const within =
  (segments: Readonly<Record<string, string>> = {}): Reach =>
  (node) =>
    hasSegments(node, segments);

const driversOf = ({ spec }: Readonly<CSINode>): string[] => spec.drivers.map(({ name }) => name);

/** The drivers that have come, gone, or registered in another way. */
function changes(node: Readonly<CSINode>, old: Readonly<CSINode>): string[] {
  const as = ({ spec }: Readonly<CSINode>) =>
    new Map(spec.drivers.map((driver) => [driver.name, JSON.stringify(driver)]));
  const [before, after] = [as(old), as(node)];
  return [...new Set([...before.keys(), ...after.keys()])].filter(
    (driver) => before.get(driver) !== after.get(driver),
  );
}
