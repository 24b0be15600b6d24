// The front door, put together: store, registries, admission, authentication, authorization, HTTPS and the way in for
// callers of the same process. Made by cluster/ and sim/; tests make one over the memory store.

import { type Assembly, assemble } from './assemble.ts';
import { install } from './bootstrap/install.ts';
import { HttpsServer, type Listening } from './http/https-server.ts';
import { type InProcess, inProcess } from './in-process.ts';
import type { ApiServerOptions } from './options.ts';
import { Compactor } from './registry/compactor.ts';
import type { ApiRequest, Reply, User } from './request.ts';

export type { ApiServerOptions } from './options.ts';

export class ApiServer {
  /** For callers in this process: what a client's in-process transport asks for. */
  readonly inProcess: InProcess;
  /** Where it listens, once started. */
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

  /** Puts the built-in objects in place, then listens. */
  async start(): Promise<void> {
    const { certificates, listen = [], advertise } = this.#options;
    const { machinery, scheme, registries, ranges } = this.#assembly;
    await install({
      machinery,
      scheme,
      registries,
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

  /** Answers any request of somebody who is known; never rejects. */
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
