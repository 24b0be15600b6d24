// Boots a cluster, or goes on with one: namespaces and containerd on one side, store and API server on the other, side by
// side; then controllers, scheduler, kubelets. Called by the command; what runs is a RunningCluster.
import { type Clock, systemClock } from '../kit/clock.ts';
import type { Logger } from '../kit/log.ts';
import { type Random, systemRandom } from '../kit/random.ts';
import { buildImagefile, imagefileIn } from './images/imagefile.ts';
import { readManifests } from './manifests.ts';
import { type ClusterOptions, nodeNames } from './options.ts';
import { type Progress, UserError } from './progress.ts';
import { checkRequirements } from './requirements.ts';
import { RunningCluster } from './running-cluster.ts';
import { makePrivate } from './state/paths.ts';
import { chooseIndex, isRunning, listRecords, readRecord } from './state/registry.ts';

export interface StartOptions {
  readonly options: ClusterOptions;
  /** Manifests and directories of them to apply, absolute. */
  readonly files: readonly string[];
  readonly log: Logger;
  readonly progress: (event: Progress) => void;
  readonly clock?: Clock;
  readonly random?: Random;
}

/** Resolves when the API answers, the manifests are applied and every node is Ready. */
export async function startCluster(start: StartOptions): Promise<RunningCluster> {
  const { options, log, progress, clock = systemClock, random = systemRandom } = start;
  if (options.nodes > 0) checkRequirements();
  const running = readRecord(options.name);
  if (running && isRunning(running))
    throw new UserError(
      `cluster ${options.name} is running already (tiphys status); end it with tiphys down --name ${options.name}`,
    );
  const manifests = start.files.flatMap((file) => readManifests(file));
  const images = start.files.flatMap((file) => {
    const path = imagefileIn(file);
    return path ? [() => buildImagefile(path, file)] : [];
  });
  makePrivate(options.dataDir);
  const cluster = new RunningCluster({
    options,
    index: chooseIndex(options.name, listRecords()),
    nodes: nodeNames(options.name, options.nodes),
    // The process started this long ago on the monotonic clock's own scale, which begins with it.
    step: (text) => progress({ kind: 'step', text, ms: clock.monotonic() }),
    log,
    clock,
    random,
  });
  try {
    await cluster.start({ manifests, images });
  } catch (error) {
    // What ran before goes on running; what this start made goes.
    const cleanUp = running ? cluster.stop() : cluster.takeDown();
    await cleanUp.catch((cause) => log.error('cleaning up failed', { cause }));
    throw error;
  }
  progress({ kind: 'ready', summary: cluster.summary, ms: clock.monotonic() });
  return cluster;
}
