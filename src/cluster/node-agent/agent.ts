// The nodes' part of a cluster: for each node containerd, kubelet, proxy and routes; for the machine routes to all nodes,
// host ports and DNS. Reaches the API server over HTTPS only, so that it runs apart from any control plane.
import type { Client } from '../../client/client.ts';
import type { InformerFactory } from '../../client/informer/factory.ts';
import { startClusterDns } from '../../network/dns/cluster-dns.ts';
import type { DnsServer } from '../../network/dns/server/server.ts';
import { localSite } from '../doors/local-site.ts';
import { followDoorLabel } from '../doors/node-door.ts';
import { startOutsideDoor } from '../doors/outside-door.ts';
import type { ClusterNodes } from '../nodes/create.ts';
import { startLocalCloud } from './local-cloud.ts';
import type { NodeAccess } from './node-access.ts';
import { RunningNodes, type RunningNodesOptions } from './nodes.ts';
import { startMachineRoutes } from './pod-network.ts';

export interface NodeAgentOptions extends RunningNodesOptions {
  /** Answers for the cluster's names, and lets pods know where; undefined where somebody else does. */
  readonly publishDns?: (client: Client, addresses: readonly string[]) => Promise<void>;
  /** NodePorts, or LoadBalancer Services as well, answer on this machine's 127.0.0.1 too, and Ingresses on an address of their own. */
  readonly hostPorts: 'none' | 'node-ports' | 'all';
  /** File for the requests of Ingresses and Gateways. */
  readonly accessLog?: string;
}

/** How the agent reaches the API server. */
export interface AgentAccess {
  /** May watch Services, endpoints, nodes, namespaces, network policies, pods and the ConfigMap kube-dns, and write kube-dns, the status of Services and events. */
  readonly client: Client;
  readonly informers: InformerFactory;
  /** Of the outside door, with its own rights; where it is missing there is no door. */
  readonly door?: Client;
  readonly node: (name: string) => NodeAccess;
}

export class NodeAgent {
  readonly nodes: RunningNodes;
  readonly #options: NodeAgentOptions;
  #cluster: ClusterNodes | undefined;
  #access: AgentAccess | undefined;
  #dns: Pick<DnsServer, 'close'> | undefined;
  #stops: (() => void | Promise<void>)[] = [];

  constructor(options: NodeAgentOptions) {
    this.#options = options;
    this.nodes = new RunningNodes(options);
  }

  /** Makes the namespaces; resolves with what was made. Needs no API server, nor does startRuntimes. */
  async prepare(): Promise<ClusterNodes | undefined> {
    this.#cluster = await this.nodes.prepare();
    return this.#cluster;
  }

  startRuntimes(): Promise<void> {
    return this.nodes.startRuntimes();
  }

  /** Connects machine and Services; the kubelets follow with startKubelets. */
  async connect(access: AgentAccess): Promise<void> {
    this.#access = access;
    this.nodes.connect(access);
    if (!this.#cluster) return;
    const { client, informers, door } = access;
    const { publishDns, hostPorts, clock, random, log } = this.#options;
    if (!this.#cluster.host) {
      this.#stops.push(startMachineRoutes(this.#cluster, { informers, clock, log: log.child('routes') }));
    }
    if (hostPorts !== 'none')
      this.#stops.push(
        await startLocalCloud({
          client,
          informers,
          clock,
          random,
          log,
          cluster: this.#cluster,
          nodes: this.nodes,
          balances: hostPorts === 'all',
        }),
      );
    if (hostPorts === 'none' && this.#cluster.pool.length > 0)
      this.#stops.push(await this.#announce(this.#cluster, access));
    if (hostPorts !== 'none' && door) this.#openDoor(this.#cluster, door, informers);
    if (hostPorts === 'none' && this.#cluster.host)
      this.#stops.push(
        followDoorLabel({
          ...{ cluster: this.#cluster, client, informers, clock, random },
          log: log.child('door'),
        }),
      );
    if (publishDns) await this.#startDns(this.#cluster, publishDns, access);
    informers.start();
  }

  #openDoor(cluster: ClusterNodes, client: Client, network: InformerFactory): void {
    const { accessLog, clock, random, log } = this.#options;
    const tools = { clock, random, log: log.child('door') };
    const site = localSite({ ...{ cluster, ...tools }, ...(accessLog && { accessLog }) });
    const { stop } = startOutsideDoor({ ...{ site, client, network }, ...tools });
    this.#stops.push(stop);
  }

  startKubelets(): Promise<void> {
    return this.nodes.startKubelets();
  }

  /** Somebody else gives the addresses to Services. */
  async #announce(cluster: ClusterNodes, { client, informers }: AgentAccess): Promise<() => void> {
    const { clock, log } = this.#options;
    const { announceAddresses } = await import('./announcements.ts');
    return announceAddresses({
      client,
      informers,
      clock,
      log,
      cluster,
      nodes: this.nodes,
      pool: cluster.pool,
    });
  }

  async #startDns(
    { networks, isolated }: ClusterNodes,
    publish: NonNullable<NodeAgentOptions['publishDns']>,
    access: AgentAccess,
  ): Promise<void> {
    const { settings, clock, random, log } = this.#options;
    const { informers } = access;
    const addresses = networks.map(({ gateway }) => gateway);
    const dns = { informers, addresses, domain: settings.clusterDomain, isolated, clock, random };
    this.#dns = await startClusterDns({ ...dns, log: log.child('dns') });
    await publish(access.client, addresses);
  }

  /** Lets go: containerd and all pods go on running, for another agent to adopt. */
  async release(): Promise<void> {
    for (const stop of this.#stops.splice(0)) await stop();
    await this.nodes.release();
    this.#access?.informers.stop();
    await this.#dns?.close();
  }
}
