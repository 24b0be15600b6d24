// Promise: a node that was registered as not initialized gets what the provider knows of its machine and then takes pods; its
// addresses are kept up to date. Upstream: staging/src/k8s.io/cloud-provider/controllers/node.
import { Node } from '../../../api/kinds/core/v1/node.ts';
import { nameOf } from '../../../api/meta/v1/object.ts';
import { isConflict } from '../../../api/status/status-error.ts';
import { referenceTo } from '../../../client/events/events.ts';
import { messageOf } from '../../../kit/message-of.ts';
import { type Histogram, MetricsRegistry } from '../../../kit/metrics.ts';
import { eachAtOnce } from '../../framework/at-once.ts';
import { type Controller, watch } from '../../framework/controller.ts';
import type { CloudContext, CloudSettings } from '../context.ts';
import type { InstanceMetadata, Instances } from '../provider.ts';
import { newAddresses, preferProvided } from './addresses.ts';
import { initialized, isUninitialized, labelsToMend } from './initial.ts';

/** The key of the addresses of all nodes. No node has such a name. */
const ADDRESSES = '/addresses';
/** Upstream's --node-status-update-frequency. */
const UPDATE_MS = 5 * 60_000;
const MOST_CONFLICTS = 20;
/** A node may be registered before its provider knows the machine; upstream waits for the next change of the node. */
const UNKNOWN_MS = 10_000;
/** From a second, each four times the one before. */
const SECONDS = Array.from({ length: 6 }, (_, i) => 4 ** i);

export function createCloudNodeController(
  context: CloudContext,
  instances: Instances,
  { nodeWorkers = 1, nodeStatusMs = UPDATE_MS }: CloudSettings = {},
): Controller {
  const nodes = context.informers.informer(Node);
  const initializer = new NodeInitializer(context, instances);
  return {
    name: 'cloud-node-controller',
    workers: nodeWorkers,
    watches: [watch(nodes, { onAdd: keys, onUpdate: keys, onDelete: () => [] })],
    start: (enqueue) => enqueue(ADDRESSES),
    reconcile: async (key) => {
      if (key === ADDRESSES) {
        await eachAtOnce(nodes.lister.list(), nodeWorkers, (node) => initializer.follow(node));
        return { requeueAfter: nodeStatusMs };
      }
      const node = nodes.lister.get(key);
      if (!node) return undefined;
      if (!isUninitialized(node)) await initializer.mendLabels(node);
      else if (!(await initializer.initialize(node))) return { requeueAfter: UNKNOWN_MS };
      return undefined;
    },
  };
}

const keys = (node: Readonly<Node>): string[] =>
  isUninitialized(node) || labelsToMend(node) ? [nameOf(node)] : [];

class NodeInitializer {
  readonly #context: CloudContext;
  readonly #instances: Instances;
  readonly #untaint: Histogram;
  readonly #sync: Histogram;

  constructor(context: CloudContext, instances: Instances) {
    this.#context = context;
    this.#instances = instances;
    const { metrics = new MetricsRegistry() } = context;
    this.#untaint = metrics.histogram(
      'node_controller_cloud_provider_taint_removal_delay_seconds',
      'How old a node was when its taint of a node that is not initialized was removed.',
      SECONDS,
    );
    this.#sync = metrics.histogram(
      'node_controller_initial_node_sync_delay_seconds',
      'How old a node was when it was initialized.',
      SECONDS,
    );
  }

  /** False when nothing is known of the node yet. */
  async initialize(node: Readonly<Node>): Promise<boolean> {
    const name = nameOf(node);
    const metadata = await this.#metadataOf(node).catch((error: unknown) => {
      throw new Error(`failed to get instance metadata for node ${name}: ${messageOf(error)}`);
    });
    if (!metadata) return false;
    try {
      preferProvided(node, metadata.addresses);
    } catch (error) {
      const why = `provided node ip for node "${name}" is not valid: ${messageOf(error)}`;
      throw new Error(`failed to get node modifiers from cloud provider: ${why}`);
    }
    const written = await this.#write(node, metadata);
    this.#untaint.observe({}, this.#ageOf(written));
    await this.#writeAddresses(written, metadata);
    this.#context.events.record(referenceTo(Node, node), 'Normal', 'Synced', 'Node synced successfully');
    this.#sync.observe({}, this.#ageOf(written));
    return true;
  }

  async mendLabels(node: Readonly<Node>): Promise<void> {
    const labels = labelsToMend(node);
    if (!labels) return;
    await this.#context.client.patch(Node, nameOf(node), undefined, 'strategic', { metadata: { labels } });
  }

  /** Keeps the addresses of a node as the provider has them; what fails is tried again the next time. */
  async follow(node: Readonly<Node>): Promise<void> {
    if (isUninitialized(node)) return;
    try {
      const metadata = await this.#instances.metadata(node);
      if (metadata) await this.#writeAddresses(node, metadata);
    } catch (error) {
      this.#warn(node, error);
    }
  }

  async #metadataOf(node: Readonly<Node>): Promise<InstanceMetadata | undefined> {
    const metadata = await this.#instances.metadata(node);
    if (metadata && !metadata.providerID && !node.spec?.providerID)
      throw new Error(`cloud provider does not set node provider ID for node ${nameOf(node)}`);
    return metadata;
  }

  /** Again at the present version on conflict: kubelets write their nodes at the same time. */
  async #write(node: Readonly<Node>, metadata: InstanceMetadata): Promise<Node> {
    const { client } = this.#context;
    let latest = node;
    for (let conflicts = 0; ; conflicts++) {
      try {
        return await client.update(Node, initialized(latest, metadata));
      } catch (error) {
        if (!isConflict(error) || conflicts === MOST_CONFLICTS) throw error;
        latest = await client.get(Node, nameOf(node));
      }
    }
  }

  /** The node is initialized without them, as upstream. */
  async #writeAddresses(node: Readonly<Node>, metadata: InstanceMetadata): Promise<void> {
    try {
      const addresses = newAddresses(node, metadata.addresses);
      if (!addresses) return;
      // A strategic merge would keep those that are not named; the directive replaces the list.
      const patch = { status: { addresses: [{ $patch: 'replace' }, ...addresses] } };
      const options = { subresource: 'status' };
      await this.#context.client.patch(Node, nameOf(node), undefined, 'strategic', patch, options);
    } catch (error) {
      this.#warn(node, error);
    }
  }

  #warn(node: Readonly<Node>, error: unknown): void {
    this.#context.log.warn('the addresses of a node were not updated', {
      node: nameOf(node),
      error: messageOf(error),
    });
  }

  #ageOf(node: Readonly<Node>): number {
    const created = Date.parse(node.metadata.creationTimestamp ?? '') || 0;
    return Math.max(0, this.#context.clock.now() - created) / 1000;
  }
}
