// The control plane of `tiphys up` in one process: store, API server, controllers, scheduler. The latter two reach the API
// server through its in-process transport and share one set of informers. Run by main.ts.
import { type ApiServer, createApiServer } from '../../apiserver/api-server.ts';
import { InformerFactory } from '../../client/informer/factory.ts';
import { RestClient } from '../../client/rest/rest-client.ts';
import { type InProcessHandler, inProcessTransport } from '../../client/transport/in-process-transport.ts';
import type { Transport } from '../../client/transport/transport.ts';
import type { RunningControllers } from '../../controllers/all.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { MetricsRegistry } from '../../kit/metrics.ts';
import type { Random } from '../../kit/random.ts';
import type { Scheduler } from '../../scheduler/scheduler.ts';
import { openSqliteStore } from '../../store/sqlite/sqlite-store.ts';
import type { Store } from '../../store/store.ts';
import { SERVICE_CIDR } from '../addresses.ts';
import { type ClusterCertificates, ensureCertificates } from '../pki/ensure-certificates.ts';
import { choosePort } from './choose-port.ts';
import { startControllerManager } from './controller-manager.ts';
import { runScheduler } from './scheduler.ts';
import type { ControlPlaneSettings } from './settings.ts';

export interface ControlPlaneOptions {
  readonly settings: ControlPlaneSettings;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

const LOOPBACK = '127.0.0.1';
/** Of each node's range of pod addresses. */
const NODE_MASK = 24;
const MANAGER = 'system:kube-controller-manager';
const SCHEDULER = 'system:kube-scheduler';
const SERVICE_ACCOUNT_GROUPS = ['system:serviceaccounts', 'system:serviceaccounts:kube-system'];

export class ControlPlane {
  readonly #options: ControlPlaneOptions;
  readonly #metrics = new MetricsRegistry();
  readonly #certificates: ClusterCertificates;
  readonly #informers: InformerFactory;
  #store: Store | undefined;
  #api: ApiServer | undefined;
  #controllers: RunningControllers | undefined;
  #scheduler: Scheduler | undefined;

  constructor(options: ControlPlaneOptions) {
    const { settings, clock, random, log } = options;
    this.#options = options;
    this.#certificates = ensureCertificates({
      directory: settings.pki,
      clock,
      random,
      nodes: settings.nodes?.certified ?? [],
      addresses: settings.nodes ? [settings.nodes.gateway] : [],
    });
    const client = new RestClient({ transport: this.#transportOf(MANAGER), clock });
    this.#informers = new InformerFactory({ client, clock, random, log: log.child('informers') });
  }

  /** Resolves with the API server's port when it answers, on 127.0.0.1 and where nodes and pods find it. */
  async start(): Promise<number> {
    const { settings, clock } = this.#options;
    const onFailure = (error: Error) => this.#storeFailed(error);
    this.#store = await openSqliteStore({ directory: settings.store, clock, onFailure });
    const port = await choosePort(LOOPBACK, settings.port);
    this.#api = this.#makeApiServer(this.#store, port);
    await this.#api.start();
    if (!settings.without.includes('controller-manager')) this.#controllers = this.#startControllers();
    if (!settings.without.includes('scheduler')) this.#scheduler = this.#startScheduler();
    return port;
  }

  async stop(): Promise<void> {
    await this.#scheduler?.stop();
    await this.#controllers?.stop();
    this.#informers.stop();
    await this.#api?.stop();
    await this.#store?.close();
  }

  #makeApiServer(store: Store, port: number): ApiServer {
    const { settings, clock, random, log } = this.#options;
    const { nodes } = settings;
    const hosts = nodes && nodes.gateway !== LOOPBACK ? [LOOPBACK, nodes.gateway] : [LOOPBACK];
    return createApiServer({
      store,
      clock,
      random,
      log: log.child('apiserver'),
      certificates: this.#certificates,
      serviceCidr: SERVICE_CIDR,
      listen: hosts.map((host) => ({ host, port })),
      ...(nodes && { advertise: { address: nodes.gateway, port } }),
      kubeletAuthority: this.#certificates.ca.certificate,
      kubeletAddress: (node) => nodes?.kubelets[node],
      moreMetrics: () => this.#metrics.render(),
    });
  }

  #startControllers(): RunningControllers {
    const { nodes } = this.#options.settings;
    const { ca } = this.#certificates;
    return startControllerManager({
      ...this.#component(MANAGER),
      clientFor: (account) => this.#serviceAccount(account),
      settings: {
        rootCa: ca.certificate,
        signing: ca,
        ...(nodes && { podRanges: { cluster: nodes.clusterCidr, nodeMask: NODE_MASK } }),
      },
    });
  }

  #startScheduler(): Scheduler {
    return runScheduler(this.#component(SCHEDULER));
  }

  #component(user: string) {
    const { clock, random, log } = this.#options;
    const transport = this.#transportOf(user);
    return { transport, informers: this.#informers, clock, random, log, metrics: this.#metrics };
  }

  #serviceAccount(name: string): RestClient {
    const transport = this.#transportOf(`system:serviceaccount:kube-system:${name}`, SERVICE_ACCOUNT_GROUPS);
    return new RestClient({ transport, clock: this.#options.clock });
  }

  /** Usable once the API server has started. */
  #transportOf(name: string, groups: readonly string[] = []): Transport {
    const handler: InProcessHandler = {
      request: (request, user) => this.#api!.inProcess.request(request, user),
      watch: (request, user) => this.#api!.inProcess.watch(request, user),
    };
    return inProcessTransport(handler, { name, groups });
  }

  /** After a failed commit nothing can be written any more; a fresh start reads what is durable. */
  #storeFailed(error: Error): void {
    this.#options.log.error('the store cannot write any more; the process ends so that it is started again', {
      error,
    });
    process.exit(70);
  }
}
