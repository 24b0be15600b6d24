// A cluster in this process: its control plane, its nodes, and what connects them. Made by up.ts.
import {
  changeKubeconfig,
  contextName,
  mergeKubeconfig,
  writeKubeconfig,
} from '../client/kubeconfig/kubeconfig.ts';
import type { ImageContent } from '../cri/image/content.ts';
import type { Clock } from '../kit/clock.ts';
import type { Logger } from '../kit/log.ts';
import type { Random } from '../kit/random.ts';
import { publishDns, startClusterDns } from '../network/dns/cluster-dns.ts';
import type { DnsServer } from '../network/dns/server.ts';
import { startHostPorts } from '../network/host-ports/start-host-ports.ts';
import { startRoutes } from '../network/routes/start-routes.ts';
import { CLUSTER_DOMAIN, DNS_SERVICE_IP } from './addresses.ts';
import { controlRoutes } from './control/routes.ts';
import { type ControlServer, serveControl } from './control/server.ts';
import { ControlPlane } from './control-plane/control-plane.ts';
import { removeFromMachine } from './down.ts';
import { importInto } from './images/load.ts';
import { applyManifests, type Manifest } from './manifests.ts';
import type { RunningNode } from './node-agent/node.ts';
import { RunningNodes } from './node-agent/nodes.ts';
import { type ClusterNodes, createNodes } from './nodes/create.ts';
import { planNodes } from './nodes/plan.ts';
import { hostShell } from './nodes/shell.ts';
import type { ClusterOptions } from './options.ts';
import type { ClusterSummary } from './progress.ts';
import { type ClusterPaths, clusterPaths } from './state/paths.ts';
import { type ClusterRecord, readRecord, writeRecord } from './state/registry.ts';

export interface RunningClusterOptions {
  readonly options: ClusterOptions;
  readonly index: number;
  readonly nodes: readonly string[];
  /** Told of each step that is done. */
  readonly step: (text: string) => void;
  readonly log: Logger;
  readonly clock: Clock;
  readonly random: Random;
}

export interface Workload {
  readonly manifests: readonly Manifest[];
  /** Images to build and bring into every node before the manifests are applied. */
  readonly images: readonly (() => ImageContent)[];
}

export class RunningCluster {
  readonly #given: RunningClusterOptions;
  readonly #paths: ClusterPaths;
  readonly #controlPlane: ControlPlane;
  readonly #nodes: RunningNodes;
  #control: ControlServer | undefined;
  #dns: DnsServer | undefined;
  #stops: (() => void)[] = [];

  constructor(given: RunningClusterOptions) {
    this.#given = given;
    const { options, index, nodes, clock, random, log } = given;
    this.#paths = clusterPaths(options.dataDir);
    const nodesOptions = {
      cluster: options.name,
      index,
      nodes,
      directory: options.dataDir,
      isolated: options.isolated,
      host: options.host,
    };
    const plan = nodes.length > 0 ? planNodes(nodesOptions) : undefined;
    this.#controlPlane = new ControlPlane({
      paths: this.#paths,
      port: options.apiPort,
      plan,
      kubeletAddress: (name) => this.#nodes.get(name)?.kubeletAddress,
      clock,
      random,
      log,
    });
    this.#nodes = new RunningNodes({
      create: plan ? () => createNodes(nodesOptions) : undefined,
      access: (name) => this.#controlPlane.nodeAccess(name),
      informers: this.#controlPlane.informers,
      clock,
      random,
      log,
    });
  }

  get summary(): ClusterSummary {
    const { options, nodes } = this.#given;
    return {
      name: options.name,
      api: this.#controlPlane.url,
      context: contextName(options.name),
      kubeconfig: options.kubeconfig ?? this.#paths.kubeconfig,
      nodes,
      log: this.#paths.log,
    };
  }

  async start(workload: Workload): Promise<void> {
    const { options, step, log } = this.#given;
    // Before anything is made, so that `tiphys down` finds it whenever this process may die, and no other cluster gets
    // the same addresses.
    writeRecord(this.#record());
    const machines = this.#nodes.prepare().then(async (nodes) => {
      if (nodes)
        step(`${nodes.nodes.length} node${nodes.nodes.length > 1 ? 's' : ''}: namespaces and network`);
      return nodes;
    });
    const images = machines.then(async () => {
      await this.#nodes.startRuntimes();
      if (this.#nodes.all.length > 0) step('containerd');
      return this.#loadImages(workload.images);
    });
    // Their failures are reported where they are awaited.
    for (const promise of [machines, images]) promise.catch(() => {});
    const [nodes] = await Promise.all([machines, this.#controlPlane.open()]);
    await this.#controlPlane.start();
    step(`API server at ${this.#controlPlane.url}`);
    writeRecord(this.#record());
    this.#writeKubeconfig();
    this.#control = await serveControl(this.#paths.control, controlRoutes(this.#nodes), log);
    await this.#controlPlane.startComponents();
    if (nodes) await this.#connect(nodes);
    await images;
    const kubelets = this.#nodes.startKubelets();
    await applyManifests(this.#controlPlane.client('tiphys'), this.#controlPlane.scheme, workload.manifests);
    if (workload.manifests.length > 0) step(`${workload.manifests.length} objects applied`);
    await kubelets;
    await this.#nodes.ready();
    if (options.nodes > 0) step('every node is Ready');
  }

  /** Ends this process's part; pods and containerd go on running. */
  async stop(): Promise<void> {
    for (const stop of this.#stops.splice(0)) stop();
    await this.#control?.close();
    await this.#nodes.release();
    await this.#dns?.close();
    await this.#controlPlane.stop();
  }

  /** Ends everything, pods included; data stay. */
  async takeDown(): Promise<void> {
    await this.stop();
    await removeFromMachine(this.#record(), false);
  }

  async #loadImages(images: readonly (() => ImageContent)[]): Promise<void> {
    const sockets = this.#nodes.all.map((node: RunningNode) => node.socket);
    if (sockets.length > 0)
      await importInto(
        sockets,
        images.map((build) => build()),
      );
  }

  /** What links nodes, machine and Services, once the bridge stands. */
  async #connect(nodes: ClusterNodes): Promise<void> {
    const { options, clock, log } = this.#given;
    const { informers } = this.#controlPlane;
    const machine = { nodeName: '', exec: hostShell.exec, informers };
    if (!options.host) this.#stops.push(startRoutes({ ...machine, log: log.child('routes') }));
    const client = this.#controlPlane.client('tiphys');
    this.#stops.push(startHostPorts({ client, informers, clock, log: log.child('host-ports') }));
    const { isolated } = options;
    this.#dns = await startClusterDns({
      informers,
      address: nodes.gateway,
      domain: CLUSTER_DOMAIN,
      isolated,
      clock,
      log: log.child('dns'),
    });
    await publishDns(client, { clusterIP: DNS_SERVICE_IP, address: nodes.gateway });
  }

  #record(): ClusterRecord {
    const { options, index, nodes } = this.#given;
    const { name, dataDir, isolated, host, kubeconfig } = options;
    // Until the port is chosen the last one stands: 0 in a first start.
    const apiPort = this.#controlPlane.port || (readRecord(name)?.apiPort ?? 0);
    const record = { name, index, dataDir, nodes, isolated, host, apiPort, pid: process.pid };
    return { ...record, ...(kubeconfig && { kubeconfig }) };
  }

  #writeKubeconfig(): void {
    const { options } = this.#given;
    const config = this.#controlPlane.adminKubeconfig(contextName(options.name));
    // Nobody else writes this one, so the lock of a killed start must not count.
    writeKubeconfig(this.#paths.kubeconfig, config);
    if (options.kubeconfig)
      changeKubeconfig(options.kubeconfig, (existing) => mergeKubeconfig(existing, config));
  }
}
