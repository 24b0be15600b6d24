// What the API knows of this node's drivers: the CSINode object, and labels and an annotation of the Node. Written when the node is
// registered, and when a driver registers or goes. Upstream: pkg/volume/csi/nodeinfomanager.
import { Node } from '../../api/kinds/core/v1/node.ts';
import { CSINode, type CSINodeDriver } from '../../api/kinds/storage/v1/csi-node.ts';
import { isConflict, isNotFound } from '../../api/status/status-error.ts';
import type { Client } from '../../client/client.ts';
import type { NodeGetInfoResponse } from '../../csi/messages/node.ts';
import { Backoff } from '../../kit/backoff.ts';
import type { Clock } from '../../kit/clock.ts';
import { own } from '../../kit/own.ts';
import { same } from '../status/status-patch.ts';

export const NODE_IDS = 'csi.volume.kubernetes.io/nodeid';
const ATTEMPTS = 5;
const RETRY = { base: 10, cap: 1000 };
/** The largest int32. */
const MOST_VOLUMES = 2 ** 31 - 1;

/** A driver by what it says of the node. */
export interface NodeFacts extends NodeGetInfoResponse {
  readonly name: string;
}

export interface CsiNodeOptions {
  readonly client: Pick<Client, 'get' | 'create' | 'update' | 'patch' | 'delete'>;
  readonly clock: Clock;
  readonly nodeName: string;
  /** Of the drivers of this process. */
  readonly builtIn: readonly NodeFacts[];
}

export class CsiNodeWriter {
  readonly #options: CsiNodeOptions;
  /** Of all drivers of this kubelet: the object may have to be made again. */
  readonly #facts = new Map<string, NodeFacts>();
  #node: Node | undefined;
  #waiting: (() => void)[] = [];
  #writes: Promise<unknown> = Promise.resolve();

  constructor(options: CsiNodeOptions) {
    this.#options = options;
    for (const facts of options.builtIn) this.#facts.set(facts.name, facts);
  }

  /** The Node is there, for the first time or again. Drivers of an earlier kubelet stay in the object until they register. */
  async initialize(node: Node): Promise<void> {
    this.#node = node;
    for (const waiting of this.#waiting.splice(0)) waiting();
    const facts = [...this.#facts.values()];
    for (const one of facts)
      if (withDriver(node, one)) await this.#serial(() => this.#writeNode((now) => withDriver(now, one)));
    await this.#serial(() => this.#writeObject((drivers) => merged(drivers, facts)));
  }

  async install(facts: NodeFacts): Promise<void> {
    if (!facts.nodeId) throw new Error('error adding CSI driver node info: driverNodeID must not be empty');
    if (!this.#node) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    await this.#serial(() => this.#writeNode((node) => withDriver(node, facts))).catch((error) => {
      throw new Error(`error updating Node object with CSI driver node info: ${error.message}`, {
        cause: error,
      });
    });
    this.#facts.set(facts.name, facts);
    await this.update(facts);
  }

  /** How many volumes it takes may have changed. */
  async update(facts: NodeFacts): Promise<void> {
    this.#facts.set(facts.name, facts);
    await this.#serial(() => this.#writeObject((drivers) => merged(drivers, [facts]))).catch((error) => {
      throw new Error(`error updating CSINode object with CSI driver node info: ${error.message}`, {
        cause: error,
      });
    });
  }

  /** Labels stay, as upstream: volumes may refer to them. */
  async uninstall(name: string): Promise<void> {
    this.#facts.delete(name);
    await this.#serial(() => this.#writeObject((drivers) => drivers.filter((one) => one.name !== name)));
    await this.#serial(() => this.#writeNode((node) => withoutDriver(node, name)));
  }

  #serial<T>(write: () => Promise<T>): Promise<T> {
    const done = this.#writes.then(write);
    this.#writes = done.catch(() => {});
    return done;
  }

  async #repeated(attempt: () => Promise<boolean>): Promise<void> {
    const backoff = new Backoff<'write'>(RETRY);
    for (let left = ATTEMPTS; left > 1; left--) {
      if (await attempt()) return;
      await this.#options.clock.sleep(backoff.next('write'));
    }
    if (!(await attempt())) throw new Error('others write it at the same time');
  }

  #writeObject(change: (drivers: readonly CSINodeDriver[]) => readonly CSINodeDriver[]): Promise<void> {
    const { client, nodeName } = this.#options;
    return this.#repeated(async () => {
      const found = await client.get(CSINode, nodeName).catch(unless(isNotFound));
      if (found && !this.#isOurs(found)) {
        await client.delete(CSINode, nodeName).catch(unless(isNotFound));
        return false;
      }
      const before = found?.spec.drivers ?? [];
      const drivers = [...change(before)];
      if (found && same(before, drivers)) return true;
      const wanted = found ? { ...found, spec: { ...found.spec, drivers } } : this.#object(drivers);
      const write = found ? client.update(CSINode, wanted) : client.create(CSINode, wanted);
      return write.then(
        () => true,
        (error) => (isConflict(error) ? false : Promise.reject(error)),
      );
    });
  }

  #object(drivers: CSINodeDriver[]): CSINode {
    const { nodeName: name } = this.#options;
    const uid = this.#node?.metadata.uid ?? '';
    const metadata = { name, ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name, uid }] };
    return { apiVersion: 'storage.k8s.io/v1', kind: 'CSINode', metadata, spec: { drivers } };
  }

  /** One of an earlier Node of the same name will be deleted with it. */
  #isOurs({ metadata }: CSINode): boolean {
    const uid = this.#node?.metadata.uid;
    return metadata.ownerReferences?.some((owner) => owner.kind === 'Node' && owner.uid === uid) ?? false;
  }

  #writeNode(change: (node: Node) => Node['metadata'] | undefined): Promise<void> {
    const { client, nodeName } = this.#options;
    return this.#repeated(async () => {
      const node = await client.get(Node, nodeName);
      const metadata = change(node);
      if (!metadata) return true;
      const { resourceVersion } = node.metadata;
      const patch = { metadata: { ...metadata, ...(resourceVersion && { resourceVersion }) } };
      const write = client.patch(Node, nodeName, undefined, 'merge', patch);
      return write.then(
        () => true,
        (error) => (isConflict(error) ? false : Promise.reject(error)),
      );
    });
  }
}

const unless = (is: (error: unknown) => boolean) => (error: unknown) => {
  if (!is(error)) throw error;
  return undefined;
};

/** Labels that tell where the node is, by the drivers. */
export const topologyOf = (facts: readonly NodeFacts[]): Record<string, string> =>
  Object.assign({}, ...facts.map(({ accessibleTopology }) => accessibleTopology?.segments));

/** What the Node says of drivers of this process when it is made. */
export const nodeIdsOf = (facts: readonly NodeFacts[]): Record<string, string> =>
  facts.length > 0
    ? { [NODE_IDS]: JSON.stringify(Object.fromEntries(facts.map(({ name, nodeId }) => [name, nodeId]))) }
    : {};

/** The changed part of the metadata; undefined when nothing changes. */
function withDriver({ metadata }: Node, { name, nodeId, accessibleTopology }: NodeFacts) {
  const segments = Object.entries(accessibleTopology?.segments ?? {});
  const labels = metadata.labels ?? {};
  for (const [key, value] of segments) {
    const current = own(labels, key);
    if (current !== undefined && current !== value)
      throw new Error(
        `detected topology value collision: driver reported "${key}":"${value}" but existing label is "${key}":"${current}"`,
      );
  }
  const missing = segments.filter(([key]) => own(labels, key) === undefined);
  const ids = idsOf(metadata.annotations?.[NODE_IDS]);
  if (missing.length === 0 && own(ids, name) === nodeId) return undefined;
  return {
    labels: Object.fromEntries(missing),
    annotations: { [NODE_IDS]: JSON.stringify({ ...ids, [name]: nodeId }) },
  };
}

function withoutDriver({ metadata }: Node, name: string) {
  const { [name]: gone, ...ids } = idsOf(metadata.annotations?.[NODE_IDS]);
  if (gone === undefined) return undefined;
  const text = Object.keys(ids).length > 0 ? JSON.stringify(ids) : null;
  // Null removes the annotation.
  return { annotations: { [NODE_IDS]: text as string } };
}

function idsOf(text: string | undefined): Record<string, string> {
  try {
    return JSON.parse(text || '{}') as Record<string, string>;
  } catch {
    return {};
  }
}

/** Drivers that are there stay as they are when nothing has changed, so that the object need not be written. */
function merged(drivers: readonly CSINodeDriver[], facts: readonly NodeFacts[]): readonly CSINodeDriver[] {
  return facts.reduce((all, one) => {
    const wanted = driverOf(one);
    const before = all.find(({ name }) => name === wanted.name);
    if (before && same(before, wanted)) return all;
    return [...all.filter(({ name }) => name !== wanted.name), wanted];
  }, drivers);
}

function driverOf({ name, nodeId, maxVolumesPerNode: count, accessibleTopology }: NodeFacts): CSINodeDriver {
  return {
    name,
    nodeID: nodeId,
    topologyKeys: Object.keys(accessibleTopology?.segments ?? {}).sort(),
    ...(count > 0 && { allocatable: { count: Math.min(count, MOST_VOLUMES) } }),
  };
}
