// The control plane in one process: store, API server, controllers, scheduler, and clients for whoever else lives here.
import { existsSync, readFileSync } from 'node:fs';
import { Scheme } from '../../api/scheme/scheme.ts';
import { type ApiServer, createApiServer } from '../../apiserver/api-server.ts';
import type { Client } from '../../client/client.ts';
import { createEventRecorder } from '../../client/events/events.ts';
import { InformerFactory } from '../../client/informer/factory.ts';
import { type Kubeconfig, singleContext } from '../../client/kubeconfig/kubeconfig.ts';
import { discoverKinds } from '../../client/rest/discovery.ts';
import { RestClient } from '../../client/rest/rest-client.ts';
import { type InProcessHandler, inProcessTransport } from '../../client/transport/in-process-transport.ts';
import type { Transport } from '../../client/transport/transport.ts';
import { type RunningControllers, startControllers } from '../../controllers/all.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { MetricsRegistry } from '../../kit/metrics.ts';
import type { Random } from '../../kit/random.ts';
import { Scheduler } from '../../scheduler/scheduler.ts';
import { openSqliteStore } from '../../store/sqlite/sqlite-store.ts';
import type { Store } from '../../store/store.ts';
import { SERVICE_CIDR } from '../addresses.ts';
import type { NodeAccess } from '../node-agent/node-access.ts';
import type { NodesPlan } from '../nodes/plan.ts';
import { type ClusterCertificates, ensureCertificates } from '../pki/ensure-certificates.ts';
import type { ClusterPaths } from '../state/paths.ts';
import { choosePort } from './choose-port.ts';

export interface ControlPlaneOptions {
  readonly paths: ClusterPaths;
  /** 0 for the last one used, 6443, or any free one. */
  readonly port: number;
  /** Undefined in a cluster without nodes. */
  readonly plan: NodesPlan | undefined;
  readonly kubeletAddress: (node: string) => { host: string; port: number } | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

const LOOPBACK = '127.0.0.1';

export class ControlPlane {
  readonly metrics = new MetricsRegistry();
  readonly scheme = new Scheme();
  readonly #options: ControlPlaneOptions;
  readonly #certificates: ClusterCertificates;
  #store: Store | undefined;
  #api: ApiServer | undefined;
  #port = 0;
  #informers: InformerFactory | undefined;
  #controllers: RunningControllers | undefined;
  #scheduler: Scheduler | undefined;

  constructor(options: ControlPlaneOptions) {
    const { paths, plan, clock, random } = options;
    this.#options = options;
    this.#certificates = ensureCertificates({
      directory: paths.pki,
      clock,
      random,
      nodes: (plan?.nodes ?? []).map(({ name, address }) => ({ name, addresses: [address, plan!.gateway] })),
      addresses: plan ? [plan.gateway] : [],
    });
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return `https://${LOOPBACK}:${this.#port}`;
  }

  /** The caches that controllers, scheduler, proxies and DNS share. */
  get informers(): InformerFactory {
    this.#informers ??= new InformerFactory({
      client: this.#clientOf('system:kube-controller-manager'),
      clock: this.#options.clock,
      log: this.#options.log.child('informers'),
    });
    return this.#informers;
  }

  /** A client with the rights of the cluster's owner, whose writes bear `fieldManager`. */
  client(fieldManager: string): Client {
    return this.#clientOf('kubernetes-super-admin', ['system:masters']).as(fieldManager);
  }

  nodeAccess(node: string): NodeAccess {
    const { clock, log } = this.#options;
    const client = this.#clientOf(`system:node:${node}`, ['system:nodes']).as('kubelet');
    const informers = new InformerFactory({ client, clock, log: log.child(`kubelet/${node}`) });
    const { certificate, key } = this.#certificates.kubelets.get(node)!.serving;
    return {
      client,
      informers,
      tls: { cert: certificate, key, clientCa: this.#certificates.ca.certificate },
    };
  }

  /** Reads what is durable; needs no network. */
  async open(): Promise<void> {
    const { paths, clock } = this.#options;
    const onFailure = (error: Error) => this.#storeFailed(error);
    this.#store = await openSqliteStore({ directory: paths.store, clock, onFailure });
  }

  /** Resolves when the API server answers, on 127.0.0.1 and where nodes and pods find it. */
  async start(): Promise<void> {
    const { port, plan, kubeletAddress, clock, random, log } = this.#options;
    this.#port = await choosePort(LOOPBACK, port || this.#lastPort());
    const hosts = plan && plan.gateway !== LOOPBACK ? [LOOPBACK, plan.gateway] : [LOOPBACK];
    this.#api = createApiServer({
      store: this.#store!,
      clock,
      random,
      log: log.child('apiserver'),
      certificates: this.#certificates,
      serviceCidr: SERVICE_CIDR,
      listen: hosts.map((host) => ({ host, port: this.#port })),
      ...(plan && { advertise: { address: plan.gateway, port: this.#port } }),
      kubeletAddress,
      moreMetrics: () => this.metrics.render(),
    });
    await this.#api.start();
  }

  async startComponents(): Promise<void> {
    const { plan, clock, random, log } = this.#options;
    const manager = this.#transportOf('system:kube-controller-manager');
    this.#controllers = startControllers({
      client: new RestClient({ transport: manager, clock, fieldManager: 'kube-controller-manager' }),
      clientFor: (name) =>
        this.#clientOf(`system:serviceaccount:kube-system:${name}`, SERVICE_ACCOUNT_GROUPS),
      informers: this.informers,
      clock,
      random,
      log: log.child('controllers'),
      metrics: this.metrics,
      discover: () => discoverKinds(manager),
      settings: {
        rootCa: this.#certificates.ca.certificate,
        signing: this.#certificates.ca,
        ...(plan && { podRanges: { cluster: plan.clusterCidr, nodeMask: 24 } }),
      },
    });
    this.#scheduler = this.#makeScheduler();
    void this.#scheduler.run();
    await this.#controllers.started;
  }

  /** A kubeconfig for the administrator, whose one context bears `context`. */
  adminKubeconfig(context: string): Kubeconfig {
    const { ca, admin } = this.#certificates;
    const base64 = (text: string) => Buffer.from(text).toString('base64');
    const cluster = { server: this.url, 'certificate-authority-data': base64(ca.certificate) };
    const user = {
      'client-certificate-data': base64(admin.certificate),
      'client-key-data': base64(admin.key),
    };
    return singleContext(context, cluster, user);
  }

  async stop(): Promise<void> {
    await this.#scheduler?.stop();
    await this.#controllers?.stop();
    this.#informers?.stop();
    await this.#api?.stop();
    await this.#store?.close();
  }

  #makeScheduler(): Scheduler {
    const { clock, random, log } = this.#options;
    const client = this.#clientOf('system:kube-scheduler').as('kube-scheduler');
    const component = 'default-scheduler';
    const events = createEventRecorder({ client, clock, log: log.child('scheduler'), component });
    return new Scheduler({
      client,
      informers: this.informers,
      events,
      clock,
      random,
      log: log.child('scheduler'),
      metrics: this.metrics,
    });
  }

  /** Usable once the API server has started. */
  #transportOf(name: string, groups: readonly string[] = []): Transport {
    const handler: InProcessHandler = {
      request: (request, user) => this.#api!.inProcess.request(request, user),
      watch: (request, user) => this.#api!.inProcess.watch(request, user),
    };
    return inProcessTransport(handler, { name, groups });
  }

  #clientOf(name: string, groups: readonly string[] = []): RestClient {
    return new RestClient({ transport: this.#transportOf(name, groups), clock: this.#options.clock });
  }

  /** The port of an earlier start, so that kubeconfigs and service account tokens stay good. */
  #lastPort(): number {
    const { kubeconfig } = this.#options.paths;
    if (!existsSync(kubeconfig)) return 0;
    return Number(readFileSync(kubeconfig, 'utf8').match(/server: https:\/\/127\.0\.0\.1:(\d+)/)?.[1] ?? 0);
  }

  /** After a failed commit nothing can be written any more; a fresh start reads what is durable. */
  #storeFailed(error: Error): void {
    this.#options.log.error('the store cannot write any more; the process ends so that it is started again', {
      error,
    });
    process.exit(70);
  }
}

const SERVICE_ACCOUNT_GROUPS = ['system:serviceaccounts', 'system:serviceaccounts:kube-system'];
