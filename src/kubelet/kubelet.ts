// The kubelet from start to stop: node registration, one worker per pod, wake-ups from the API, the runtime, probes and
// timers, and the relist as the truth behind them. cluster/ makes one for each node. Open pod-workers/pod-worker.ts next.
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Pod as PodKind } from '../api/kinds/core/v1/pod.ts';
import { Service } from '../api/kinds/core/v1/service.ts';
import { type Assembly, assemble } from './assemble.ts';
import { createBackend } from './backend.ts';
import { rotateLogs } from './containers/log-rotation.ts';
import { readResolvConf } from './dns/resolv-conf.ts';
import { type Chore, keepHouse } from './housekeeping.ts';
import { collectImages } from './images/image-gc.ts';
import { readMachine } from './node/machine.ts';
import type { KubeletOptions } from './options.ts';
import type { Pod } from './pod.ts';
import type { KubeletBackend } from './server/backend.ts';
import { readFs } from './stats/usage.ts';

export type { KubeletDirectories, KubeletOptions, NodeExec } from './options.ts';

export interface Kubelet {
  /** Resolves when the node is registered and every pod has a worker. */
  start(): Promise<void>;
  /** Stops watching and writing; what runs goes on running. */
  stop(): Promise<void>;
  /** True while no worker does anything: on a stepped clock, the moment to move it on. */
  idle(): boolean;
  /** For the kubelet's HTTPS server. */
  readonly backend: KubeletBackend;
}

const RELIST_MS = 10_000;
const EVICTION_MS = 10_000;
const ROTATION_MS = 10_000;
const IMAGE_GC_MS = 300_000;
const IMAGE_GC_MARGIN = 5;

export function createKubelet(options: KubeletOptions): Kubelet {
  let running: Running | undefined;
  return {
    async start() {
      await Promise.all(Object.values(options.directories).map((dir) => mkdir(dir, { recursive: true })));
      const machine = await readMachine(options.directories.root);
      const hostDns = await readResolvConf(options.resolvConf ?? '/etc/resolv.conf');
      running = new Running(options, assemble(options, { machine, hostDns }));
      await running.start();
    },
    async stop() {
      await running?.stop();
      running = undefined;
    },
    idle: () => running?.parts.workers.all().every((worker) => worker.idle) ?? true,
    backend: createBackend(options, () => running?.parts),
  };
}

/** A kubelet between start and stop. */
class Running {
  readonly parts: Assembly;
  readonly #options: KubeletOptions;
  readonly #stop = new AbortController();
  readonly #stops: (() => void)[] = [];

  constructor(options: KubeletOptions, parts: Assembly) {
    this.#options = options;
    this.parts = parts;
  }

  async start(): Promise<void> {
    const { informers, clock, nodeName } = this.#options;
    const { workers, node, log } = this.parts;
    const pods = informers.informer(PodKind, { fieldSelector: `spec.nodeName=${nodeName}` });
    const services = informers.informer(Service);
    await Promise.all([node.start(), pods.synced(), services.synced()]);
    const unsubscribe = pods.addHandler({
      onAdd: (pod) => workers.put(pod as Pod),
      onUpdate: (pod) => workers.put(pod as Pod),
      onDelete: (pod) => workers.remove(pod as Pod),
    });
    await this.#removeOrphans();
    void this.#followRuntime();
    const relist = clock.every(RELIST_MS, () => void workers.relist());
    this.#stops.push(unsubscribe, () => relist.cancel(), keepHouse(this.#chores(), clock, log));
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    for (const stop of this.#stops.splice(0)) stop();
    const { workers, context, node, recorder } = this.parts;
    workers.stop();
    context.probes.stop();
    context.statuses.stop();
    context.objects.stop();
    node.stop();
    await recorder.flushed();
  }

  async #followRuntime(): Promise<void> {
    const { signal } = this.#stop;
    const { runtime, clock } = this.#options;
    while (!signal.aborted) {
      try {
        for await (const event of runtime.events(signal)) this.parts.workers.onRuntimeEvent(event);
      } catch (error) {
        if (!signal.aborted) this.parts.log.warn('runtime events broke off', { error: String(error) });
      }
      await clock.sleep(1000, signal).catch(() => {});
    }
  }

  /** What pods have left on the node that neither the API nor the runtime knows any more. */
  async #removeOrphans(): Promise<void> {
    const { workers, context } = this.parts;
    await workers.relist();
    const known = new Set(workers.all().map(({ uid }) => uid));
    const orphans = (uids: readonly string[]) => uids.filter((uid) => !known.has(uid));
    for (const uid of orphans(await context.volumes.list())) await context.volumes.removePod(uid);
    for (const uid of orphans(await context.cgroups.list())) await context.cgroups.remove(uid);
    for (const name of await readdir(context.logs)) {
      const uid = /^[^_]+_[^_]+_([0-9a-f-]{36})$/.exec(name)?.[1];
      if (uid && !known.has(uid)) await rm(join(context.logs, name), { recursive: true, force: true });
    }
  }

  #chores(): Chore[] {
    const { runtime, clock, directories, imageGcHighPercent = 100 } = this.#options;
    const { context, eviction } = this.parts;
    const collect = () =>
      collectImages({
        runtime,
        readFs: () => readFs(directories.root),
        highPercent: imageGcHighPercent,
        lowPercent: imageGcHighPercent - IMAGE_GC_MARGIN,
        keep: [],
      });
    return [
      {
        name: 'log rotation',
        everyMs: ROTATION_MS,
        run: () => rotateLogs(context.runtimeView.runningContainers(), { runtime, clock }),
      },
      { name: 'eviction', everyMs: EVICTION_MS, run: () => eviction.look() },
      ...(imageGcHighPercent < 100 ? [{ name: 'image collection', everyMs: IMAGE_GC_MS, run: collect }] : []),
    ];
  }
}
