// The registry of a cluster of this machine: its doors, its ports, and what its nodes are told of it. Until somebody pushes, or
// mirrors are configured, there is one listening socket and nothing else.
import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from '../../client/client.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { messageOf } from '../../kit/message-of.ts';
import { hostPort } from '../../kit/net/host-port.ts';
import type { Random } from '../../kit/random.ts';
import type { Registries } from '../../registry/upstream/registries-file.ts';
import type { NodesPlan } from '../nodes/plan.ts';
import type { ClusterOptions } from '../options.ts';
import { readIfThere, writeAtomically } from '../pki/credential-files.ts';
import type { ClusterPaths } from '../state/paths.ts';
import { isThere } from './files.ts';
import { RegistryDoor } from './registry-door.ts';

export interface ClusterRegistryOptions {
  readonly plan: NodesPlan;
  readonly options: Pick<ClusterOptions, 'registries' | 'logLevel'>;
  readonly paths: ClusterPaths;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** The first cluster's registry has the port that registries usually have. */
const FIRST_PORT = 5_000;
const MOST_PORTS = 100;

export class ClusterRegistry {
  readonly #options: ClusterRegistryOptions;
  readonly #door: RegistryDoor;

  constructor(given: ClusterRegistryOptions) {
    const { plan, options, paths } = given;
    const log = given.log.child('registry');
    this.#options = { ...given, log };
    const file = this.#file;
    this.#door = new RegistryDoor({
      prepare: () => this.#connectNodes(),
      settings: (port) => ({
        root: paths.registry,
        port,
        // There, pods with hostNetwork are processes of the machine's own network, most of them root's.
        trustsRoot: !plan.host,
        log: paths.log,
        logLevel: options.logLevel,
        ...(file && { registries: file }),
      }),
      log,
    });
  }

  /** Port on 127.0.0.1; 0 where none was free. */
  get port(): number {
    return this.#door.port;
  }

  get pid(): number | undefined {
    return this.#door.pid;
  }

  /** Resolves when nodes, which are there with `network`, know of what they are to ask here. */
  async open(network: Promise<unknown>): Promise<void> {
    await Promise.all([this.#listen(), network]);
    if (this.#file !== undefined || isThere(this.#options.paths.registry)) await this.#connectNodes();
  }

  /** At the port of the last start, if it is free: images are named by it. */
  async #listen(): Promise<void> {
    const { plan, paths, log } = this.#options;
    const usual = Array.from({ length: MOST_PORTS }, (_, i) => FIRST_PORT + ((plan.index + i) % MOST_PORTS));
    const last = Number(readIfThere(paths.registryPort)?.trim());
    const port = await this.#door.open(last > 0 && last < 65_536 ? [last, ...usual] : usual);
    if (!port) return log.warn('no port is free for the registry', { from: FIRST_PORT, count: MOST_PORTS });
    if (port !== last) writeAtomically(paths.registryPort, `${port}\n`);
  }

  /** Opens the nodes' door, and tells their containerds of it. */
  async #connectNodes(): Promise<void> {
    const { plan, paths, clock, random } = this.#options;
    const [{ ensureCertificates }, { nodeHosts }, { keepRegistryHosts }] = await Promise.all([
      import('./files.ts'),
      import('./node-hosts.ts'),
      import('../../cri/containerd/supervisor/registry-hosts.ts'),
    ]);
    mkdirSync(paths.registry, { recursive: true, mode: 0o700 });
    const address = plan.host ? '127.0.0.1' : plan.gateway;
    const credential = ensureCertificates(paths.registry, [address], { clock, random });
    const nodes = plan.host ? [address] : plan.nodes.flatMap((node) => node.addresses);
    const port = await this.#door.openForNodes(address, nodes);
    const registries = await this.#registries();
    for (const node of plan.nodes) {
      const directory = join(node.directory, 'containerd/certs.d');
      const hosts = nodeHosts({
        url: `https://${hostPort(address, port)}`,
        ports: portsKnownIn(directory, this.port),
        credential,
        ...(registries && { registries }),
      });
      await keepRegistryHosts(directory, hosts);
    }
  }

  /** Nothing waits for it. */
  async publish(client: Client): Promise<void> {
    if (!this.port) return;
    try {
      const { publishRegistry } = await import('./hosting.ts');
      await publishRegistry(client, this.port);
    } catch (error) {
      this.#options.log.warn('the registry could not be published', { error });
    }
  }

  close(): Promise<void> {
    return this.#door.close();
  }

  get #file(): string | undefined {
    const { options, paths } = this.#options;
    return options.registries ?? (existsSync(paths.registries) ? paths.registries : undefined);
  }

  async #registries(): Promise<Registries | undefined> {
    const file = this.#file;
    if (!file) return undefined;
    const { readRegistries } = await import('./read-registries.ts');
    const { log } = this.#options;
    try {
      const registries = readRegistries(file);
      if ((statSync(file).mode & 0o077) !== 0 && registries.configs.size > 0)
        log.warn('others than its owner may read the file with credentials of registries', { file });
      return registries;
    } catch (error) {
      // It was right when the command read it; what runs goes on.
      log.warn('the file of registries cannot be used', { file, error: messageOf(error) });
      return undefined;
    }
  }
}

/** Images are named by the port that the registry had when they were pushed. */
function portsKnownIn(directory: string, port: number): number[] {
  const known = existsSync(directory) ? readdirSync(directory) : [];
  const earlier = known.flatMap((name) => /^localhost:(\d{1,5})$/.exec(name)?.[1] ?? []).map(Number);
  return [...new Set([port, ...earlier])].filter((one) => one > 0);
}
