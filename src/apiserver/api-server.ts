// The API server: serves requests over HTTPS and from callers in the same process. Made by cluster/ and sim/, and by tests
// over the memory store. It listens only after the built-in objects exist.

import { type Assembly, assemble } from './assemble.ts';
import { install } from './bootstrap/install.ts';
import { HttpsServer, type Listening } from './http/https-server.ts';
import { type InProcess, inProcess } from './in-process.ts';
import type { ApiServerOptions } from './options.ts';
import { Compactor } from './registry/compactor.ts';
import type { ApiRequest, Reply, User } from './request.ts';

export type { ApiServerOptions } from './options.ts';

export class ApiServer {
  /** For callers in this process: the interface of the client's in-process transport. */
  readonly inProcess: InProcess;
  /** The addresses it listens on, after start(). */
  listening: readonly Listening[] = [];
  readonly #options: ApiServerOptions;
  readonly #assembly: Assembly;
  #https: HttpsServer | undefined;
  #compactor: Compactor | undefined;

  constructor(options: ApiServerOptions) {
    this.#options = options;
    this.#assembly = assemble(options);
    this.inProcess = inProcess((request, user) => this.handle(request, user));
  }

  /** Creates the built-in objects, then listens. /readyz succeeds only after this: no client sees a cluster without them. */
  async start(): Promise<void> {
    const { certificates, listen = [], advertise } = this.#options;
    const { resources, ranges } = this.#assembly;
    await install({
      resources,
      clock: this.#options.clock,
      serviceCidr: ranges.serviceCidr,
      ...(advertise && { advertise }),
      ...(certificates && {
        clientCa: certificates.ca.certificate,
        frontProxyCa: certificates.frontProxyCa.certificate,
      }),
    });
    const { store, clock, log } = this.#options;
    await this.#assembly.customKinds.ready();
    this.#compactor = new Compactor(store, clock, log);
    this.#assembly.state.ready = true;
    if (listen.length > 0) await this.#listen();
  }

  async stop(): Promise<void> {
    this.#assembly.state.ready = false;
    this.#compactor?.stop();
    await this.#https?.close();
  }

  /** Handles a request of an authenticated user. Never rejects: errors are Status replies. */
  async handle(request: ApiRequest, user: User): Promise<Reply> {
    return this.#assembly.pipeline.handle(request, user);
  }

  async #listen(): Promise<void> {
    const { certificates, listen = [], log } = this.#options;
    if (!certificates) throw new TypeError('an API server needs certificates to listen');
    this.#https = new HttpsServer({
      certificate: certificates.apiserver.certificate,
      key: certificates.apiserver.key,
      clientCa: certificates.ca.certificate,
      serve: (request, socket) => this.#assembly.pipeline.serve(request, socket),
      log,
    });
    const listening: Listening[] = [];
    for (const { host, port } of listen) listening.push(await this.#https.listen(host, port));
    this.listening = listening;
  }
}

export const createApiServer = (options: ApiServerOptions): ApiServer => new ApiServer(options);
