// A cluster run by this process: the node agent here, the control plane in a process of its own under a supervisor, and
// what connects them. Made by up.ts.

import type { ChildProcess } from 'node:child_process';
import { firstAddress } from '../api/addresses/prefix.ts';
import { contextName } from '../client/kubeconfig/kubeconfig.ts';
import type { ImageContent } from '../cri/image/content.ts';
import type { Clock, Timer } from '../kit/clock.ts';
import type { Logger } from '../kit/log.ts';
import type { Random } from '../kit/random.ts';
import { publishDns } from '../network/dns/publish.ts';
import { accessFlags } from './access/access-flags.ts';
import { CLUSTER_DOMAIN, dnsServiceIPs, SERVICE_CIDRS } from './addressing/addresses.ts';
import { ApiConnections } from './api-connections.ts';
import { auditFlags } from './auditor.ts';
import { lastPort, writeKubeconfigs } from './cluster-kubeconfigs.ts';
import type { ConfiguredNodes } from './configured/configured-nodes.ts';
import { controlRoutes } from './control/routes.ts';
import { type ControlServer, serveControl } from './control/server.ts';
import { type ControlPlaneSettings, settingsOfPlan } from './control-plane/settings.ts';
import { spawnControlPlane } from './control-plane/spawn.ts';
import { removeFromMachine } from './down.ts';
import { ensureEncryption } from './encryption/config-file.ts';
import { disableEncryption, rewriteSecrets, rotateKey } from './encryption/rewrite.ts';
import { featureGates } from './feature-gates.ts';
import { importInto } from './images/load.ts';
import { NodeAgent } from './node-agent/agent.ts';
import { renewPodRanges } from './node-agent/pod-ranges.ts';
import { createNodes } from './nodes/create.ts';
import { type NodesPlan, planNodes } from './nodes/plan.ts';
import { poolConflict } from './nodes/pool.ts';
import { type ClusterOptions, nodesOptionsOf } from './options.ts';
import { watchCertificates } from './pki/certificate-watch.ts';
import {
  type CertificatesOptions,
  type ClusterCertificates,
  ensureCertificates,
} from './pki/ensure-certificates.ts';
import { type ClusterSummary, UserError } from './progress.ts';
import { ClusterRegistry } from './registry/cluster-registry.ts';
import { type SimulatedNodesSettings, simulatedNodeNames } from './simulated-nodes/settings.ts';
import { superviseSimulatedNodes } from './simulated-nodes/supervise.ts';
import { type ClusterPaths, clusterPaths } from './state/paths.ts';
import { type ClusterRecord, listRecords, portsOfOthers, readRecord, writeRecord } from './state/registry.ts';
import type { Launch } from './supervisor/launch.ts';
import { type ComponentStatus, Supervisor } from './supervisor/supervisor.ts';
import { applyManifests, type Manifest } from './workloads/manifests.ts';

export interface RunningClusterOptions {
  readonly options: ClusterOptions;
  readonly index: number;
  readonly nodes: readonly string[];
  readonly launch: Launch;
  /** A process of the control plane that was started already. */
  readonly controlPlane: ChildProcess | undefined;
  /** What tiphys.yaml says of the nodes; undefined when there is nothing to do for it. */
  readonly configured: ConfiguredNodes | undefined;
  /** Called after each step. */
  readonly step: (text: string) => void;
  /** Says what is waited for while it is. */
  readonly during: <T>(text: string, work: Promise<T>) => Promise<T>;
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
  readonly #plan: NodesPlan | undefined;
  readonly #agent: NodeAgent;
  readonly #controlPlane: Supervisor<ControlPlaneSettings>;
  #controlPlanePid: number | undefined;
  #simulatedNodes: Supervisor<SimulatedNodesSettings> | undefined;
  #simulatedNodesPid: number | undefined;
  readonly #registry: ClusterRegistry | undefined;
  #port = 0;
  /** Settles when namespaces and runtimes are there, or have failed. */
  #making: Promise<unknown> | undefined;
  #complete = false;
  #connections: ApiConnections | undefined;
  #control: ControlServer | undefined;
  #watch: Timer | undefined;

  constructor(given: RunningClusterOptions) {
    this.#given = given;
    const { options, nodes, index, clock, random, log } = given;
    this.#paths = clusterPaths(options.dataDir);
    const nodesOptions = nodesOptionsOf(options, index, nodes);
    const dnsIPs = dnsServiceIPs(this.#serviceCidrs);
    this.#plan = nodes.length > 0 ? planNodes(nodesOptions) : undefined;
    const conflict = this.#plan && poolConflict(this.#plan);
    if (conflict) throw new UserError(`--load-balancer-pool: ${conflict}`);
    this.#registry = this.#plan && new ClusterRegistry({ ...given, plan: this.#plan, paths: this.#paths });
    let first = given.controlPlane;
    const take = () => {
      const taken = first;
      first = undefined;
      return taken;
    };
    this.#controlPlane = new Supervisor({
      name: 'control-plane',
      settings: () => this.#controlPlaneSettings(),
      spawn: () => take() ?? spawnControlPlane(options.dataDir),
      onSpawn: (pid) => {
        this.#controlPlanePid = pid;
        writeRecord(this.#record());
      },
      clock,
      log: log.child('supervisor'),
    });
    const { configured } = given;
    const create = async () => {
      const made = await createNodes(nodesOptions);
      await configured?.mount(made);
      return made;
    };
    this.#agent = new NodeAgent({
      create: this.#plan && create,
      ...(configured && { ownSettings: (name) => configured.settingsOf(name) }),
      settings: {
        clusterDNS: dnsIPs.slice(0, 1),
        clusterDomain: CLUSTER_DOMAIN,
        seccompDefault: options.seccompDefault,
        features: featureGates(options.featureGates),
      },
      publishDns: (client, addresses) => publishDns(client, { clusterIPs: dnsIPs, addresses }),
      hostPorts: options.without.includes('cloud-controller-manager') ? 'node-ports' : 'all',
      ...(options.accessLog && { accessLog: this.#paths.accessLog }),
      clock,
      random,
      log,
    });
  }

  get summary(): ClusterSummary {
    const { options, nodes } = this.#given;
    return {
      name: options.name,
      api: this.#url,
      context: contextName(options.name),
      kubeconfig: options.kubeconfig ?? this.#paths.kubeconfig,
      nodes,
      log: this.#paths.log,
    };
  }

  /**
   * Call before anything is made, so that `tiphys down` finds it whenever this process may die, and no other cluster gets the
   * same addresses.
   */
  register(): void {
    writeRecord(this.#record());
  }

  /** Resolves when the API answers, the workload is applied and every node is Ready. */
  async start(workload: Workload): Promise<void> {
    const { options, configured, step, during, clock, random, log } = this.#given;
    if (this.#plan) await configured?.openPorts(this.#plan);
    // Before the control plane looks for it.
    const encrypts = options.encrypt && ensureEncryption(this.#paths.pki, random);
    const listening = this.#controlPlane.start();
    const namespaces = this.#makeNamespaces();
    const registry = this.#registry?.open(namespaces);
    const runtimes = namespaces.then(() => this.#startRuntimes(workload.images));
    // Their failures are reported where they are awaited.
    for (const promise of [listening, namespaces, runtimes, registry]) promise?.catch(() => {});
    this.#making = Promise.allSettled([namespaces, runtimes]);
    const certificates = ensureCertificates(this.#certificateOptions());
    this.#port = await during('the API server', listening);
    step(`API server at ${this.#url}`);
    writeRecord(this.#record());
    await this.#writeKubeconfigs(certificates);
    const connections = new ApiConnections({ server: this.#url, certificates, clock, random, log });
    this.#connections = connections;
    this.#watch = watchCertificates({
      files: this.#certificateOptions(),
      current: certificates,
      renews: true,
      log: log.child('certificates'),
      onChange: (renewed) => this.#useCertificates(renewed),
    });
    const simulated = this.#startSimulatedNodes(certificates);
    simulated.catch(() => {});
    const { admin: transport, client } = connections;
    const encryption = { pki: this.#paths.pki, client, transport, clock, random };
    const routes = {
      ...controlRoutes(this.#agent.nodes, () => this.#components()),
      'encryption-rotate': async () => ({ secrets: await rotateKey(encryption) }),
      'encryption-disable': async () => ({ secrets: await disableEncryption(encryption) }),
    };
    this.#control = await serveControl(this.#paths.control, routes, log);
    if (encrypts) step(`${await rewriteSecrets(connections.client)} Secrets encrypted`);
    await during('the nodes’ namespaces', namespaces);
    if (this.#plan) await renewPodRanges(connections.client, this.#plan.nodes);
    await this.#agent.connect(connections.agentAccess());
    await during('containerd and the images', runtimes);
    await registry;
    const kubelets = this.#agent.startKubelets().then(() => configured?.mark(connections.client));
    if (this.#spreads(workload)) {
      await kubelets;
      await this.#agent.nodes.schedulable();
    }
    const applied = applyManifests({ client, transport, clock }, workload.manifests);
    await during('the objects of the files', applied);
    if (workload.manifests.length > 0) step(`${workload.manifests.length} objects applied`);
    const nodes = kubelets.then(() => this.#awaitNodes());
    await during('the nodes', nodes);
    await during('the simulated nodes', simulated);
    this.#complete = true;
    writeRecord(this.#record());
    void this.#registry?.publish(connections.client);
  }

  /** What of the workload is not ready in the end; undefined where nobody waits for it. */
  async awaitReady({ manifests }: Workload): Promise<readonly string[] | undefined> {
    const { options, during, clock } = this.#given;
    if (options.waitMs === undefined || manifests.length === 0) return undefined;
    const { awaitReady } = await import('./workloads/await-ready.ts');
    const awaiting = { client: this.#connections!.client, clock, limitMs: options.waitMs, during };
    const unready = await awaitReady(manifests, awaiting);
    if (unready.length === 0) this.#given.step('every workload is ready');
    return unready.length > 0 ? unready : undefined;
  }

  /** Without a plug-in no node is Ready, and it may come at any time. */
  async #awaitNodes(): Promise<void> {
    const { nodes, cni } = this.#given.options;
    if (cni === 'bridge') await this.#agent.nodes.ready();
    if (nodes > 0)
      this.#given.step(cni === 'bridge' ? 'every node is Ready' : 'the nodes wait for a network plug-in');
  }

  /** Ends this cluster's own processes; pods and containerd go on running. */
  async stop(): Promise<void> {
    // A start that failed meanwhile would leave a containerd behind which nobody knows.
    await this.#making;
    this.#watch?.cancel();
    this.#given.configured?.close();
    await this.#control?.close();
    await this.#registry?.close();
    await this.#agent.release();
    await this.#simulatedNodes?.stop();
    this.#connections?.close();
    await this.#controlPlane.stop();
  }

  /** Ends everything, pods included; data stay. */
  async takeDown(): Promise<void> {
    await this.stop();
    await removeFromMachine(this.#record(), false);
  }

  /**
   * Whether the workload waits for the nodes: pods that are made before a second node takes pods are all placed on the
   * first one, whatever their spread constraints say.
   */
  #spreads({ manifests }: Workload): boolean {
    const { nodes, without, cni } = this.#given.options;
    // The workload may hold the plug-in that the nodes wait for.
    return cni !== 'none' && nodes > 1 && manifests.length > 0 && !without.includes('controller-manager');
  }

  get #serviceCidrs(): readonly string[] {
    const { families, serviceCidrs } = this.#given.options;
    return serviceCidrs ?? families.map((family) => SERVICE_CIDRS[family]);
  }

  get #url(): string {
    return `https://127.0.0.1:${this.#port}`;
  }

  #components(): ComponentStatus[] {
    const { launcher, ...earlier } = this.#given.launch;
    return [
      { name: 'node-agent', state: 'Running', pid: process.pid, ...earlier },
      this.#controlPlane.status,
      ...(this.#simulatedNodes ? [this.#simulatedNodes.status] : []),
    ];
  }

  #controlPlaneSettings(): ControlPlaneSettings {
    const { options, index, launch } = this.#given;
    return {
      store: this.#paths.store,
      storage: options.storage,
      pki: this.#paths.pki,
      log: this.#paths.log,
      logLevel: options.logLevel,
      // The last one, so that kubeconfigs and the nodes' connections stay good.
      port: this.#port || options.apiPort || lastPort(this.#paths.kubeconfig),
      serviceCidrs: this.#serviceCidrs,
      otherPorts: portsOfOthers({ name: options.name, index }, listRecords()),
      ...(this.#plan && { nodes: settingsOfPlan(this.#plan) }),
      without: options.without,
      ...(options.audit && { audit: auditFlags(options.audit, this.#paths.auditLog) }),
      access: accessFlags(this.#paths.pki, options),
      agentRestarts: launch.launcher !== undefined,
      ...(options.featureGates && { featureGates: options.featureGates }),
      ...(options.runtimeConfig && { runtimeConfig: options.runtimeConfig }),
      ...(options.manifests && { manifests: options.manifests }),
      ...(options.schedulerConfig && { schedulerConfig: options.schedulerConfig }),
      ...(options.schedulerPlugins && { schedulerPlugins: options.schedulerPlugins }),
    };
  }

  async #startSimulatedNodes(certificates: ClusterCertificates): Promise<void> {
    const { options, launch, step, clock, log } = this.#given;
    const { count } = options.simulatedNodes;
    if (count === 0) return;
    this.#simulatedNodes = superviseSimulatedNodes({
      options,
      server: this.#url,
      certificates,
      agentRestarts: launch.launcher !== undefined,
      onSpawn: (pid) => {
        this.#simulatedNodesPid = pid;
        writeRecord(this.#record());
      },
      clock,
      log: log.child('supervisor'),
    });
    await this.#simulatedNodes.start();
    step(`${count} simulated node${count > 1 ? 's' : ''}`);
  }

  #certificateOptions(): CertificatesOptions {
    const { clock, random, options } = this.#given;
    const { count } = options.simulatedNodes;
    const nodes = this.#plan && settingsOfPlan(this.#plan);
    return {
      directory: this.#paths.pki,
      clock,
      random,
      nodes: nodes?.certified ?? [],
      addresses: nodes?.gateways ?? [],
      serviceAddress: firstAddress(this.#serviceCidrs[0]!),
      ...(count > 0 && { simulatedNodes: simulatedNodeNames(options.name, count) }),
    };
  }

  #useCertificates(certificates: ClusterCertificates): void {
    const { log } = this.#given;
    this.#writeKubeconfigs(certificates).catch((error) => log.warn('kubeconfigs stay', { error }));
    this.#connections?.setCertificates(certificates);
    for (const node of this.#agent.nodes.all) node.renewTls();
  }

  #writeKubeconfigs(certificates: ClusterCertificates): Promise<void> {
    const { options, clock } = this.#given;
    return writeKubeconfigs({ options, paths: this.#paths, server: this.#url, certificates }, clock);
  }

  async #makeNamespaces(): Promise<void> {
    const made = await this.#agent.prepare();
    const count = made?.nodes.length ?? 0;
    if (count > 0) this.#given.step(`${count} node${count > 1 ? 's' : ''}: namespaces and network`);
  }

  async #startRuntimes(images: Workload['images']): Promise<void> {
    await this.#agent.startRuntimes();
    const sockets = this.#agent.nodes.all.map((node) => node.imageSocket);
    if (sockets.length === 0) return;
    this.#given.step('containerd');
    await importInto(
      sockets,
      images.map((build) => build()),
    );
  }

  #record(): ClusterRecord {
    const { options, index, nodes, launch } = this.#given;
    const { name, dataDir, isolated, host, kubeconfig, clusterCidrs } = options;
    const earlier = readRecord(name);
    return {
      name,
      index,
      dataDir,
      nodes,
      isolated,
      host,
      // Until this start knows better, what an earlier one noted stands.
      apiPort: this.#port || (earlier?.apiPort ?? 0),
      ...(this.#registry?.port && { registryPort: this.#registry.port }),
      complete: this.#complete || (launch.restarts > 0 && earlier?.complete === true),
      pid: process.pid,
      ...(launch.launcher && { launcher: launch.launcher }),
      ...(this.#controlPlanePid && { controlPlane: this.#controlPlanePid }),
      ...(this.#simulatedNodesPid && { simulatedNodes: this.#simulatedNodesPid }),
      ...(kubeconfig && { kubeconfig }),
      ...(clusterCidrs && { clusterCidrs }),
    };
  }
}
