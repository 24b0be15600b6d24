// Starts a cluster, or continues one that stopped: namespaces and containerd in this process, the control plane in
// another, in parallel; then kubelets, DNS and Services. Called by the command; what runs is a RunningCluster.
import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { type Clock, systemClock } from '../kit/clock.ts';
import type { Logger } from '../kit/log.ts';
import { type Random, systemRandom } from '../kit/random.ts';
import { neighbourProblem } from './addressing/address-options.ts';
import { saveConfig } from './config/saved.ts';
import type { ConfiguredNodes } from './configured/configured-nodes.ts';
import { noteFile } from './configured/note.ts';
import { buildImagefile, imagefileIn } from './images/imagefile.ts';
import { type ClusterOptions, nodeNames } from './options.ts';
import { type Progress, UserError } from './progress.ts';
import { checkFamilies, checkPodNetwork, checkRequirements } from './requirements.ts';
import { RunningCluster, type Workload } from './running-cluster.ts';
import { makePrivate } from './state/paths.ts';
import {
  type ClusterRecord,
  claimIndex,
  isRunning,
  listRecords,
  readRecord,
  runningProcesses,
} from './state/registry.ts';
import type { Launch } from './supervisor/launch.ts';
import { readManifests } from './workloads/manifests.ts';

export interface StartOptions {
  readonly options: ClusterOptions;
  /** Manifests and directories of them to apply, absolute. */
  readonly files: readonly string[];
  readonly log: Logger;
  readonly progress: (event: Progress) => void;
  readonly launch: Launch;
  /** A process of the control plane that was started already, to save time. */
  readonly controlPlane?: ChildProcess;
  readonly clock?: Clock;
  readonly random?: Random;
}

/** Resolves when the API answers, the manifests are applied and every node is Ready. */
export async function startCluster(start: StartOptions): Promise<RunningCluster> {
  const { options, log, launch, progress, clock = systemClock, random = systemRandom } = start;
  if (options.configFile)
    progress({ kind: 'step', text: `configuration of ${options.configFile.path}`, ms: clock.monotonic() });
  if (options.nodes > 0) checkFamilies(options.families);
  if (options.nodes > 0) checkRequirements(options.loadBalancerPool.length > 0 ? { perl: 'perl-base' } : {});
  if (options.nodes > 0) checkPodNetwork(options.podNetwork);
  const earlier = readRecord(options.name);
  if (launch.restarts > 0) await endControlPlane(earlier, clock);
  else if (earlier && isRunning(earlier))
    throw new UserError(
      `cluster ${options.name} is running already (tiphys status); end it with tiphys down --name ${options.name}`,
    );
  // Started again after a crash, the cluster has its objects and images, and its users may have changed them.
  const resumed = launch.restarts > 0 && earlier?.complete;
  const configured = await configuredNodes(start, clock);
  await configured?.check();
  const workload = readWorkload(resumed ? [] : start.files);
  makePrivate(options.dataDir);
  const cluster = claimIndex(options.name, (index) => {
    const conflict = neighbourProblem({ ...options, index }, listRecords());
    if (conflict) throw new UserError(conflict);
    const claiming = new RunningCluster({
      options,
      index,
      nodes: nodeNames(options.name, options.nodes),
      // The process started this long ago on the monotonic clock's own scale, which begins with it.
      step: (text) => progress({ kind: 'step', text, ms: clock.monotonic() }),
      during: async (text, work) => {
        progress({ kind: 'begin', text });
        return work.finally(() => progress({ kind: 'end', text }));
      },
      launch,
      controlPlane: start.controlPlane,
      configured,
      log,
      clock,
      random,
    });
    claiming.register();
    return claiming;
  });
  saveConfig(options.dataDir, options.configFile);
  try {
    await cluster.start(workload);
  } catch (error) {
    // What ran before goes on running; what this start made goes.
    const cleanUp = earlier ? cluster.stop() : cluster.takeDown();
    await cleanUp.catch((cause) => log.error('cleaning up failed', { cause }));
    throw error;
  }
  const unready = await cluster.awaitReady(workload);
  const summary = { ...cluster.summary, ...(unready && { unready }) };
  progress({ kind: 'ready', summary, ms: clock.monotonic() });
  return cluster;
}

/** Undefined where no file says anything of the nodes, and none did at an earlier start. */
async function configuredNodes(
  { options, launch, log }: StartOptions,
  clock: Clock,
): Promise<ConfiguredNodes | undefined> {
  const { dataDir, nodeConfigurations: configurations = [] } = options;
  if (configurations.length === 0 && !existsSync(noteFile(dataDir))) return undefined;
  const { ConfiguredNodes } = await import('./configured/configured-nodes.ts');
  return new ConfiguredNodes({
    dataDir,
    nodes: nodeNames(options.name, options.nodes),
    configurations,
    restarted: launch.restarts > 0,
    clock,
    log: log.child('configured'),
  });
}

function readWorkload(files: readonly string[]): Workload {
  const images = files.flatMap((file) => {
    const path = imagefileIn(file);
    return path ? [() => buildImagefile(path, file)] : [];
  });
  return { manifests: files.flatMap((file) => readManifests(file)), images };
}

/** Milliseconds that the control plane of a killed node agent gets to notice and end. */
const PATIENCE_MS = 500;

/** The store and the port must be free before a new control plane starts. */
async function endControlPlane(record: ClusterRecord | undefined, clock: Clock): Promise<void> {
  const deadline = clock.monotonic() + PATIENCE_MS;
  const running = () => (record ? runningProcesses({ ...record, launcher: undefined, pid: 0 }) : []);
  for (let pids = running(); pids.length > 0; pids = running()) {
    if (clock.monotonic() > deadline) for (const pid of pids) process.kill(pid, 'SIGKILL');
    await clock.sleep(10);
  }
}
