// A DRA driver for tests: answers at a socket in the directory of plugins, and notes what it is asked.
import { rm } from 'node:fs/promises';
import { answer, GrpcTestServer, requests } from '../../kit/grpc/server.fake.ts';
import {
  getInfo,
  notifyRegistrationStatus,
  type PluginInfo,
  type RegistrationStatus,
} from '../plugin-registry/messages.ts';
import {
  DRA_SERVICES,
  type DraClaim,
  nodePrepareResources,
  nodeUnprepareResources,
  type PrepareAnswer,
} from './messages.ts';

export interface FakeDriverOptions {
  /** Of the socket. */
  readonly path: string;
  readonly info?: Partial<PluginInfo>;
  /** What is answered for a claim; one device without CDI devices when left out, no answer at all for undefined. */
  readonly prepare?: (claim: DraClaim) => Partial<PrepareAnswer> | undefined;
  readonly unprepare?: (claim: DraClaim) => string;
}

export class FakeDriver {
  /** As `prepare NAMESPACE/NAME`, `unprepare NAMESPACE/NAME`. */
  readonly calls: string[] = [];
  readonly statuses: RegistrationStatus[] = [];
  /** Paths of the services that were called. */
  readonly services = new Set<string>();
  readonly #server: GrpcTestServer;
  readonly #options: FakeDriverOptions;

  constructor(options: FakeDriverOptions) {
    this.#options = options;
    this.#server = new GrpcTestServer(async (stream, headers) => {
      const [body = Buffer.alloc(0)] = await Array.fromAsync(requests(stream));
      const path = String(headers[':path']);
      const reply = this.#reply(path, body);
      if (reply) answer(stream, [reply]);
      else answer(stream, [], 12, `unknown method ${path}`);
    });
  }

  async start(): Promise<void> {
    await rm(this.#options.path, { force: true });
    await this.#server.listen(this.#options.path);
  }

  /** The socket goes, too. */
  async stop(): Promise<void> {
    await this.#server.close();
    await rm(this.#options.path, { force: true });
  }

  #reply(path: string, body: Buffer): Buffer | undefined {
    if (path === getInfo.path) return getInfo.response.encode(this.#info());
    if (path === notifyRegistrationStatus.path) {
      this.statuses.push(notifyRegistrationStatus.request.decode(body));
      return notifyRegistrationStatus.response.encode({});
    }
    const service = [...DRA_SERVICES.values()].find((one) => path.startsWith(`${one}/`));
    if (!service) return undefined;
    this.services.add(service);
    const prepare = nodePrepareResources(service);
    if (path === prepare.path) return prepare.response.encode(this.#prepared(prepare.request.decode(body)));
    const unprepare = nodeUnprepareResources(service);
    const { claims } = unprepare.request.decode(body);
    this.#note('unprepare', claims);
    const error = this.#options.unprepare ?? (() => '');
    return unprepare.response.encode({
      claims: Object.fromEntries(claims.map((claim) => [claim.uid, { error: error(claim) }])),
    });
  }

  #info(): PluginInfo {
    return {
      ...{ type: 'DRAPlugin', name: 'dra.example.com', endpoint: '' },
      supportedVersions: [...DRA_SERVICES.keys()],
      ...this.#options.info,
    };
  }

  #prepared({ claims }: { claims: DraClaim[] }): { claims: Record<string, PrepareAnswer> } {
    this.#note('prepare', claims);
    const device = { requestNames: [], poolName: 'p', deviceName: 'd', cdiDeviceIds: [], shareId: '' };
    const { prepare = () => ({ devices: [device] }) } = this.#options;
    return {
      claims: Object.fromEntries(
        claims.flatMap((claim) => {
          const reply = prepare(claim);
          return reply ? [[claim.uid, { devices: [], error: '', ...reply }] as const] : [];
        }),
      ),
    };
  }

  #note(what: string, claims: readonly DraClaim[]): void {
    for (const { namespace, name } of claims) this.calls.push(`${what} ${namespace}/${name}`);
  }
}
