// Carries out one plan: kills, the sandbox, starts. Problems of single containers are noted, not thrown; what concerns
// the whole pod is thrown as PodProblem and tried again later.
import { mkdir } from 'node:fs/promises';
import type { PodSandboxConfig } from '../../cri/runtime.ts';
import { abortable } from '../containers/abortable.ts';
import { graceForRestart, killContainer, killPod } from '../containers/kill.ts';
import { podDirectory } from '../containers/mounts.ts';
import { podLogDirectory, sandboxConfig } from '../containers/sandbox-config.ts';
import { StartError } from '../containers/start-error.ts';
import { isHostNetwork, type Pod, podUid, specOf } from '../pod.ts';
import type { PodResize } from '../resize/pod-resize.ts';
import type { Problem } from '../status/container-status.ts';
import type { CrashBackoff } from '../sync/crash-backoff.ts';
import type { StartAction, SyncPlan } from '../sync/plan.ts';
import { crashKey } from '../sync/plan-sync.ts';
import { currentSandbox, type PodView } from '../view/pod-view.ts';
import { MountError, type MountedVolumes } from '../volumes/volume-manager.ts';
import type { PodContext } from './pod-context.ts';

const SANDBOX_CHANGED = 'Pod sandbox changed, it will be killed and re-created.';

/** The pod as a whole cannot go on now; the event has been told. */
export class PodProblem extends Error {}

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

export async function carryOut(plan: SyncPlan, work: PodWork, context: PodContext): Promise<void> {
  const { pod, view, signal } = work;
  if (plan.createSandbox !== undefined && currentSandbox(view))
    context.events.pod(pod, 'Normal', 'SandboxChanged', SANDBOX_CHANGED);
  if (plan.killPod)
    await killPod(pod, view, specOf(pod).terminationGracePeriodSeconds ?? 30, context, signal);
  await Promise.all(
    plan.kills.map((kill) => {
      const { container, message } = kill;
      const graceSeconds = graceForRestart(pod, kill);
      const killed = killContainer({ container, pod, view, graceSeconds, message, signal }, context);
      return abortable(killed, signal);
    }),
  );
  if (plan.resizes.length > 0) await work.resize.apply(pod, plan.resizes);
  if (plan.createSandbox === undefined && plan.starts.length === 0) return;
  work.prepared ??= await prepare(work, context);
  if (plan.createSandbox !== undefined) await createSandbox(plan.createSandbox, work, context);
  else await startAll(plan, work.prepared, work, context);
}

/** Directories, cgroup and volumes: all there before anything of the pod runs. */
async function prepare({ pod }: PodWork, context: PodContext): Promise<MountedVolumes> {
  await mkdir(podDirectory(context.root, podUid(pod)), { recursive: true });
  const [volumes] = await Promise.all([
    context.volumes.mount(pod).catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      if (error instanceof MountError) context.events.pod(pod, 'Warning', 'FailedMount', message);
      throw new PodProblem(message, { cause: error });
    }),
    context.cgroups.ensure(pod),
    mkdir(podLogDirectory(context.logs, pod), { recursive: true }),
  ]);
  return volumes;
}

const configOf = (pod: Pod, attempt: number, context: PodContext): PodSandboxConfig =>
  sandboxConfig(pod, attempt, {
    logDirectory: podLogDirectory(context.logs, pod),
    dns: context.dns(),
    cgroupParent: context.cgroups.parentOf(pod),
    security: context.security,
  });

async function createSandbox(attempt: number, { pod, signal }: PodWork, context: PodContext): Promise<void> {
  const network = isHostNetwork(pod) ? undefined : context.networkProblem();
  if (network) {
    context.events.pod(pod, 'Warning', 'NetworkNotReady', `network is not ready: ${network}`);
    throw new PodProblem(`network is not ready: ${network}`);
  }
  try {
    const config = configOf(pod, attempt, context);
    const handler = await context.runtimeHandler(pod);
    await context.sandboxStarts.run(() => context.runtime.runPodSandbox(config, handler));
  } catch (error) {
    if (signal.aborted) throw error;
    const message = error instanceof Error ? error.message : String(error);
    const text = `Failed to create pod sandbox: ${message}`;
    context.events.pod(pod, 'Warning', 'FailedCreatePodSandBox', text);
    throw new PodProblem(text, { cause: error });
  }
}

async function startAll(
  plan: SyncPlan,
  volumes: MountedVolumes,
  work: PodWork,
  context: PodContext,
): Promise<void> {
  const { pod, view, signal } = work;
  const sandbox = currentSandbox(view)!;
  const podIPs = isHostNetwork(pod) ? context.hostIPs : sandbox.ips;
  const start = {
    pod,
    view,
    sandboxId: sandbox.id,
    sandboxConfig: configOf(pod, sandbox.metadata.attempt, context),
    volumes,
    facts: context.facts(pod, podIPs),
    signal,
  };
  for (const action of plan.starts) {
    if (signal.aborted) return;
    try {
      await context.starter.start(action, start);
      countCrash(action, work, context);
      work.problems.delete(action.container.spec.name);
    } catch (error) {
      if (!(error instanceof StartError)) throw error;
      if (ATTEMPTED.has(error.reason)) countCrash(action, work, context);
      work.problems.set(action.container.spec.name, { reason: error.reason, message: error.message });
    }
  }
}

/** Reasons that mean an instance was there, however briefly. */
const ATTEMPTED = new Set(['RunContainerError', 'PostStartHookError']);

function countCrash(
  { container, lastEnd }: StartAction,
  { pod, crashes }: PodWork,
  { clock }: PodContext,
): void {
  if (lastEnd !== undefined) crashes.next(crashKey(pod, container), lastEnd, clock.now());
}
