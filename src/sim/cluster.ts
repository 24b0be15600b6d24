// A whole cluster in memory, or as much of one as a test wants: API server over the memory store, then by choice
// controllers, scheduler and nodes, all on one clock that only the test moves and one seed. Tests of every room use it.
import type { TestContext } from 'node:test';
import { Namespace } from '../api/kinds/core/v1/namespace.ts';
import { type ApiServer, createApiServer } from '../apiserver/api-server.ts';
import type { ApiServerOptions } from '../apiserver/options.ts';
import { createEventRecorder } from '../client/events/events.ts';
import { InformerFactory } from '../client/informer/factory.ts';
import { discoverKinds, groupVersions } from '../client/rest/discovery.ts';
import { openApiDocument } from '../client/rest/openapi.ts';
import { RestClient } from '../client/rest/rest-client.ts';
import { inProcessTransport } from '../client/transport/in-process-transport.ts';
import type { Transport } from '../client/transport/transport.ts';
import { type ControllerSettings, type RunningControllers, startControllers } from '../controllers/all.ts';
import { rangesOf } from '../controllers/node-ipam/plan.ts';
import { SteppedClock, settle } from '../kit/clock.fake.ts';
import { createLogger, type Logger, silentLogger } from '../kit/log.ts';
import { MetricsRegistry } from '../kit/metrics.ts';
import { type Random, seededRandom } from '../kit/random.ts';
import { Scheduler } from '../scheduler/scheduler.ts';
import { openMemoryStore } from '../store/memory/memory-store.ts';
import { ADMIN, type ApiCalls, apiCalls } from './api-calls.ts';
import { CountedRequests } from './counted-requests.ts';
import { nodeNameOf, SimNode, type SimNodeSettings } from './node.ts';

export interface SimClusterOptions {
  /** Default 1. The same seed and the same steps give the same cluster. */
  readonly seed?: number;
  /** Names as in controllers/all.ts; none when left out. */
  readonly controllers?: 'all' | readonly string[];
  readonly settings?: Partial<ControllerSettings>;
  readonly scheduler?: boolean;
  /** How many nodes, or what is particular about each. Without controllers and a scheduler, pods must be bound by the test. */
  readonly nodes?: number | readonly SimNodeSettings[];
  /** E.g. a store that outlives the cluster. Default: the admission plugin ServiceAccount only works beside its controller. */
  readonly apiServer?: Partial<ApiServerOptions>;
  readonly clock?: SteppedClock;
}

const TRIES = 400;
/** Rounds of the event loop without a request after which a cluster is at rest, and the most that are waited for. */
const QUIET_ROUNDS = 20;
const MOST_ROUNDS = 400;
/** Time passes in steps that leave pod workers turns of the event loop between them. */
const STEP_MS = 500;

export class SimCluster implements ApiCalls {
  readonly clock: SteppedClock;
  readonly random: Random;
  readonly store: ApiServerOptions['store'];
  readonly api: ApiServer;
  /** With the rights of an administrator. */
  readonly transport: Transport;
  readonly client: RestClient;
  /** What controllers and scheduler share. */
  readonly informers: InformerFactory;
  /** Of the controllers. */
  readonly metrics = new MetricsRegistry();
  readonly nodes: readonly SimNode[];
  readonly call: ApiCalls['call'];
  readonly watch: ApiCalls['watch'];
  #controllers: RunningControllers | undefined;
  #scheduler: Scheduler | undefined;
  readonly #requests: CountedRequests;
  /** What components were refused for want of rights. */
  readonly #refusals: string[] = [];
  readonly #log: Logger;

  constructor(options: SimClusterOptions) {
    this.clock = options.clock ?? new SteppedClock();
    this.random = seededRandom(options.seed ?? 1);
    const { clock, random } = this;
    this.#log = createLogger({
      level: 'warn',
      now: () => clock.now(),
      write: (line) => {
        if (/ cannot \w+ resource /.test(line)) this.#refusals.push(line);
      },
    });
    this.store = options.apiServer?.store ?? openMemoryStore({ clock });
    this.api = createApiServer({
      store: this.store,
      clock,
      random,
      log: silentLogger,
      disableAdmissionPlugins: options.controllers === 'all' ? [] : ['ServiceAccount'],
      placements: () => this.#scheduler?.placements,
      ...options.apiServer,
    });
    ({ call: this.call, watch: this.watch } = apiCalls(this.api));
    this.#requests = new CountedRequests(this.api.inProcess);
    this.transport = inProcessTransport(this.#requests, ADMIN);
    this.client = new RestClient({ transport: this.transport, clock });
    const manager = this.clientOf('system:kube-controller-manager');
    this.informers = new InformerFactory({ client: manager, clock, random, log: this.#log });
    const { nodes = 0 } = options;
    const each = typeof nodes === 'number' ? Array.from({ length: nodes }, () => ({})) : nodes;
    this.nodes = each.map((own, index) => {
      const transport = this.transportOf(`system:node:${nodeNameOf(index)}`, ['system:nodes']);
      return new SimNode({ ...own, index, transport, clock, random, log: this.#log });
    });
  }

  async start({ controllers = [], settings, scheduler }: SimClusterOptions): Promise<void> {
    await this.api.start();
    const metadata = { name: 'default' };
    await this.client.create(Namespace, { apiVersion: 'v1', kind: 'Namespace', metadata }).catch(() => {});
    if (controllers.length > 0) await this.#startControllers(controllers, settings);
    if (scheduler) this.#startScheduler();
    for (const node of this.nodes) await node.start();
    await this.settle();
  }

  get scheduler(): Scheduler {
    if (!this.#scheduler) throw new Error('this cluster has no scheduler');
    return this.#scheduler;
  }

  /** By name; `node1` when left out. */
  node(name = 'node1'): SimNode {
    const found = this.nodes.find((node) => node.name === name);
    if (!found) throw new Error(`there is no node ${name}`);
    return found;
  }

  /** A client of somebody with the rights that the built-in roles give. */
  clientOf(name: string, groups: readonly string[] = []): RestClient {
    return new RestClient({ transport: this.transportOf(name, groups), clock: this.clock });
  }

  transportOf(name: string, groups: readonly string[] = []): Transport {
    return inProcessTransport(this.#requests, { name, groups });
  }

  serviceAccount(name: string): RestClient {
    const groups = ['system:serviceaccounts', 'system:serviceaccounts:kube-system'];
    return this.clientOf(`system:serviceaccount:kube-system:${name}`, groups);
  }

  /** Lets everything that is under way come to rest without moving time. */
  async settle(): Promise<void> {
    for (let round = 0, quiet = 0; quiet < QUIET_ROUNDS && round < MOST_ROUNDS; round++) {
      await settle();
      // A request gives way to others when it has taken long: on a busy machine it takes more turns.
      quiet = this.#requests.pending > 0 ? 0 : quiet + 1;
    }
    await this.#nodesAtRest();
  }

  /** Moves time on, and lets everything come to rest. */
  async step(ms: number): Promise<void> {
    const stride = this.nodes.length > 0 ? STEP_MS : ms;
    for (let left = ms; left > 0; left -= stride) {
      await this.clock.step(Math.min(stride, left));
      await this.settle();
    }
  }

  /** Lets everything run, moving time on by `stepMs` between looks, until `check` gives something. */
  async until<T>(what: string, check: () => Promise<T> | T, stepMs = 0): Promise<NonNullable<T>> {
    for (let i = 0; i < TRIES; i++) {
      const found = await check();
      if (found) return found;
      await this.#nodesAtRest();
      if (stepMs > 0) await this.clock.step(stepMs);
      await settle();
    }
    throw new Error(`never came true: ${what}`);
  }

  /** Ends everything; throws when a component lacked a right, because then its role and what it does disagree. */
  async stop(): Promise<void> {
    for (const node of this.nodes) await node.stop();
    await this.#scheduler?.stop();
    await this.#controllers?.stop();
    this.informers.stop();
    await this.api.stop();
    if (this.#refusals.length > 0) throw new Error(this.#refusals.join(''));
  }

  async #startControllers(
    names: 'all' | readonly string[],
    settings: Partial<ControllerSettings> = {},
  ): Promise<void> {
    const { informers, clock, random, transport } = this;
    this.#controllers = startControllers({
      client: this.clientOf('system:kube-controller-manager'),
      clientFor: (account) => this.serviceAccount(account),
      informers,
      clock,
      random,
      log: this.#log,
      metrics: this.metrics,
      discover: () => discoverKinds(transport),
      groupVersions: (group) => groupVersions(transport, group),
      openApi: (group, version) => openApiDocument(transport, group, version),
      settings: {
        rootCa: 'ROOT CA',
        podRanges: rangesOf('10.128.0.0/16'),
        ...settings,
      },
      ...(names !== 'all' && { only: names }),
    });
    await this.#controllers.started;
  }

  #startScheduler(): void {
    const { informers, clock, random } = this;
    const log = this.#log;
    const client = this.clientOf('system:kube-scheduler').as('kube-scheduler');
    const events = createEventRecorder({ client, clock, log, component: 'default-scheduler' });
    const metrics = new MetricsRegistry();
    this.#scheduler = new Scheduler({ client, informers, events, clock, random, log, metrics });
    informers.start();
    void this.#scheduler.run();
  }

  /** Lets pod workers go on, though not those that wait for the stepped clock. */
  async #nodesAtRest(): Promise<void> {
    for (let i = 0; i < 20 && this.nodes.some((node) => !node.idle); i++) await this.clock.turn();
  }
}

/** Made, started and at rest; stopped at the end of the test `t` when one is given. */
export async function simCluster(
  options: SimClusterOptions = {},
  t?: Pick<TestContext, 'after'>,
): Promise<SimCluster> {
  const cluster = new SimCluster(options);
  t?.after(() => cluster.stop());
  await cluster.start(options);
  return cluster;
}
