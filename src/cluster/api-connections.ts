// Clients of one API server over HTTPS, one connection per identity, as components on another machine would have them.
// Made by `tiphys up` once the API server answers.
import type { Client } from '../client/client.ts';
import { InformerFactory } from '../client/informer/factory.ts';
import { RestClient } from '../client/rest/rest-client.ts';
import { HttpsTransport } from '../client/transport/https-transport.ts';
import { impersonating } from '../client/transport/impersonating-transport.ts';
import type { Transport } from '../client/transport/transport.ts';
import type { Clock } from '../kit/clock.ts';
import type { Logger } from '../kit/log.ts';
import type { Random } from '../kit/random.ts';
import type { AgentAccess } from './node-agent/agent.ts';
import type { NodeAccess } from './node-agent/node-access.ts';
import type { Credential } from './pki/credential-files.ts';
import type { ClusterCertificates } from './pki/ensure-certificates.ts';

/** Has the ClusterRole of the same name. */
const INGRESS_USER = 'tiphys:ingress-controller';

export interface ApiConnectionsOptions {
  readonly server: string;
  readonly certificates: ClusterCertificates;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

export class ApiConnections {
  /** As a member of system:masters, which every authorizer allows everything. */
  readonly admin: HttpsTransport;
  readonly client: Client;
  readonly #options: ApiConnectionsOptions;
  readonly #transports: HttpsTransport[] = [];
  #certificates: ClusterCertificates;

  constructor(options: ApiConnectionsOptions) {
    this.#options = options;
    this.#certificates = options.certificates;
    this.admin = this.#connect((all) => all.superAdmin);
    this.client = this.#client(this.admin, 'tiphys');
  }

  agentAccess(): AgentAccess {
    const { clock, random, log } = this.#options;
    const informers = new InformerFactory({
      client: this.client,
      clock,
      random,
      log: log.child('informers'),
    });
    const door = this.#client(impersonating(this.admin, INGRESS_USER), 'tiphys-ingress-controller');
    return { client: this.client, informers, door, node: (name) => this.#nodeAccess(name) };
  }

  /** Requests from now on go over connections with the renewed certificates. */
  setCertificates(certificates: ClusterCertificates): void {
    this.#certificates = certificates;
    this.close();
  }

  close(): void {
    for (const transport of this.#transports) transport.close();
  }

  #nodeAccess(node: string): NodeAccess {
    const { clock, random, log } = this.#options;
    const transport = this.#connect((all) => all.kubelets.get(node)!.client);
    const client = this.#client(transport, 'kubelet');
    return {
      client,
      informers: new InformerFactory({ client, clock, random, log: log.child(`kubelet/${node}`) }),
      tls: () => {
        const { kubelets, ca } = this.#certificates;
        const { certificate: cert, key } = kubelets.get(node)!.serving;
        return { cert, key, clientCa: ca.certificate };
      },
    };
  }

  #client(transport: Transport, fieldManager: string): Client {
    return new RestClient({ transport, clock: this.#options.clock, fieldManager });
  }

  #connect(credential: (all: ClusterCertificates) => Credential): HttpsTransport {
    const { server, clock } = this.#options;
    const transport = new HttpsTransport({
      server,
      ca: () => this.#certificates.ca.certificate,
      cert: () => credential(this.#certificates).certificate,
      key: () => credential(this.#certificates).key,
      clock,
    });
    this.#transports.push(transport);
    return transport;
  }
}
