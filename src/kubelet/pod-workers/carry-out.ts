// Carries out one plan: kills, the sandbox, starts. Problems of single containers are noted, not thrown; what concerns
// the whole pod is thrown as PodProblem and tried again later. Called by pod-sync.ts in every round.
import { messageOf } from '../../kit/message-of.ts';
import { abortable, abortableLater } from '../containers/abortable.ts';
import { graceForRestart } from '../containers/kill.ts';
import { StartError } from '../containers/start-error.ts';
import { PrepareError } from '../devices/dynamic-resources.ts';
import { isHostNetwork, type Pod, specOf } from '../pod.ts';
import type { PodResize } from '../resize/pod-resize.ts';
import type { Problem } from '../status/container-status.ts';
import type { CrashBackoff } from '../sync/crash-backoff.ts';
import type { StartAction, SyncPlan } from '../sync/plan.ts';
import { crashKey } from '../sync/plan-sync.ts';
import { currentSandbox, type PodView } from '../view/pod-view.ts';
import type { MountedVolumes } from '../volumes/plugin.ts';
import { AttachLimitError, MountError, MountPending } from '../volumes/volume-manager.ts';
import type { WorkerPorts } from './ports.ts';

const SANDBOX_CHANGED = 'Pod sandbox changed, it will be killed and re-created.';

/** How long a pod that ends waits for what is being made for it, so that it can be removed again. */
const PREPARE_MS = 5_000;

/** The pod as a whole cannot go on now; the event has been recorded. */
export class PodProblem extends Error {}

/** The node turns out to have no room for the pod. */
export class PodRefusal extends Error {
  readonly reason: string;

  constructor(reason: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

export interface PodWork {
  readonly pod: Pod;
  readonly view: PodView;
  readonly crashes: CrashBackoff;
  /** Waiting reasons by container name; kept from sync to sync. */
  readonly problems: Map<string, Problem>;
  readonly signal: AbortSignal;
  readonly resize: PodResize;
  /** Done once for all rounds of a sync. */
  prepared?: MountedVolumes;
}

type ActingPorts = Pick<WorkerPorts, 'containers' | 'resources' | 'reports' | 'node' | 'clock'>;

export async function carryOut(plan: SyncPlan, work: PodWork, ports: ActingPorts): Promise<void> {
  const { pod, view, signal } = work;
  const { containers, reports } = ports;
  if (plan.createSandbox !== undefined && currentSandbox(view))
    reports.events.pod(pod, 'Normal', 'SandboxChanged', SANDBOX_CHANGED);
  if (plan.killPod)
    await containers.killPod(pod, view, specOf(pod).terminationGracePeriodSeconds ?? 30, signal);
  await Promise.all(
    plan.kills.map((kill) => {
      const { container, message } = kill;
      const graceSeconds = graceForRestart(pod, kill);
      return abortable(containers.kill({ container, pod, view, graceSeconds, message, signal }), signal);
    }),
  );
  if (plan.resizes.length > 0) await work.resize.apply(pod, plan.resizes);
  if (plan.createSandbox === undefined && plan.starts.length === 0) return;
  work.prepared ??= await prepare(work, ports);
  if (plan.createSandbox !== undefined) await createSandbox(plan.createSandbox, work, ports);
  else await startAll(plan, work.prepared, work, ports);
}

/** A pod that ends does not wait for the server of a volume. */
async function prepare(
  { pod, signal }: PodWork,
  { resources, reports, clock }: ActingPorts,
): Promise<MountedVolumes> {
  try {
    return await abortableLater(resources.prepare(pod), signal, clock, PREPARE_MS);
  } catch (error) {
    if (error instanceof MountPending) throw new PodProblem(error.message, { cause: error });
    if (error instanceof AttachLimitError)
      throw new PodRefusal('VolumeAttachmentLimitExceeded', error.message, { cause: error });
    if (error instanceof MountError) reports.events.pod(pod, 'Warning', error.reason, error.message);
    else if (error instanceof PrepareError) {
      const message = `Failed to prepare dynamic resources: ${error.message}`;
      reports.events.pod(pod, 'Warning', 'FailedPrepareDynamicResources', message);
    } else throw error;
    throw new PodProblem(error.message, { cause: error });
  }
}

async function createSandbox(attempt: number, { pod, signal }: PodWork, ports: ActingPorts): Promise<void> {
  const { containers, reports, node } = ports;
  const network = isHostNetwork(pod) ? undefined : node.networkProblem();
  if (network) {
    reports.events.pod(pod, 'Warning', 'NetworkNotReady', `network is not ready: ${network}`);
    throw new PodProblem(`network is not ready: ${network}`);
  }
  try {
    await containers.createSandbox(pod, attempt);
  } catch (error) {
    if (signal.aborted) throw error;
    const message = messageOf(error);
    const text = `Failed to create pod sandbox: ${message}`;
    reports.events.pod(pod, 'Warning', 'FailedCreatePodSandBox', text);
    throw new PodProblem(text, { cause: error });
  }
}

/** One after the other, in the order of the spec. */
async function startAll(
  plan: SyncPlan,
  volumes: MountedVolumes,
  work: PodWork,
  { containers, clock }: ActingPorts,
): Promise<void> {
  const { pod, view, signal } = work;
  for (const action of plan.starts) {
    if (signal.aborted) return;
    const { name } = action.container.spec;
    try {
      await containers.start({ action, pod, view, volumes, signal });
      countCrash(action, work, clock.now());
      work.problems.delete(name);
    } catch (error) {
      if (!(error instanceof StartError)) throw error;
      if (ATTEMPTED.has(error.reason)) countCrash(action, work, clock.now());
      work.problems.set(name, { reason: error.reason, message: error.message });
    }
  }
}

/** Reasons that mean an instance was there, however briefly. */
const ATTEMPTED = new Set(['RunContainerError', 'PostStartHookError']);

function countCrash({ container, lastEnd }: StartAction, { pod, crashes }: PodWork, now: number): void {
  if (lastEnd !== undefined) crashes.next(crashKey(pod, container), lastEnd, now);
}
