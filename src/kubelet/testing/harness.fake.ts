// A whole kubelet for tests: a real API server in this process, a simulated runtime, files in memory, a clock that the
// test moves. Nothing takes real time.
import type { TestContext } from 'node:test';
import { Event } from '../../api/kinds/core/v1/event.ts';
import { Namespace } from '../../api/kinds/core/v1/namespace.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { isAlreadyExists, isNotFound } from '../../api/status/status-error.ts';
import { createApiServer } from '../../apiserver/api-server.ts';
import type { Client } from '../../client/client.ts';
import { InformerFactory } from '../../client/informer/factory.ts';
import { RestClient } from '../../client/rest/rest-client.ts';
import { inProcessTransport } from '../../client/transport/in-process-transport.ts';
import { SimulatedRuntime, type SimulatedRuntimeOptions } from '../../cri/simulated/runtime.ts';
import { SteppedClock, settle } from '../../kit/clock.fake.ts';
import { silentLogger } from '../../kit/log.ts';
import { seededRandom } from '../../kit/random.ts';
import { openMemoryStore } from '../../store/memory/memory-store.ts';
import { MemoryFiles } from '../files/memory-files.fake.ts';
import { createKubelet, type Kubelet } from '../kubelet.ts';
import type { Machine } from '../node/machine.ts';
import type { KubeletOptions } from '../options.ts';
import { type CuttableTransport, cuttable } from './outage.fake.ts';

export interface Harness {
  readonly clock: SteppedClock;
  readonly client: Client;
  /** As the kubelet and the test reach it. */
  readonly apiServer: Pick<CuttableTransport, 'setAway'>;
  readonly runtime: SimulatedRuntime;
  readonly kubelet: Kubelet;
  readonly files: MemoryFiles;
  /** Another kubelet over the same API, runtime and files: the first one has been stopped. */
  restart(): Promise<Kubelet>;
  create(pod: Pod): Promise<Pod>;
  pod(name: string): Promise<Pod | undefined>;
  /** Lets everything run, moving the clock on if asked to, until `check` holds. */
  until<T>(what: string, check: () => Promise<T> | T, stepMs?: number): Promise<NonNullable<T>>;
  /** Until the pod shows this phase. */
  phase(name: string, phase: string, stepMs?: number): Promise<Pod>;
  events(name: string): Promise<string[]>;
}

const NODE = 'node1';
const MACHINE: Machine = {
  milliCpu: 4000,
  memoryBytes: 8 * 2 ** 30,
  diskBytes: 100 * 2 ** 30,
  architecture: 'amd64',
  kernelVersion: '6',
  osImage: 'Linux',
  machineID: 'm',
  systemUUID: 's',
  bootID: 'b',
};
const TRIES = 400;

export async function startKubelet(
  t: TestContext,
  runtimeOptions: Partial<SimulatedRuntimeOptions> = {},
  kubeletOptions: Partial<KubeletOptions> = {},
): Promise<Harness> {
  const clock = new SteppedClock();
  const random = seededRandom(1);
  const log = silentLogger;
  const api = createApiServer({
    store: openMemoryStore({ clock }),
    clock,
    random,
    log,
    disableAdmissionPlugins: ['ServiceAccount'],
  });
  await api.start();
  const apiServer = cuttable(
    inProcessTransport(api.inProcess, {
      name: 'system:node:node1',
      groups: ['system:masters'],
    }),
  );
  const client = new RestClient({ transport: apiServer, clock });
  await addNamespaces(client);
  const runtime = new SimulatedRuntime({ clock, random, ...runtimeOptions });
  const files = new MemoryFiles();
  let current: Kubelet;
  const make = async () => {
    const informers = new InformerFactory({ client, clock, log });
    const kubelet = createKubelet({
      nodeName: NODE,
      client,
      informers,
      runtime,
      clock,
      log,
      files,
      machine: MACHINE,
      directories: { root: '/kubelet', logs: '/logs', secrets: '/secrets' },
      evictionMemoryBytes: 0,
      nodeIPs: ['10.77.0.1'],
      clusterDNS: ['10.96.0.10'],
      ...kubeletOptions,
    });
    informers.start();
    await kubelet.start();
    current = kubelet;
    t.after(async () => {
      await kubelet.stop();
      informers.stop();
    });
    return kubelet;
  };
  const kubelet = await make();

  /** Lets workers go on, though not those that wait for the stepped clock. */
  const quiet = async () => {
    for (let i = 0; i < 20 && !current.idle(); i++) await clock.turn();
  };
  const until: Harness['until'] = async (what, check, stepMs = 0) => {
    for (let i = 0; i < TRIES; i++) {
      const found = await check();
      if (found) return found;
      await quiet();
      if (stepMs > 0) await clock.step(stepMs);
      await settle();
    }
    throw new Error(`never came true: ${what}`);
  };
  const pod = async (name: string) => {
    try {
      return await client.get(Pod, name, 'default');
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  };
  return {
    clock,
    client,
    apiServer,
    runtime,
    kubelet,
    files,
    restart: make,
    create: (object) => client.create(Pod, object),
    pod,
    until,
    phase: (name, phase, stepMs) =>
      until(
        `${name} is ${phase}`,
        async () => {
          const found = await pod(name);
          return found?.status?.phase === phase ? found : undefined;
        },
        stepMs,
      ),
    events: async (name) => {
      const { items } = await client.list(Event, { namespace: 'default' });
      return items
        .filter((event) => event.involvedObject.name === name)
        .map((event) => `${event.type} ${event.reason} ${event.message}`);
    },
  };
}

async function addNamespaces(client: Client): Promise<void> {
  for (const name of ['default', 'kube-node-lease']) {
    try {
      await client.create(Namespace, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
    }
  }
}
