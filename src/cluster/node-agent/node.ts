// One running node: its containerd, its kubelet with the HTTPS server, its routes and service rules. nodes.ts makes one
// for each node; `tiphys node stop` and `start` switch it off and on.

import { join } from 'node:path';
import type { FeatureGates } from '../../api/features/feature-gates.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import type { Client } from '../../client/client.ts';
import { createEventRecorder, referenceTo } from '../../client/events/events.ts';
import type { InformerFactory } from '../../client/informer/factory.ts';
import type { ContainerRuntime } from '../../cri/runtime.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import type { Random } from '../../kit/random.ts';
import { createKubelet, type Kubelet } from '../../kubelet/kubelet.ts';
import type { KubeletTaint, ShownDirectory } from '../../kubelet/options.ts';
import type { PodNetwork } from '../../kubelet/pod-network.ts';
import { delegatedAccess } from '../../kubelet/server/delegated-access.ts';
import { type KubeletServer, startKubeletServer } from '../../kubelet/server/server.ts';
import { Bandwidth } from '../../network/bandwidth/bandwidth.ts';
import { Policies } from '../../network/policy/start-policies.ts';
import {
  type RunningServiceProxy,
  type ServiceProxyOptions,
  startServiceProxy,
} from '../../network/proxy/start-service-proxy.ts';
import { type LazyDriver, lazyDiskDriver } from '../../storage/lazy-driver.ts';
import { CNI_RESULTS } from '../nodes/cni.ts';
import type { ClusterNode, ClusterNodes } from '../nodes/create.ts';
import { diskDirectory, kubeletPort } from '../nodes/plan.ts';
import { kubeletRedirect, STATUS_PORT } from './kubelet-port.ts';
import type { NodeAccess } from './node-access.ts';
import { type ForeignRuntime, foreignRuntime, type NodeRuntime, ownContainerd } from './node-runtime.ts';
import { podListener } from './pod-listener.ts';
import { startPodNetwork } from './pod-network.ts';
import { policySurroundings } from './policy-surroundings.ts';

export interface RunningNodeOptions {
  readonly cluster: ClusterNodes;
  readonly node: ClusterNode;
  readonly settings: NodeSettings;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

export interface NodeSettings {
  /** Addresses that pods ask for names. */
  readonly clusterDNS: readonly string[];
  readonly clusterDomain: string;
  /** Containers without a seccomp profile get the runtime's own. */
  readonly seccompDefault: boolean;
  /** Of the Node: labels, annotations, and taints that it has when it is registered. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly taints?: readonly KubeletTaint[];
  /** Directories of the machine that it shows at other paths. */
  readonly shownDirectories?: readonly ShownDirectory[];
  /** A cloud controller manager initializes the node. */
  readonly externalCloud?: boolean;
  /** It knows the node's addresses; nobody else has said them. */
  readonly addressesFromCloud?: boolean;
  /** What the cloud calls the machine. */
  readonly providerID?: string;
  /** All defaults when left out. */
  readonly features?: FeatureGates;
  /** A runtime that somebody else keeps running; a containerd of our own is started when left out. */
  readonly foreignRuntime?: ForeignRuntime;
}

/** How a node reaches the API server. */
export interface NodeConnection {
  readonly access: NodeAccess;
  /** Services, endpoints, nodes and what network policies need: shared by all nodes of the process. */
  readonly informers: InformerFactory;
}

export class RunningNode {
  readonly name: string;
  readonly #options: RunningNodeOptions;
  readonly #nodeRuntime: NodeRuntime;
  #runtime: ContainerRuntime | undefined;
  #kubelet: Kubelet | undefined;
  #disk: LazyDriver | undefined;
  #server: KubeletServer | undefined;
  #access: NodeAccess | undefined;
  #proxy: RunningServiceProxy | undefined;
  #stops: (() => void)[] = [];

  constructor(options: RunningNodeOptions) {
    const { node, settings } = options;
    this.name = node.name;
    this.#options = options;
    this.#nodeRuntime = settings.foreignRuntime
      ? foreignRuntime(settings.foreignRuntime, options)
      : ownContainerd(options);
  }

  /** Where images are brought in without a registry; throws where that cannot be. */
  get imageSocket(): string {
    return this.#nodeRuntime.imageSocket();
  }

  /** The container runtime; undefined while the node is off. */
  get runtime(): ContainerRuntime | undefined {
    return this.#runtime;
  }

  /** Resolves when the container runtime answers. */
  async startRuntime(): Promise<void> {
    this.#runtime = await this.#nodeRuntime.start();
  }

  /** Resolves when the node is registered and its pods have workers. Call after startRuntime. */
  async startKubelet({ access, informers }: NodeConnection): Promise<void> {
    const { cluster, node, clock, log } = this.#options;
    const network = { nodeName: node.name, exec: node.shell.exec, informers, clock };
    access.informers.start();
    this.#access = access;
    // Whoever brings the network brings its policies and limits, as upstream.
    const policies =
      cluster.cni === 'none'
        ? undefined
        : new Policies({
            ...network,
            ...policySurroundings(cluster),
            bridge: node.podBridge,
            log: log.child(`policies/${node.name}`),
          });
    this.#disk = this.#makeDisk();
    const listener = policies && podListener(policies, this.#makeBandwidth(access));
    this.#kubelet = this.#makeKubelet(access, listener, this.#disk);
    this.#server = await this.#startServer(this.#kubelet, access);
    await this.#leadToServer();
    this.#stops = [
      () => policies?.stop(),
      startPodNetwork(
        { cluster, node },
        { ...network, client: access.client, log: log.child(`routes/${node.name}`) },
      ),
      this.#startProxy(network, access.client),
    ];
    await this.#kubelet.start();
  }

  #startProxy(
    network: Omit<ServiceProxyOptions, 'clusterCidrs' | 'nodePrefix' | 'events' | 'log'>,
    client: Client,
  ): () => void {
    const { cluster, node, clock, log } = this.#options;
    const events = createEventRecorder({ client, clock, log, component: 'kube-proxy', host: node.name });
    const clusterCidrs = cluster.networks.map((one) => one.clusterCidr);
    this.#proxy = startServiceProxy({
      ...{ ...network, clusterCidrs, nodePrefix: node.shell.prefix, events },
      log: log.child(`proxy/${node.name}`),
    });
    return this.#proxy.stop;
  }

  /** The kubelet's server takes up its renewed certificate. */
  renewTls(): void {
    if (this.#access) this.#server?.setTls(this.#access.tls());
  }

  /** Lets go of the node: everything that runs on it goes on running. */
  async release(): Promise<void> {
    for (const stop of this.#stops.splice(0)) stop();
    await this.#kubelet?.stop();
    await this.#disk?.close();
    await this.#server?.close();
    this.#nodeRuntime.release();
    this.#runtime?.close();
    this.#kubelet = this.#disk = this.#server = this.#runtime = undefined;
  }

  #makeKubelet(access: NodeAccess, network: PodNetwork | undefined, disk: LazyDriver): Kubelet {
    const { cluster, node, settings, clock, random, log } = this.#options;
    return createKubelet({
      nodeName: node.name,
      client: access.client,
      informers: access.informers,
      runtime: this.#runtime!,
      clock,
      random,
      log,
      directories: {
        root: node.kubelet,
        logs: join(node.directory, 'logs/pods'),
        secrets: node.tmpfs,
      },
      nodeExec: node.shell.exec,
      csiDrivers: [disk],
      nodeIPs: node.addresses,
      ...(network && { network }),
      otherMetrics: () => this.#proxy?.renderMetrics() ?? '',
      podCidrs: node.podCidrs,
      clusterDNS: settings.clusterDNS,
      clusterDomain: settings.clusterDomain,
      seccompDefault: settings.seccompDefault,
      ...(settings.labels && { labels: settings.labels }),
      ...(settings.annotations && { annotations: settings.annotations }),
      ...(settings.taints && { taints: settings.taints }),
      ...(settings.shownDirectories && { shownDirectories: settings.shownDirectories }),
      ...(settings.externalCloud && { externalCloud: true }),
      ...(settings.addressesFromCloud && { addressesFromCloud: true }),
      ...(settings.providerID && { providerID: settings.providerID }),
      ...(settings.features && { features: settings.features }),
      kubeletPort: STATUS_PORT,
      ...this.#nodeRuntime.cgroups(),
      ...(cluster.isolated && { resolvConf: '' }),
    });
  }

  #makeBandwidth(access: NodeAccess): Bandwidth {
    const { node, clock, log } = this.#options;
    const { client } = access;
    const events = createEventRecorder({ client, clock, log, component: 'kubelet', host: node.name });
    return new Bandwidth({
      exec: node.shell.exec,
      results: CNI_RESULTS,
      onFailure: (pod, message) =>
        events.record(referenceTo(Pod, pod), 'Warning', 'BandwidthNotLimited', message),
    });
  }

  #makeDisk(): LazyDriver {
    const { node, clock, log } = this.#options;
    return lazyDiskDriver({
      node: node.name,
      directory: diskDirectory(node),
      root: node.kubelet,
      run: node.shell.exec,
      clock,
      log: log.child(`disk/${node.name}`),
    });
  }

  /** In host mode the server is where the node's status says. */
  async #leadToServer(): Promise<void> {
    const { cluster, node } = this.#options;
    if (cluster.host) return;
    const port = kubeletPort(node);
    const input = cluster.networks
      .map(({ word, gateway: host }, i) => kubeletRedirect({ word, address: node.addresses[i]!, host, port }))
      .join('');
    await node.shell.exec(['nft', '-f', '-'], { input });
  }

  #startServer(kubelet: Kubelet, access: NodeAccess): Promise<KubeletServer> {
    const { cluster, node, clock, log } = this.#options;
    return startKubeletServer({
      backend: kubelet.backend,
      clock,
      log: log.child(`kubelet-server/${this.name}`),
      addresses: cluster.networks.map(({ gateway }) => gateway),
      port: kubeletPort(node),
      tls: access.tls(),
      ...delegatedAccess(access.client),
    });
  }
}
