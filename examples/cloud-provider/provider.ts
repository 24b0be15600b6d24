// A cloud provider in one file without dependencies: the contract of docs/cloud-providers.md, to start one of your own from.
// Its machines are in a JSON file, read anew for every question; its routes are kept in memory; its load balancers are TCP ports of
// loopback addresses (127.88.0.N), from which connections go on to the nodes' NodePorts. Try:
//
//   node examples/cloud-provider/provider.ts --port 8787 --machines examples/cloud-provider/machines.json
//   bin/tiphys up --nodes 2 --without cloud-controller-manager
//   bin/tiphys cloud-controller-manager --kubeconfig /var/lib/tiphys/tiphys/kubeconfig --cloud-provider=http \
//              --cloud-config examples/cloud-provider/cloud-config.yaml
//   kubectl expose deployment web --port 80 --type LoadBalancer
import { createHash, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, connect, createServer as createForwarder, type Server } from 'node:net';
import { parseArgs } from 'node:util';

const API_VERSION = 'cloud.tiphys/v1';
/** Bytes of a request: a Service with all nodes of a large cluster. */
const MAX_REQUEST = 64 << 20;

interface Machine {
  readonly id: string;
  /** Of the node that runs on it. */
  readonly name: string;
  readonly type?: string;
  readonly zone?: string;
  readonly region?: string;
  readonly addresses?: readonly { readonly type: string; readonly address: string }[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly shutdown?: boolean;
}

interface Node {
  readonly name: string;
  readonly providerID: string;
  readonly addresses: readonly { readonly type: string; readonly address: string }[];
}

interface Service {
  readonly metadata: { readonly uid: string };
  readonly spec: {
    readonly ports: readonly {
      readonly port: number;
      readonly nodePort?: number;
      readonly protocol: string;
    }[];
  };
  readonly status?: { readonly loadBalancer?: { readonly ingress?: readonly { readonly ip?: string }[] } };
}

interface Route {
  readonly name: string;
  readonly targetNode: string;
  readonly destinationCIDR: string;
}

interface Request {
  readonly node: Node;
  readonly nodes: readonly Node[];
  readonly service: Service;
  readonly route: Route;
}

/** An answer other than 200, with what the cluster is to know of it. */
class Refusal extends Error {
  readonly status: number;
  readonly retryAfterSeconds: number | undefined;

  constructor(status: number, message: string, retryAfterSeconds?: number) {
    super(message);
    this.status = status;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

class LoadBalancer {
  readonly ip: string;
  readonly #forwarders = new Map<number, Server>();
  #nodePorts = new Map<number, number>();
  #nodes: readonly string[] = [];
  #next = 0;

  constructor(ip: string) {
    this.ip = ip;
  }

  async listenOn(ports: Service['spec']['ports']): Promise<void> {
    this.#nodePorts = new Map(ports.map(({ port, nodePort = 0 }) => [port, nodePort]));
    for (const [port, server] of this.#forwarders)
      if (!this.#nodePorts.has(port)) {
        server.close();
        this.#forwarders.delete(port);
      }
    for (const { port } of ports) if (!this.#forwarders.has(port)) await this.#listen(port);
  }

  sendTo(nodes: readonly Node[]): void {
    this.#nodes = nodes.flatMap(
      ({ addresses }) => addresses.find(({ type }) => type === 'InternalIP')?.address ?? [],
    );
  }

  close(): void {
    for (const server of this.#forwarders.values()) server.close();
    this.#forwarders.clear();
  }

  async #listen(port: number): Promise<void> {
    const server = createForwarder((client) => {
      const host = this.#nodes[this.#next++ % this.#nodes.length];
      if (!host) return client.destroy();
      const node = connect({ host, port: this.#nodePorts.get(port) ?? 0 });
      client.pipe(node).pipe(client);
      for (const one of [client, node]) one.on('error', () => [client, node].map((both) => both.destroy()));
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', () => reject(new Refusal(503, `port ${port} of ${this.ip} is in use`, 10)));
      server.listen(port, this.ip, resolve);
    });
    this.#forwarders.set(port, server);
  }
}

/** What the provider has. Every operation may be asked for twice, and does the same then. */
class Cloud {
  readonly #machines: () => readonly Machine[];
  readonly #balancers = new Map<string, LoadBalancer>();
  readonly #routes = new Map<string, Route>();

  constructor(machines: () => readonly Machine[]) {
    this.#machines = machines;
  }

  readonly operations: Readonly<Record<string, (request: Request) => unknown>> = {
    capabilities: () => ({ apiVersion: API_VERSION, instances: true, routes: true, loadBalancers: true }),
    'instances/get': ({ node }) => {
      const isIt = ({ id, name }: Machine) =>
        node.providerID ? node.providerID === `example://${id}` : node.name === name;
      const machine = this.#machines().find(isIt);
      if (!machine) return { instance: null };
      const { id, type, zone, region, addresses = [], labels = {}, shutdown = false } = machine;
      const providerID = `example://${id}`;
      return { instance: { providerID, instanceType: type, zone, region, addresses, labels, shutdown } };
    },
    'routes/list': () => ({ routes: [...this.#routes.values()] }),
    'routes/create': ({ route }) => {
      const name = `${route.targetNode}-${route.destinationCIDR}`;
      this.#routes.set(name, { ...route, name });
      return {};
    },
    'routes/delete': ({ route }) => {
      this.#routes.delete(route.name);
      return {};
    },
    'load-balancers/get': ({ service }) => ({
      loadBalancer: this.#statusOf(this.#balancers.get(service.metadata.uid)),
    }),
    'load-balancers/ensure': async ({ service, nodes }) => {
      if (service.spec.ports.some(({ protocol }) => protocol !== 'TCP'))
        throw new Refusal(422, 'there are load balancers for TCP only');
      const { uid } = service.metadata;
      const balancer = this.#balancers.get(uid) ?? new LoadBalancer(this.#freeAddress(service));
      this.#balancers.set(uid, balancer);
      balancer.sendTo(nodes);
      await balancer.listenOn(service.spec.ports);
      return { loadBalancer: this.#statusOf(balancer) };
    },
    'load-balancers/update-nodes': ({ service, nodes }) => {
      const balancer = this.#balancers.get(service.metadata.uid);
      if (!balancer) throw new Refusal(404, 'there is no such load balancer');
      balancer.sendTo(nodes);
      return {};
    },
    'load-balancers/delete': ({ service }) => {
      this.#balancers.get(service.metadata.uid)?.close();
      this.#balancers.delete(service.metadata.uid);
      return {};
    },
  };

  close(): void {
    for (const balancer of this.#balancers.values()) balancer.close();
  }

  #statusOf(balancer: LoadBalancer | undefined) {
    return balancer ? { ingress: [{ ip: balancer.ip, ipMode: 'Proxy' }] } : null;
  }

  /** What the Service shows stays its address when this program is started again. */
  #freeAddress({ status }: Service): string {
    const taken = new Set([...this.#balancers.values()].map(({ ip }) => ip));
    const shown = status?.loadBalancer?.ingress?.[0]?.ip;
    const all = Array.from({ length: 254 }, (_, i) => `127.88.0.${i + 1}`);
    const kept = all.find((ip) => ip === shown && !taken.has(ip));
    const free = kept ?? all.find((ip) => !taken.has(ip));
    if (!free) throw new Refusal(503, 'all addresses are in use', 60);
    return free;
  }
}

export interface ProviderOptions {
  readonly machines: () => readonly Machine[];
  readonly port: number;
  /** Who calls must show this token. */
  readonly token?: string;
  /** With them it speaks HTTPS; with `clientCa`, only to clients with a certificate of that authority. */
  readonly tls?: { readonly cert: string; readonly key: string; readonly clientCa?: string };
}

export interface RunningProvider {
  readonly url: string;
  close(): Promise<void>;
}

export async function startProvider({
  machines,
  port,
  token,
  tls,
}: ProviderOptions): Promise<RunningProvider> {
  const cloud = new Cloud(machines);
  const listener: RequestListener = (request, response) => {
    answer(cloud, request, token)
      .catch((error: Error) => {
        const { status = 500, retryAfterSeconds } = error as Partial<Refusal>;
        return { status, retryAfterSeconds, body: { error: { message: error.message } } };
      })
      .then(({ status, body, retryAfterSeconds }) => {
        const retry = retryAfterSeconds && { 'retry-after': String(retryAfterSeconds) };
        response.writeHead(status, { 'content-type': 'application/json', ...retry });
        response.end(JSON.stringify(body));
      });
  };
  const server = tls
    ? createSecureServer({ ...tls, ca: tls.clientCa, requestCert: Boolean(tls.clientCa) }, listener)
    : createServer(listener);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: chosen } = server.address() as AddressInfo;
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${chosen}`,
    close: async () => {
      cloud.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly retryAfterSeconds?: number | undefined;
}

async function answer(cloud: Cloud, request: IncomingMessage, token: string | undefined): Promise<Answer> {
  if (token && !sameText(request.headers.authorization ?? '', `Bearer ${token}`))
    throw new Refusal(401, 'the token is not known');
  const name = (request.url ?? '').replace(/^\/v1\//, '');
  const { operations } = cloud;
  const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
  if (!operation || request.method !== 'POST') throw new Refusal(404, 'there is no such operation');
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > MAX_REQUEST) throw new Refusal(413, 'the request is too long');
    parts.push(part);
  }
  return { status: 200, body: await operation(JSON.parse(Buffer.concat(parts).toString()) as Request) };
}

/** In a time that does not tell how much of it is right. */
function sameText(one: string, other: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(one), hash(other));
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '8787' },
      machines: { type: 'string' },
      'token-file': { type: 'string' },
      'tls-cert-file': { type: 'string' },
      'tls-private-key-file': { type: 'string' },
      'client-ca-file': { type: 'string' },
    },
  });
  const read = (file: string | undefined) => (file ? readFileSync(file, 'utf8') : undefined);
  const [token, cert, key] = [
    read(values['token-file'])?.trim(),
    read(values['tls-cert-file']),
    read(values['tls-private-key-file']),
  ];
  const clientCa = read(values['client-ca-file']);
  const { url } = await startProvider({
    machines: () => JSON.parse(read(values.machines) ?? '[]') as Machine[],
    port: Number(values.port),
    ...(token && { token }),
    ...(cert && key && { tls: { cert, key, ...(clientCa && { clientCa }) } }),
  });
  process.stdout.write(`The provider answers at ${url}\n`);
}
