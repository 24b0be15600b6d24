// The control plane of `tiphys up` in one process: store, API server, controllers, scheduler. The latter two reach the API
// server through its in-process transport and share one set of informers. Run by main.ts.

import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import type { Worker } from 'node:worker_threads';
import type { FeatureGates } from '../../api/features/feature-gates.ts';
import { PodGroup } from '../../api/kinds/scheduling/v1alpha2/pod-group.ts';
import { type ApiServer, createApiServer } from '../../apiserver/api-server.ts';
import type { Auditor } from '../../apiserver/audit/auditor.ts';
import type { OpenAuthentication } from '../../apiserver/authn/configured/open-authentication.ts';
import type { OpenAuthorization } from '../../apiserver/authz/configured/open-authorization.ts';
import type { Encryption } from '../../apiserver/encryption/encryption.ts';
import type { ApiServerOptions } from '../../apiserver/options.ts';
import { InformerFactory } from '../../client/informer/factory.ts';
import { RestClient } from '../../client/rest/rest-client.ts';
import { type InProcessHandler, inProcessTransport } from '../../client/transport/in-process-transport.ts';
import type { Transport } from '../../client/transport/transport.ts';
import type { Clock, Timer } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { MetricsRegistry } from '../../kit/metrics.ts';
import { hostPort } from '../../kit/net/host-port.ts';
import type { Random } from '../../kit/random.ts';
import type { Store } from '../../store/store.ts';
import { authenticationOf } from '../access/authentication.ts';
import { authorizationOf } from '../access/authorization.ts';
import { auditorOf } from '../auditor.ts';
import type { AutomaticSnapshots } from '../backup/automatic-snapshots.ts';
import type { SavableStore } from '../backup/savable-store.ts';
import type { StoreService } from '../backup/store-service.ts';
import { encryptionFile } from '../encryption/config-file.ts';
import { featureGates, warnOfGates } from '../feature-gates.ts';
import { watchCertificates } from '../pki/certificate-watch.ts';
import {
  type CertificatesOptions,
  type ClusterCertificates,
  ensureCertificates,
} from '../pki/ensure-certificates.ts';
import { servedApis } from '../runtime-config.ts';
import { clusterPaths } from '../state/paths.ts';
import { awaitAddress } from './await-address.ts';
import { choosePort } from './choose-port.ts';
import { isServer, publishClusterInfo } from './cluster-info.ts';
import { checkFirstRange } from './first-range.ts';
import { MANAGER, ManagerWork } from './leading/manager-work.ts';
import { SharedInformers } from './leading/shared-informers.ts';
import { type Gate, workInTerms } from './leading/terms.ts';
import { type OpenedStore, openControlPlaneStore } from './opening/open-store.ts';
import { type Place, placeOf, serverNames } from './opening/place.ts';
import { type RunningScheduler, runScheduler } from './scheduler.ts';
import { schedulerFiles } from './scheduler-config.ts';
import type { ControlPlaneSettings } from './settings.ts';
import { startLeaseElection } from './start-lease-election.ts';

export interface ControlPlaneOptions {
  readonly settings: ControlPlaneSettings;
  /** Of the embedded store. */
  readonly storeWorker?: Worker;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

const LOOPBACK = '127.0.0.1';
const SCHEDULER = 'system:kube-scheduler';
const PUBLISHER = 'system:apiserver';
const ADMINISTRATORS = ['system:masters'];

export class ControlPlane {
  readonly #options: ControlPlaneOptions;
  readonly #metrics = new MetricsRegistry();
  readonly #files: CertificatesOptions;
  #certificates: ClusterCertificates;
  readonly #place: Place;
  readonly #informers: SharedInformers;
  #store: SavableStore | undefined;
  #storeMetrics: (() => string) | undefined;
  #storeService: StoreService | undefined;
  #api: ApiServer | undefined;
  #scheduler: RunningScheduler | undefined;
  #encryption: Encryption | undefined;
  #auditor: Auditor | undefined;
  #authentication: OpenAuthentication | undefined;
  #authorization: OpenAuthorization | undefined;
  #watch: Timer | undefined;
  #endElection: (() => Promise<void>) | undefined;
  #endVirtualAddress: (() => Promise<void>) | undefined;
  #endSharing: (() => Promise<void>) | undefined;
  /** End what only one server does at a time. */
  #endWork: (() => Promise<void>)[] = [];

  constructor(options: ControlPlaneOptions) {
    const { settings, clock, random, log } = options;
    this.#options = options;
    this.#place = placeOf(settings);
    this.#files = { directory: settings.pki, clock, random, ...this.#place.certified };
    this.#certificates = ensureCertificates(this.#files);
    const client = new RestClient({ transport: this.#transportOf(MANAGER), clock });
    const informers = { client, clock, random, log: log.child('informers') };
    this.#informers = new SharedInformers(() => new InformerFactory(informers));
  }

  /** Resolves with the API server's port when it answers, on 127.0.0.1 and where nodes and pods find it. */
  async start(): Promise<number> {
    const { settings, clock, log } = this.#options;
    const onFailure = (error: Error) => this.#storeFailed(error);
    const features = this.#features();
    const apis = await servedApis(settings.runtimeConfig, features);
    const opened = await openControlPlaneStore({ ...this.#options, ...(apis && { apis }), onFailure });
    this.#store = opened.store;
    this.#storeMetrics = opened.metrics;
    const port = await choosePort(this.#place.hosts[0]!, settings.port, settings.otherPorts);
    await this.#adoptKeys(opened);
    this.#encryption = await this.#openEncryption(opened);
    checkFirstRange(this.#encryption?.store ?? this.#store, settings.serviceCidrs);
    this.#auditor = await auditorOf(settings.audit ?? {}, this.#options);
    this.#authentication = await authenticationOf(settings.access, this.#options);
    this.#authorization = await authorizationOf(settings.access, this.#options);
    const served = { features, ...(apis && { apis }) };
    this.#api = this.#makeApiServer(this.#encryption?.store ?? this.#store, port, served);
    for (const gateway of settings.nodes?.gateways ?? []) await awaitAddress(gateway, clock);
    await this.#api.start();
    this.#watch = this.#watchCertificates(this.#api);
    this.#endElection = await startLeaseElection({ ...this.#options, ...served, apis, api: this.#api });
    await this.#startWork(features, apis?.serves(PodGroup.resource) ?? false);
    await this.#startVirtualAddress(port);
    await this.#shareKeys(this.#api);
    void this.#publish(port);
    const service = await import('../backup/store-service.ts');
    this.#storeService = await service.startStoreService({
      store: this.#store,
      dataDir: dirname(settings.store),
      clock,
      log,
      snapshots: settings.etcd ? undefined : this.#snapshots,
    });
    return port;
  }

  get #snapshots() {
    return this.#options.settings.storage.snapshots ?? {};
  }

  async stop(): Promise<void> {
    await this.#storeService?.stop();
    this.#watch?.cancel();
    await this.#endVirtualAddress?.();
    await this.#endSharing?.();
    await Promise.all(this.#endWork.map((end) => end()));
    await this.#endElection?.();
    await this.#api?.stop();
    this.#encryption?.close();
    await this.#auditor?.close();
    this.#authentication?.close();
    this.#authorization?.close();
    await this.#store?.close();
  }

  /** What other servers have changed while this one was down. */
  async #adoptKeys({ store }: OpenedStore): Promise<void> {
    const { settings } = this.#options;
    if (!settings.server || !settings.etcd) return;
    const { adoptStored } = await import('./shared-keys/shared-keys.ts');
    adoptStored(store, settings.pki);
    this.#certificates = ensureCertificates(this.#files);
  }

  /** What another server of this etcd changes is used at once. */
  async #shareKeys(api: ApiServer): Promise<void> {
    const { settings, clock, random, log } = this.#options;
    if (!settings.server || !settings.etcd) return;
    const { SharedKeys } = await import('./shared-keys/shared-keys.ts');
    const keys = new SharedKeys({
      ...{ pki: settings.pki, server: hostname(), clock, random, log: log.child('keys') },
      client: new RestClient({ transport: this.#transportOf(PUBLISHER, ADMINISTRATORS), clock }),
      onChange: async () => {
        api.setCertificates(ensureCertificates(this.#files));
        await this.#encryption?.reload();
      },
    });
    this.#endSharing = () => keys.stop();
  }

  /** Undefined without a configuration file; then nothing of it is loaded. */
  async #openEncryption({ store, layout }: OpenedStore): Promise<Encryption | undefined> {
    const { settings, clock, random, log } = this.#options;
    const file = encryptionFile(settings.pki);
    if (!existsSync(file)) return undefined;
    const { openEncryption } = await import('../../apiserver/encryption/encryption.ts');
    const { embeddedLayout } = await import('../../apiserver/etcd-layout/embedded-layout.ts');
    return openEncryption({
      file,
      reload: true,
      store,
      layout: layout ?? embeddedLayout,
      clock,
      random,
      log: log.child('encryption'),
    });
  }

  #makeApiServer(store: Store, port: number, served: Pick<ApiServerOptions, 'apis' | 'features'>): ApiServer {
    const { settings, clock, random, log } = this.#options;
    const { nodes } = settings;
    const { hosts, advertised } = this.#place;
    return createApiServer({
      store,
      clock,
      random,
      log: log.child('apiserver'),
      certificates: this.#certificates,
      serviceCidrs: settings.serviceCidrs,
      listen: hosts.map((host) => ({ host, port })),
      ...(advertised && { advertise: { address: advertised, port } }),
      ...(settings.server && { serverNames: serverNames(this.#place) }),
      ...served,
      flags: {
        'feature-gates': settings.featureGates ?? '',
        'runtime-config': settings.runtimeConfig ?? '',
        'secure-port': String(port),
        'service-cluster-ip-range': settings.serviceCidrs.join(','),
      },
      dashboard: async (host) =>
        (await import('../dashboard/open-dashboard.ts')).openDashboard(host, { clock, random, log }),
      placements: () => this.#scheduler?.scheduler.placements,
      kubeletAuthority: this.#certificates.ca.certificate,
      kubeletAddress: (node) => nodes?.kubelets[node],
      ...(this.#auditor && { auditor: this.#auditor }),
      ...(this.#authentication && { authentication: this.#authentication }),
      ...(this.#authorization && { authorization: this.#authorization }),
      ...(this.#encryption && { healthChecks: this.#encryption.healthChecks }),
      moreMetrics: () =>
        this.#metrics.render() +
        (this.#encryption?.metrics() ?? '') +
        (this.#storeMetrics?.() ?? '') +
        (this.#storeService?.metrics() ?? ''),
    });
  }

  /** New nodes find the cluster where nodes do; without nodes it is on this machine only. */
  async #publish(port: number): Promise<void> {
    const { clock, log } = this.#options;
    const host = this.#place.advertised ?? LOOPBACK;
    const client = new RestClient({ transport: this.#transportOf(PUBLISHER, ADMINISTRATORS), clock });
    try {
      const { etcd } = this.#options.settings;
      const keeps = etcd ? (other: string) => isServer(client, other) : undefined;
      await publishClusterInfo(
        client,
        `https://${hostPort(host, port)}`,
        this.#certificates.ca.certificate,
        keeps,
      );
    } catch (error) {
      log.warn('cluster-info could not be published', { error });
    }
  }

  #features(): FeatureGates {
    const { settings, log } = this.#options;
    const features = featureGates(settings.featureGates);
    warnOfGates(features, log);
    return features;
  }

  /** The node agent renews them. */
  #watchCertificates(api: ApiServer): Timer {
    return watchCertificates({
      files: this.#files,
      current: this.#certificates,
      renews: false,
      log: this.#options.log.child('certificates'),
      onChange: (renewed) => api.setCertificates(renewed),
    });
  }

  /** Several servers of one etcd agree by Leases on who does it; the embedded store has one server. */
  async #startWork(features: FeatureGates, servesPodGroups: boolean): Promise<void> {
    const manage = async (gate: Gate) => {
      const work = this.#managerWork(features, gate);
      work.startControllers();
      return work;
    };
    const schedule = (gate: Gate) => this.#startScheduler(features, servesPodGroups, gate);
    const schedules = !this.#options.settings.without.includes('scheduler');
    if (!this.#options.settings.etcd) {
      const work = await manage(open);
      this.#endWork.push(() => this.#endManager(work));
      if (schedules) this.#endWork.push(await schedule(open));
      return work.startOthers();
    }
    const mayLead = () => this.#api?.clockProblem === undefined;
    const terms = { hostname: hostname(), mayLead, metrics: this.#metrics, ...this.#options };
    const managing = { ...terms, name: 'kube-controller-manager', transport: this.#transportOf(MANAGER) };
    const scheduling = { ...terms, name: 'kube-scheduler', transport: this.#transportOf(SCHEDULER) };
    this.#endWork.push(
      workInTerms(managing, async (gate) => {
        const work = await manage(gate);
        work.startOthers();
        const snapshots = await this.#saveSnapshots();
        return () => {
          snapshots.stop();
          return this.#endManager(work);
        };
      }),
    );
    if (schedules) this.#endWork.push(workInTerms(scheduling, schedule));
  }

  async #startVirtualAddress(port: number): Promise<void> {
    const { settings, clock, random, log } = this.#options;
    if (!settings.server?.virtualAddress) return;
    const { serveVirtualAddress } = await import('../virtual-address/of-server.ts');
    this.#endVirtualAddress = await serveVirtualAddress({
      ...{ address: settings.server.virtualAddress, own: settings.server.advertiseAddress, port },
      ...{ transport: this.#transportOf(PUBLISHER, ADMINISTRATORS), clock, random, log },
      ca: () => this.#certificates.ca.certificate,
    });
  }

  #managerWork(features: FeatureGates, gate: Gate): ManagerWork {
    const { nodes, server } = this.#options.settings;
    return new ManagerWork({
      ...this.#options,
      hasNodes: nodes !== undefined || server !== undefined,
      clusterCidrs: this.#place.clusterCidrs,
      serverNames: serverNames(this.#place),
      ca: this.#certificates.ca,
      features,
      transportOf: (user, groups) => gate(this.#transportOf(user, groups)),
      admin: gate(this.#transportOf(PUBLISHER, ADMINISTRATORS)),
      informers: this.#informers.take(),
      metrics: this.#metrics,
    });
  }

  async #saveSnapshots(): Promise<AutomaticSnapshots> {
    const { settings, clock, log } = this.#options;
    const { AutomaticSnapshots } = await import('../backup/automatic-snapshots.ts');
    const { snapshots: directory } = clusterPaths(dirname(settings.store));
    const options = { store: this.#store!, directory, clock, log, limits: this.#snapshots };
    const automatic = new AutomaticSnapshots(options);
    await automatic.start();
    return automatic;
  }

  async #endManager(work: ManagerWork): Promise<void> {
    await work.stop();
    this.#informers.give();
  }

  async #startScheduler(features: FeatureGates, servesPodGroups: boolean, gate: Gate) {
    const { settings, clock, random, log } = this.#options;
    const given = await schedulerFiles(settings, clock, features);
    const running = await runScheduler({
      clock,
      random,
      log,
      transport: gate(this.#transportOf(SCHEDULER)),
      informers: this.#informers.take(),
      metrics: this.#metrics,
      features,
      servesPodGroups,
      ...given,
    });
    this.#scheduler = running;
    return async () => {
      await running.stop();
      this.#scheduler = undefined;
      this.#informers.give();
    };
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

/** Where nobody else can lead. */
const open: Gate = (transport) => transport;
