// Stops containers gracefully: event, preStop hook, the wait of a sidecar for the containers before it, SIGTERM, and
// SIGKILL at the end of the grace period. Used for single containers that must go and for whole pods.
import type { ContainerRuntime } from '../../cri/runtime.ts';
import type { Clock } from '../../kit/clock.ts';
import type { PodEvents } from '../events.ts';
import { findContainer, graceOf, type Pod, type PodContainer } from '../pod.ts';
import type { KillAction } from '../sync/plan.ts';
import { type ContainerView, currentSandbox, type PodView } from '../view/pod-view.ts';
import { runHook } from './hooks.ts';

export interface KillContext {
  readonly runtime: ContainerRuntime;
  readonly clock: Clock;
  readonly events: PodEvents;
}

export interface Kill {
  readonly container: ContainerView;
  /** undefined when the pod is no longer in the API. */
  readonly pod: Pod | undefined;
  readonly view: PodView;
  readonly graceSeconds: number;
  readonly message?: string;
  /** Resolves when the containers that must end before this one have ended. */
  readonly turn?: Promise<unknown>;
  readonly signal?: AbortSignal;
}

/** Seconds that a container always gets to end by itself (upstream's minimumGracePeriodInSeconds). */
const MIN_GRACE = 2;

export async function killContainer(kill: Kill, context: KillContext): Promise<void> {
  const { container, pod } = kill;
  const spec = pod && findContainer(pod, container.metadata.name);
  const message = kill.message ?? `Stopping container ${container.metadata.name}`;
  if (pod && spec) context.events.container(pod, spec, 'Normal', 'Killing', message);
  const deadline = context.clock.monotonic() + kill.graceSeconds * 1000;
  const left = () => Math.ceil((deadline - context.clock.monotonic()) / 1000);
  if (pod && spec?.spec.lifecycle?.preStop && left() > 0) await preStop(kill, pod, spec, left(), context);
  if (kill.turn && left() > 0) await withDeadline(kill.turn, left() * 1000, context.clock);
  // preStop and the wait both count towards the grace period.
  await context.runtime.stopContainer(container.id, Math.max(MIN_GRACE, left()));
}

async function preStop(
  { container, view, signal }: Kill,
  pod: Pod,
  spec: PodContainer,
  seconds: number,
  context: KillContext,
): Promise<void> {
  const target = {
    container: spec.spec,
    containerId: container.id,
    podIP: currentSandbox(view)?.ips[0] ?? pod.status?.podIP ?? '',
  };
  const hook = runHook(spec.spec.lifecycle!.preStop!, target, seconds, { ...context, signal });
  try {
    await withDeadline(hook, seconds * 1000, context.clock);
  } catch {
    if (!signal?.aborted)
      context.events.container(pod, spec, 'Warning', 'FailedPreStopHook', 'PreStopHook failed');
  }
}

/** Kills every running container of a pod, then stops its sandboxes. Sidecars end last, in reverse order. */
export async function killPod(
  pod: Pod | undefined,
  view: PodView,
  graceSeconds: number,
  context: KillContext,
  signal?: AbortSignal,
): Promise<void> {
  const running = view.containers.filter((c) => c.state === 'running' || c.state === 'unknown');
  const order = turns(pod, running);
  const ended = new Map<string, Promise<void>>();
  const errors: unknown[] = [];
  for (const { container, waitsFor } of order) {
    const turn = waitsFor.length ? Promise.all(waitsFor.map((id) => ended.get(id))) : undefined;
    const kill = killContainer({ container, pod, view, graceSeconds, turn, signal }, context);
    ended.set(
      container.id,
      kill.catch((error) => void errors.push(error)),
    );
  }
  await Promise.all(ended.values());
  // The sandbox stays while a container may still run in it; the worker tries again.
  if (errors.length > 0) throw errors[0];
  await Promise.all(
    view.sandboxes.filter((s) => s.state === 'ready').map((s) => context.runtime.stopPodSandbox(s.id)),
  );
}

/** In topological order, sidecars last: each sidecar waits for the main containers and for the sidecars after it. */
function turns(
  pod: Pod | undefined,
  running: readonly ContainerView[],
): { container: ContainerView; waitsFor: string[] }[] {
  const kindOf = (c: ContainerView) => (pod ? findContainer(pod, c.metadata.name)?.kind : undefined);
  const sidecarNames = (pod?.spec?.initContainers ?? []).map((c) => c.name);
  const sidecars = running
    .filter((c) => kindOf(c) === 'sidecar')
    .sort((a, b) => sidecarNames.indexOf(b.metadata.name) - sidecarNames.indexOf(a.metadata.name));
  const others = running.filter((c) => !sidecars.includes(c));
  const before = others.map((c) => c.id);
  return [
    ...others.map((container) => ({ container, waitsFor: [] })),
    ...sidecars.map((container) => {
      const waitsFor = [...before];
      before.push(container.id);
      return { container, waitsFor };
    }),
  ];
}

/** Seconds that a container which is replaced may take to end. */
export function graceForRestart(pod: Pod, { container, why }: KillAction): number {
  const spec = findContainer(pod, container.metadata.name)?.spec;
  const probe = why === 'liveness' ? spec?.livenessProbe : why === 'startup' ? spec?.startupProbe : undefined;
  return probe?.terminationGracePeriodSeconds ?? graceOf(pod);
}

async function withDeadline(task: Promise<unknown>, ms: number, clock: Clock): Promise<void> {
  const abort = new AbortController();
  const timeout = clock.sleep(ms, abort.signal).catch(() => {});
  try {
    await Promise.race([task, timeout]);
  } finally {
    abort.abort();
  }
}
