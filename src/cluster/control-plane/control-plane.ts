// The control plane of `tiphys up` in one process: store, API server, controllers, scheduler. The latter two reach the API
// server through its in-process transport and share one set of informers. Run by main.ts.

import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { firstAddress } from '../../api/addresses/prefix.ts';
import type { FeatureGates } from '../../api/features/feature-gates.ts';
import { Node } from '../../api/kinds/core/v1/node.ts';
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
import type { RunningControllers } from '../../controllers/all.ts';
import type { RunningCloudControllers } from '../../controllers/cloud/start.ts';
import { rangesOf } from '../../controllers/node-ipam/plan.ts';
import type { Clock, Timer } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { MetricsRegistry } from '../../kit/metrics.ts';
import { hostPort } from '../../kit/net/host-port.ts';
import type { Random } from '../../kit/random.ts';
import { CorruptStoreError, type DiskAlarmError } from '../../store/failures.ts';
import type { MvccStore } from '../../store/mvcc/mvcc-store.ts';
import { openSqliteStore } from '../../store/sqlite/sqlite-store.ts';
import type { Store } from '../../store/store.ts';
import { authenticationOf } from '../access/authentication.ts';
import { authorizationOf } from '../access/authorization.ts';
import { auditorOf } from '../auditor.ts';
import type { StoreService } from '../backup/store-service.ts';
import { encryptionFile } from '../encryption/config-file.ts';
import { featureGates, warnOfGates } from '../feature-gates.ts';
import { watchCertificates } from '../pki/certificate-watch.ts';
import {
  type CertificatesOptions,
  type ClusterCertificates,
  ensureCertificates,
} from '../pki/ensure-certificates.ts';
import { UserError } from '../progress.ts';
import { servedApis } from '../runtime-config.ts';
import { awaitAddress } from './await-address.ts';
import { choosePort } from './choose-port.ts';
import { publishClusterInfo } from './cluster-info.ts';
import { startControllerManager } from './controller-manager.ts';
import { checkFirstRange } from './first-range.ts';
import { type RunningScheduler, runScheduler } from './scheduler.ts';
import { schedulerFiles } from './scheduler-config.ts';
import type { ControlPlaneSettings } from './settings.ts';
import { startLeaseElection } from './start-lease-election.ts';

export interface ControlPlaneOptions {
  readonly settings: ControlPlaneSettings;
  readonly storeWorker: Worker;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

const LOOPBACK = '127.0.0.1';
const MANAGER = 'system:kube-controller-manager';
const SCHEDULER = 'system:kube-scheduler';
const PUBLISHER = 'system:apiserver';
const ADMINISTRATORS = ['system:masters'];
const SERVICE_ACCOUNT_GROUPS = ['system:serviceaccounts', 'system:serviceaccounts:kube-system'];

export class ControlPlane {
  readonly #options: ControlPlaneOptions;
  readonly #metrics = new MetricsRegistry();
  readonly #files: CertificatesOptions;
  readonly #certificates: ClusterCertificates;
  readonly #informers: InformerFactory;
  #store: MvccStore | undefined;
  #storeService: StoreService | undefined;
  #api: ApiServer | undefined;
  #controllers: RunningControllers | undefined;
  #scheduler: RunningScheduler | undefined;
  #encryption: Encryption | undefined;
  #auditor: Auditor | undefined;
  #authentication: OpenAuthentication | undefined;
  #authorization: OpenAuthorization | undefined;
  #watch: Timer | undefined;
  #endElection: (() => Promise<void>) | undefined;
  #balancerCleanup: RunningCloudControllers | undefined;

  constructor(options: ControlPlaneOptions) {
    const { settings, clock, random, log } = options;
    this.#options = options;
    this.#files = {
      directory: settings.pki,
      clock,
      random,
      nodes: settings.nodes?.certified ?? [],
      addresses: settings.nodes?.gateways ?? [],
      serviceAddress: firstAddress(settings.serviceCidrs[0]!),
    };
    this.#certificates = ensureCertificates(this.#files);
    const client = new RestClient({ transport: this.#transportOf(MANAGER), clock });
    this.#informers = new InformerFactory({ client, clock, random, log: log.child('informers') });
  }

  /** Resolves with the API server's port when it answers, on 127.0.0.1 and where nodes and pods find it. */
  async start(): Promise<number> {
    const { settings, clock, log, storeWorker: worker } = this.#options;
    const onFailure = (error: Error) => this.#storeFailed(error);
    const { quotaBytes, snapshots } = settings.storage;
    this.#store = await openSqliteStore({
      directory: settings.store,
      clock,
      worker,
      ...(quotaBytes && { limits: { quotaBytes } }),
      onFailure,
      onAlarm: (error) => this.#diskChanged(error),
    }).catch((error) => {
      throw error instanceof CorruptStoreError ? damaged(settings, error) : error;
    });
    const port = await choosePort(LOOPBACK, settings.port, settings.otherPorts);
    this.#encryption = await this.#openEncryption(this.#store);
    checkFirstRange(this.#encryption?.store ?? this.#store, settings.serviceCidrs);
    this.#auditor = await auditorOf(settings.audit ?? {}, this.#options);
    this.#authentication = await authenticationOf(settings.access, this.#options);
    this.#authorization = await authorizationOf(settings.access, this.#options);
    const features = this.#features();
    const apis = await servedApis(settings.runtimeConfig, features);
    const served = { features, ...(apis && { apis }) };
    this.#api = this.#makeApiServer(this.#encryption?.store ?? this.#store, port, served);
    for (const gateway of settings.nodes?.gateways ?? []) await awaitAddress(gateway, clock);
    await this.#api.start();
    this.#watch = this.#watchCertificates(this.#api);
    this.#endElection = await startLeaseElection({ ...this.#options, ...served, apis, api: this.#api });
    if (!settings.without.includes('controller-manager'))
      this.#controllers = this.#startControllers(features);
    if (!settings.without.includes('scheduler'))
      this.#scheduler = await this.#startScheduler(features, apis?.serves(PodGroup.resource) ?? false);
    void this.#publish(port);
    if (settings.nodes) void this.#installDefaults();
    void this.#installApis();
    if (!settings.nodes && !settings.without.includes('cloud-controller-manager'))
      void this.#startBalancerCleanup();
    const service = await import('../backup/store-service.ts');
    const dataDir = dirname(settings.store);
    this.#storeService = await service.startStoreService({
      store: this.#store,
      dataDir,
      clock,
      log,
      snapshots,
    });
    return port;
  }

  async stop(): Promise<void> {
    await this.#storeService?.stop();
    this.#watch?.cancel();
    await this.#scheduler?.stop();
    await this.#controllers?.stop();
    await this.#balancerCleanup?.stop();
    this.#informers.stop();
    await this.#endElection?.();
    await this.#api?.stop();
    this.#encryption?.close();
    await this.#auditor?.close();
    this.#authentication?.close();
    this.#authorization?.close();
    await this.#store?.close();
  }

  /** Undefined without a configuration file; then nothing of it is loaded. */
  async #openEncryption(store: Store): Promise<Encryption | undefined> {
    const { settings, clock, random, log } = this.#options;
    const file = encryptionFile(settings.pki);
    if (!existsSync(file)) return undefined;
    const { openEncryption } = await import('../../apiserver/encryption/encryption.ts');
    return openEncryption({ file, reload: true, store, clock, random, log: log.child('encryption') });
  }

  #makeApiServer(store: Store, port: number, served: Pick<ApiServerOptions, 'apis' | 'features'>): ApiServer {
    const { settings, clock, random, log } = this.#options;
    const { nodes } = settings;
    const hosts = [...new Set([LOOPBACK, ...(nodes?.gateways ?? [])])];
    return createApiServer({
      store,
      clock,
      random,
      log: log.child('apiserver'),
      certificates: this.#certificates,
      serviceCidrs: settings.serviceCidrs,
      listen: hosts.map((host) => ({ host, port })),
      ...(nodes && { advertise: { address: nodes.gateway, port } }),
      ...served,
      flags: {
        'feature-gates': settings.featureGates ?? '',
        'runtime-config': settings.runtimeConfig ?? '',
        'secure-port': String(port),
        'service-cluster-ip-range': settings.serviceCidrs.join(','),
      },
      placements: () => this.#scheduler?.scheduler.placements,
      kubeletAuthority: this.#certificates.ca.certificate,
      kubeletAddress: (node) => nodes?.kubelets[node],
      ...(this.#auditor && { auditor: this.#auditor }),
      ...(this.#authentication && { authentication: this.#authentication }),
      ...(this.#authorization && { authorization: this.#authorization }),
      ...(this.#encryption && { healthChecks: this.#encryption.healthChecks }),
      moreMetrics: () =>
        this.#metrics.render() + (this.#encryption?.metrics() ?? '') + (this.#storeService?.metrics() ?? ''),
    });
  }

  /** New nodes find the cluster where nodes do; without nodes it is on this machine only. */
  async #publish(port: number): Promise<void> {
    const { settings, clock, log } = this.#options;
    const host = settings.nodes?.gateway ?? LOOPBACK;
    const client = new RestClient({ transport: this.#transportOf(PUBLISHER, ADMINISTRATORS), clock });
    try {
      await publishClusterInfo(client, `https://${hostPort(host, port)}`, this.#certificates.ca.certificate);
    } catch (error) {
      log.warn('cluster-info could not be published', { error });
    }
  }

  async #installDefaults(): Promise<void> {
    const { clock, log } = this.#options;
    const client = new RestClient({ transport: this.#transportOf(PUBLISHER, ADMINISTRATORS), clock });
    try {
      const { installDefaultStorage } = await import('./defaults/default-storage.ts');
      await installDefaultStorage(client);
      const { installDefaultIngressClass } = await import('./defaults/default-ingress-class.ts');
      await installDefaultIngressClass(client);
    } catch (error) {
      log.warn('the default classes could not be created', { error });
    }
  }

  async #installApis(): Promise<void> {
    const { clock, log, settings } = this.#options;
    const client = new RestClient({ transport: this.#transportOf(PUBLISHER, ADMINISTRATORS), clock });
    try {
      const { firstNode } = await import('./apis/install.ts');
      const { installSnapshotApi } = await import('./apis/snapshot-api.ts');
      const { installGatewayApi } = await import('./apis/gateway-api.ts');
      await firstNode(this.#informers.informer(Node), clock);
      await installSnapshotApi(client);
      await installGatewayApi(client, settings.nodes !== undefined);
    } catch (error) {
      log.warn('the APIs of snapshots and Gateways could not be installed', { error });
    }
  }

  /** Load balancers are made beside the nodes. */
  async #startBalancerCleanup(): Promise<void> {
    const { clock, random, log } = this.#options;
    const { startCloudControllers } = await import('../../controllers/cloud/start.ts');
    const client = new RestClient({ transport: this.#transportOf(PUBLISHER, ADMINISTRATORS), clock });
    const context = { client, informers: this.#informers, clock, random, log: log.child('cloud') };
    this.#balancerCleanup = startCloudControllers(context, { noLoadBalancers: true });
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

  #startControllers(features: FeatureGates): RunningControllers {
    const { nodes } = this.#options.settings;
    const { ca } = this.#certificates;
    return startControllerManager({
      ...this.#component(MANAGER),
      clientFor: (account) => this.#serviceAccount(account),
      settings: {
        rootCa: ca.certificate,
        signing: ca,
        features,
        ...(nodes && { podRanges: rangesOf(nodes.clusterCidrs.join(',')) }),
      },
    });
  }

  async #startScheduler(features: FeatureGates, servesPodGroups: boolean): Promise<RunningScheduler> {
    const { settings, clock } = this.#options;
    const given = await schedulerFiles(settings, clock, features);
    return runScheduler({ ...this.#component(SCHEDULER), features, servesPodGroups, ...given });
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

  #diskChanged(error: DiskAlarmError | undefined): void {
    const { log } = this.#options;
    if (error)
      log.warn('the disk takes no writes; reads go on', { alarm: error.kind, reason: error.message });
    else log.info('the disk takes writes again');
  }

  /** After a failed commit nothing can be written any more; a fresh start reads what is durable. */
  #storeFailed(error: Error): void {
    this.#options.log.error('the store cannot write any more; the process ends so that it is started again', {
      error,
    });
    process.exit(70);
  }
}

const damaged = ({ store }: ControlPlaneSettings, { message }: Error) =>
  new UserError(
    `the store is damaged: ${message}; ` +
      `tiphys repair --data-dir ${dirname(store)} keeps what can be read, tiphys snapshot restore goes back to a snapshot`,
  );
