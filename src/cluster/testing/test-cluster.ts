// An API server over the memory store, a client and informers on it, on a clock that tests step: what controllers,
// scheduler and the like are tested against. Only tests import this.

import { Namespace } from '../../api/kinds/core/v1/namespace.ts';
import { type ApiServer, createApiServer } from '../../apiserver/api-server.ts';
import { InformerFactory } from '../../client/informer/factory.ts';
import { discoverKinds } from '../../client/rest/discovery.ts';
import { RestClient } from '../../client/rest/rest-client.ts';
import { inProcessTransport } from '../../client/transport/in-process-transport.ts';
import type { Transport } from '../../client/transport/transport.ts';
import { type ControllerSettings, type RunningControllers, startControllers } from '../../controllers/all.ts';
import { SteppedClock, settle } from '../../kit/clock.fake.ts';
import { createLogger, type Logger, silentLogger } from '../../kit/log.ts';
import { type Random, seededRandom } from '../../kit/random.ts';
import { openMemoryStore } from '../../store/memory/memory-store.ts';

export class TestCluster {
  readonly clock = new SteppedClock();
  readonly random: Random = seededRandom(1);
  readonly api: ApiServer;
  readonly transport: Transport;
  readonly client: RestClient;
  readonly informers: InformerFactory;
  readonly #stops: (() => Promise<void>)[] = [];
  /** What controllers were refused for want of rights. */
  readonly #refusals: string[] = [];
  readonly #log: Logger = createLogger({
    level: 'warn',
    now: () => this.clock.now(),
    write: (line) => {
      if (/ cannot \w+ resource /.test(line)) this.#refusals.push(line);
    },
  });

  constructor() {
    const { clock, random } = this;
    const store = openMemoryStore({ clock });
    this.api = createApiServer({
      store,
      clock,
      random,
      log: silentLogger,
      disableAdmissionPlugins: ['ServiceAccount', 'DefaultTolerationSeconds'],
    });
    const admin = { name: 'kubernetes-admin', groups: ['system:masters'] };
    this.transport = inProcessTransport(this.api.inProcess, admin);
    this.client = new RestClient({ transport: this.transport, clock });
    const manager = this.clientOf('system:kube-controller-manager');
    this.informers = new InformerFactory({ client: manager, clock, log: this.#log });
  }

  /** Starts the API server, makes the namespace `default` if there is none, and runs the named controllers. */
  async start(
    only: readonly string[],
    settings: Partial<ControllerSettings> = {},
  ): Promise<RunningControllers> {
    await this.api.start();
    const metadata = { name: 'default' };
    await this.client.create(Namespace, { apiVersion: 'v1', kind: 'Namespace', metadata }).catch(() => {});
    const { informers, clock, random, transport } = this;
    const running = startControllers({
      client: this.clientOf('system:kube-controller-manager'),
      clientFor: (account) => this.serviceAccount(account),
      informers,
      clock,
      random,
      log: this.#log,
      discover: () => discoverKinds(transport),
      settings: {
        rootCa: 'ROOT CA',
        podRanges: { cluster: '10.128.0.0/16', nodeMask: 24 },
        ...settings,
      },
      only,
    });
    this.#stops.push(() => running.stop());
    await running.started;
    await this.settle();
    return running;
  }

  /** A client of somebody with the rights that the built-in roles give. */
  clientOf(name: string, groups: readonly string[] = []): RestClient {
    const transport = inProcessTransport(this.api.inProcess, { name, groups });
    return new RestClient({ transport, clock: this.clock });
  }

  serviceAccount(name: string): RestClient {
    const groups = ['system:serviceaccounts', 'system:serviceaccounts:kube-system'];
    return this.clientOf(`system:serviceaccount:kube-system:${name}`, groups);
  }

  /** Lets everything that is under way come to rest without moving time. */
  async settle(): Promise<void> {
    for (let i = 0; i < 20; i++) await settle();
  }

  /** Moves time on, and lets everything come to rest. */
  async step(ms: number): Promise<void> {
    await this.clock.step(ms);
    await this.settle();
  }

  /** Ends everything; throws when a controller lacked a right, because then its role and its doings disagree. */
  async stop(): Promise<void> {
    for (const stop of this.#stops) await stop();
    this.informers.stop();
    await this.api.stop();
    if (this.#refusals.length > 0) throw new Error(this.#refusals.join(''));
  }
}
