// The API server: serves requests over HTTPS and from callers in the same process. Made by cluster/ and sim/, and by tests
// over the memory store. It listens only after the built-in objects exist.

import { type Assembly, assemble } from './assemble.ts';
import { type Authorities, publishAuthorities } from './bootstrap/authorities.ts';
import { install } from './bootstrap/install.ts';
import { DashboardGate } from './dashboard/gate.ts';
import { DASHBOARD_API, DASHBOARD_STREAMS, isOfDashboard } from './dashboard/port.ts';
import { HttpsServer, type Listening } from './http/https-server.ts';
import { type InProcess, inProcess } from './in-process.ts';
import type { ApiServerOptions, ServerCertificates } from './options.ts';
import { Compactor } from './registry/compactor.ts';
import type { ApiRequest, Reply, User } from './request.ts';
import { reportsStorageVersions } from './storage-versions/is-on.ts';
import type { StorageVersions } from './storage-versions/storage-versions.ts';

export type { ApiServerOptions } from './options.ts';

export class ApiServer {
  /** For callers in this process: the interface of the client's in-process transport. */
  readonly inProcess: InProcess;
  /** The addresses it listens on, after start(). */
  listening: readonly Listening[] = [];
  readonly #options: ApiServerOptions;
  readonly #assembly: Assembly;
  #https: HttpsServer | undefined;
  /** That all servers of the cluster have. */
  #secret = '';
  #compactor: Compactor | undefined;
  #storageVersions: StorageVersions | undefined;

  constructor(options: ApiServerOptions) {
    this.#options = options;
    this.#assembly = assemble(options);
    this.inProcess = inProcess((request, user) => this.handle(request, user));
  }

  /** Why this server's clock is the wrong one; undefined if it is not. */
  get clockProblem(): string | undefined {
    return this.#assembly.presence.clockProblem;
  }

  /** Creates the built-in objects, then listens. /readyz succeeds only after this: no client sees a cluster without them. */
  async start(): Promise<void> {
    const { certificates, features, listen = [] } = this.#options;
    const { resources, allocation, defaultCidr, presence, steps } = this.#assembly;
    await install({
      resources,
      clock: this.#options.clock,
      defaultCidr,
      presence,
      ...(features && { features }),
      ...(certificates && { authorities: authoritiesOf(certificates) }),
    });
    steps.finish('installed');
    const { store, clock, log } = this.#options;
    await Promise.all([allocation.start(), this.#assembly.customKinds.ready()]);
    steps.finish('ready');
    defaultCidr.start();
    steps.finish('defaultCidr');
    await this.#assembly.registration.start();
    this.#assembly.aggregator.start();
    steps.finish('aggregation');
    this.#assembly.flowConfiguration.start();
    steps.finish('fairness');
    await this.#reportStorageVersions();
    this.#compactor = store.compactsItself ? undefined : new Compactor(store, clock, log);
    this.#assembly.state.ready = true;
    if (listen.length > 0) await this.#listen();
  }

  /** Renewed certificates: for new connections at once; open ones go on as long as their clients' certificates are good. */
  setCertificates(certificates: ServerCertificates): void {
    this.#secret = certificates.serviceAccount.privateKey;
    this.#https?.setCertificate(this.#serving(certificates));
    this.#assembly.setCertificates(certificates);
    const { clock, log } = this.#options;
    publishAuthorities(this.#assembly.resources, clock, authoritiesOf(certificates)).catch((error) =>
      log.warn('renewed authorities were not published', { error }),
    );
  }

  async stop(): Promise<void> {
    this.#assembly.state.ready = false;
    this.#compactor?.stop();
    this.#assembly.allocation.stop();
    this.#assembly.defaultCidr.stop();
    await this.#storageVersions?.stop();
    await this.#assembly.presence.stop();
    this.#assembly.registration.stop();
    this.#assembly.aggregator.stop();
    this.#assembly.measures.stop();
    this.#assembly.flowConfiguration.stop();
    await this.#https?.close();
    this.#assembly.connections.close();
  }

  /** Handles a request of an authenticated user. Never rejects: errors are Status replies. */
  async handle(request: ApiRequest, user: User): Promise<Reply> {
    return this.#assembly.pipeline.handle(request, user);
  }

  /** Front proxies have an authority of their own. */
  #serving({ apiserver, ca }: ServerCertificates) {
    const { requestHeaders } = this.#options.authentication ?? {};
    return {
      certificate: apiserver.certificate,
      key: apiserver.key,
      clientCa: requestHeaders ? `${ca.certificate}\n${requestHeaders.clientCa}` : ca.certificate,
    };
  }

  async #reportStorageVersions(): Promise<void> {
    if (!reportsStorageVersions(this.#options)) return;
    const { StorageVersions } = await import('./storage-versions/storage-versions.ts');
    const { clock, log } = this.#options;
    const { resources, presence, steps } = this.#assembly;
    this.#storageVersions = new StorageVersions({ resources, serverId: presence.serverId, clock, log });
    await this.#storageVersions.start();
    steps.finish('storageVersions');
  }

  #dashboard(): DashboardGate {
    const { clock, random, log, auditor, dashboard: open } = this.#options;
    const { authenticator, pipeline, measures } = this.#assembly;
    return new DashboardGate({
      ...{ open, authenticator, clock, random, log, audits: auditor !== undefined },
      handle: (request, user, headers) => pipeline.handle(request, user, headers),
      usage: () => measures.usage(),
      secret: () => this.#secret,
    });
  }

  async #listen(): Promise<void> {
    const { certificates, listen = [], clock, log, features } = this.#options;
    if (!certificates) throw new TypeError('an API server needs certificates to listen');
    this.#secret = certificates.serviceAccount.privateKey;
    const { pipeline } = this.#assembly;
    const dashboard = this.#dashboard();
    this.#https = new HttpsServer({
      ...this.#serving(certificates),
      serve: (request, socket) =>
        isOfDashboard(request.path) ? dashboard.serve(request, socket) : pipeline.serve(request, socket),
      mayUpgrade: (path, protocol) => {
        if (!isOfDashboard(path)) return pipeline.mayUpgrade(path, protocol);
        return path === DASHBOARD_STREAMS || pipeline.mayUpgrade(path.slice(DASHBOARD_API.length), protocol);
      },
      clock,
      log,
      compresses: features?.enabled('APIResponseCompression') ?? true,
    });
    const listening: Listening[] = [];
    for (const { host, port } of listen) listening.push(await this.#https.listen(host, port));
    this.listening = listening;
  }
}

const authoritiesOf = ({ ca, frontProxyCa }: ServerCertificates): Authorities => ({
  clientCa: ca.certificate,
  frontProxyCa: frontProxyCa.certificate,
});

export const createApiServer = (options: ApiServerOptions): ApiServer => new ApiServer(options);
