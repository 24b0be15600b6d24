// The kubelet from start to stop: node registration, one worker per pod, wake-ups from the API, the runtime, probes and
// timers, and the relist that finds what they miss. cluster/ makes one for each node. Open pod-workers/pod-worker.ts next.

import { Pod as PodKind } from '../api/kinds/core/v1/pod.ts';
import { Service } from '../api/kinds/core/v1/service.ts';
import { RuntimeClass } from '../api/kinds/node/v1/runtime-class.ts';
import { messageOf } from '../kit/message-of.ts';
import { assemble, type Components, filesOf } from './assemble.ts';
import { createBackend } from './backend.ts';
import { rotateLogs } from './containers/log-rotation.ts';
import { factsOf } from './csi/create-csi.ts';
import { type DnsSettings, parseResolvConf } from './dns/resolv-conf.ts';
import type { NodeFiles } from './files/node-files.ts';
import { nodePath } from './files/node-files.ts';
import { type PeriodicTask, startPeriodicTasks } from './housekeeping.ts';
import { collectImages } from './images/image-gc.ts';
import { volumeImages } from './images/image-volumes.ts';
import { readMachine } from './node/machine.ts';
import { type CompleteOptions, type KubeletOptions, withDefaults } from './options.ts';
import type { Pod } from './pod.ts';
import type { KubeletBackend } from './server/backend.ts';

export type { KubeletDirectories, KubeletOptions, NodeExec } from './options.ts';

export interface Kubelet {
  /** Resolves when the node is registered and every pod has a worker: not before the API server has answered. */
  start(): Promise<void>;
  /** Stops watching and writing; what runs goes on running. */
  stop(): Promise<void>;
  /** True while no worker does anything: on a stepped clock, the moment to move it on. */
  idle(): boolean;
  /** For the kubelet's HTTPS server. */
  readonly backend: KubeletBackend;
}

const RELIST_MS = 10_000;
const CLAIMS_MS = 60_000;
const ORPHANS_MS = 60_000;
const EVICTION_MS = 10_000;
const ROTATION_MS = 10_000;
const IMAGE_GC_MS = 300_000;
const IMAGE_GC_MARGIN = 5;

export function createKubelet(given: KubeletOptions): Kubelet {
  const options = withDefaults(given);
  const files = filesOf(options);
  let running: Running | undefined;
  return {
    async start() {
      for (const dir of Object.values(options.directories)) await files.makeDirectory(nodePath(dir));
      const machine = options.machine ?? (await readMachine(files, options.directories.root));
      const hostDns = await readResolvConf(files, options.resolvConf);
      const csi = await factsOf(options.csiDrivers);
      running = new Running(options, assemble(options, files, { machine, hostDns, csi }));
      await running.start();
    },
    async stop() {
      await running?.stop();
      running = undefined;
      await files.close();
    },
    idle: () => [...(running?.components.registry.workers.values() ?? [])].every(({ idle }) => idle),
    backend: createBackend(options, files, () => running?.components),
  };
}

/** Undefined for the empty path. */
async function readResolvConf(files: NodeFiles, path: string): Promise<DnsSettings['host']> {
  return path === '' ? undefined : parseResolvConf(String((await files.read(nodePath(path))) ?? ''));
}

/** A kubelet between start and stop. */
class Running {
  readonly components: Components;
  readonly #options: CompleteOptions;
  readonly #stop = new AbortController();
  readonly #stops: (() => void)[] = [];

  constructor(options: CompleteOptions, components: Components) {
    this.#options = options;
    this.components = components;
  }

  async start(): Promise<void> {
    const { informers, clock, nodeName } = this.#options;
    const { workers, node, log, plugins, claims, csi } = this.components;
    const pods = informers.informer(PodKind, { fieldSelector: `spec.nodeName=${nodeName}` });
    const others = [Service, RuntimeClass].map((kind) => informers.informer(kind).synced());
    await Promise.all([claims.load(), node.start(), pods.synced(), ...others]);
    // Before pods start, for their drivers may be there already; after the node, to which drivers add what they know of it.
    await Promise.all([plugins.start(), csi.plugin.start()]);
    const unsubscribe = pods.addHandler({
      onAdd: (pod) => workers.put(pod as Pod),
      onUpdate: (pod) => workers.put(pod as Pod),
      onDelete: (pod) => workers.remove(pod as Pod),
    });
    // After this relist every pod of the runtime has a worker, so all that has none is left over.
    await workers.relist();
    this.components.formerPods.known();
    void this.components.orphans
      .sweep()
      .catch((error: unknown) => log.warn('orphaned pods not removed', { error: messageOf(error) }));
    void this.#followRuntime();
    const relist = clock.every(RELIST_MS, () => void workers.relist());
    this.#stops.push(unsubscribe, () => relist.cancel(), startPeriodicTasks(this.#tasks(), clock, log));
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    for (const stop of this.#stops.splice(0)) stop();
    const { workers, probes, statuses, objects, node, recorder, plugins, draPlugins, csi } = this.components;
    this.components.formerPods.stop();
    workers.stop();
    probes.stop();
    statuses.stop();
    objects.stop();
    plugins.stop();
    draPlugins.stop();
    csi.stop();
    node.stop();
    await recorder.flushed();
  }

  async #followRuntime(): Promise<void> {
    const { signal } = this.#stop;
    const { runtime, clock } = this.#options;
    while (!signal.aborted) {
      try {
        for await (const event of runtime.events(signal)) this.components.workers.onRuntimeEvent(event);
      } catch (error) {
        if (!signal.aborted)
          this.components.log.warn('runtime events broke off', { error: messageOf(error) });
      }
      // The stream ended or broke off; the relist covers what is missed meanwhile.
      await clock.sleep(1000, signal).catch(() => {});
    }
  }

  #tasks(): PeriodicTask[] {
    const { runtime, clock, directories, imageGcHighPercent } = this.#options;
    const { runtimeView, eviction, files, dynamicResources, registry, orphans } = this.components;
    const collect = () =>
      collectImages({
        runtime,
        readFs: () => files.fileSystem(nodePath(directories.root)),
        highPercent: imageGcHighPercent,
        lowPercent: imageGcHighPercent - IMAGE_GC_MARGIN,
        keep: [],
        volumes: () => registry.active().flatMap(volumeImages),
      });
    return [
      {
        name: 'log rotation',
        everyMs: ROTATION_MS,
        run: () => rotateLogs(runtimeView.runningContainers(), { runtime, clock, files }),
      },
      {
        name: 'claims of pods that are gone',
        everyMs: CLAIMS_MS,
        run: () => dynamicResources.releaseOthers(registry.workers),
      },
      { name: 'removal of orphaned pods', everyMs: ORPHANS_MS, run: () => orphans.sweep() },
      { name: 'memory eviction', everyMs: EVICTION_MS, run: () => eviction.checkMemory() },
      { name: 'storage eviction', everyMs: EVICTION_MS, run: () => eviction.checkStorage() },
      ...(imageGcHighPercent < 100 ? [{ name: 'image collection', everyMs: IMAGE_GC_MS, run: collect }] : []),
    ];
  }
}
