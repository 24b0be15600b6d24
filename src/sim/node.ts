// A simulated node: our kubelet, as it is, over a runtime and files in memory. Its client has the rights of a node and no
// more. Made by cluster.ts.
import { InformerFactory } from '../client/informer/factory.ts';
import { RestClient } from '../client/rest/rest-client.ts';
import type { Transport } from '../client/transport/transport.ts';
import { SimulatedRuntime, type SimulatedRuntimeOptions } from '../cri/simulated/runtime.ts';
import type { Clock } from '../kit/clock.ts';
import type { Logger } from '../kit/log.ts';
import type { Random } from '../kit/random.ts';
import { MemoryFiles } from '../kubelet/files/memory-files.fake.ts';
import { createKubelet, type Kubelet } from '../kubelet/kubelet.ts';
import type { Machine } from '../kubelet/node/machine.ts';
import type { KubeletOptions } from '../kubelet/options.ts';
import { type CuttableTransport, cuttable } from './outage.ts';

/** What is particular about a node. */
export interface SimNodeSettings {
  readonly runtime?: Partial<SimulatedRuntimeOptions>;
  readonly kubelet?: Partial<KubeletOptions>;
}

export interface SimNodeOptions extends SimNodeSettings {
  /** Counts from 0; the first node is `node1`. */
  readonly index: number;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** Room for 110 pods, 4 CPUs and 8 GiB. */
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

export const nodeNameOf = (index: number): string => `node${index + 1}`;

export class SimNode {
  readonly name: string;
  readonly address: string;
  readonly runtime: SimulatedRuntime;
  readonly files = new MemoryFiles();
  /** As this node's kubelet reaches it. */
  readonly apiServer: Pick<CuttableTransport, 'setAway'>;
  readonly #options: SimNodeOptions;
  readonly #client: RestClient;
  #running: { kubelet: Kubelet; informers: InformerFactory } | undefined;

  constructor(options: SimNodeOptions) {
    const { index, transport, clock, random, runtime } = options;
    this.name = nodeNameOf(index);
    this.address = `10.77.0.${index + 1}`;
    this.#options = options;
    const apiServer = cuttable(transport);
    this.apiServer = apiServer;
    this.#client = new RestClient({ transport: apiServer, clock, fieldManager: 'kubelet' });
    this.runtime = new SimulatedRuntime({ clock, random, addressPrefix: `10.128.${index}`, ...runtime });
  }

  /** Starts the kubelet, or another one after stop(), over the same runtime and files. */
  async start(): Promise<Kubelet> {
    const { clock, random, log } = this.#options;
    const informers = new InformerFactory({ client: this.#client, clock, random, log });
    const kubelet = createKubelet({
      nodeName: this.name,
      client: this.#client,
      informers,
      runtime: this.runtime,
      clock,
      random,
      log,
      files: this.files,
      machine: MACHINE,
      directories: { root: '/kubelet', logs: '/logs', secrets: '/secrets' },
      evictionMemoryBytes: 0,
      nodeIPs: [this.address],
      clusterDNS: ['10.96.0.10'],
      ...this.#options.kubelet,
    });
    informers.start();
    this.#running = { kubelet, informers };
    await kubelet.start();
    return kubelet;
  }

  get kubelet(): Kubelet {
    if (!this.#running) throw new Error(`the kubelet of ${this.name} does not run`);
    return this.#running.kubelet;
  }

  /** False while a pod worker has something to do now. */
  get idle(): boolean {
    return this.#running?.kubelet.idle() ?? true;
  }

  /** The kubelet goes; its containers run on. */
  async stop(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    await running?.kubelet.stop();
    running?.informers.stop();
  }
}
