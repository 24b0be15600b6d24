// The decision of the kubelet: (pod, what the runtime shows, probe results, crash delays, now) → next actions. Pure.
// Called by pod-workers/ again after every round of actions until nothing is left to do.
import type { LinuxContainerResources } from '../../cri/runtime.ts';
import {
  ephemeralContainersOf,
  initContainersOf,
  isHostNetwork,
  mainContainersOf,
  type Pod,
  type PodContainer,
  specOf,
} from '../pod.ts';
import { changedResources, needsRestart, type ResizeAction } from '../resize/resize-plan.ts';
import { containerHash, readMarks } from '../view/labels.ts';
import {
  type ContainerView,
  currentSandbox,
  instancesOf,
  isRunning,
  latestOf,
  type PodView,
  restartCountOf,
} from '../view/pod-view.ts';
import type { CrashDelays } from './crash-backoff.ts';
import type { HeldBack, KillAction, StartAction, SyncPlan } from './plan.ts';
import { restartsAfter, shouldStart } from './restart.ts';

/** What probes and hooks say of a container instance. */
export interface ContainerHealth {
  /** Its liveness or startup probe has failed for good: the instance must go. */
  failed(containerId: string): 'liveness' | 'startup' | undefined;
  /** Its startup probe has succeeded (or it has none). */
  started(containerId: string): boolean;
}

export interface SyncInput {
  readonly pod: Pod;
  readonly view: PodView;
  readonly now: number;
  readonly health: ContainerHealth;
  readonly crashes: CrashDelays;
  /** The cpu and memory an instance should have; undefined leaves it as it is. */
  readonly resources: (container: PodContainer, containerId: string) => LinuxContainerResources | undefined;
}

export function planSync(input: SyncInput): SyncPlan {
  const attempt = newSandboxAttempt(input);
  if (attempt !== undefined) return planSandbox(input, attempt);
  const draft = new Draft(input);
  for (const container of ephemeralContainersOf(input.pod)) {
    if (!latestOf(input.view, container.spec.name)) draft.start(container);
  }
  const init = planInit(input, draft);
  if (init === 'failed') return finish(input, draft);
  if (init === 'waiting') return draft.plan();
  return planMain(input, draft);
}

/** The attempt number of the sandbox to make, or undefined while the present one will do. */
function newSandboxAttempt({ pod, view }: SyncInput): number | undefined {
  const sandbox = currentSandbox(view);
  if (!sandbox) return 0;
  const ready = view.sandboxes.filter((s) => s.state === 'ready');
  const healthy = ready.length === 1 && sandbox.state === 'ready';
  if (healthy && (isHostNetwork(pod) || sandbox.ips.length > 0)) return undefined;
  return sandbox.metadata.attempt + 1;
}

function planSandbox(input: SyncInput, attempt: number): SyncPlan {
  const { view } = input;
  const base = { kills: [], starts: [], resizes: [], heldBack: [] };
  const killPod = isRunning(view);
  if (isOver(input, attempt)) return { ...base, killPod, finished: true };
  return { ...base, killPod, finished: false, createSandbox: attempt };
}

/** True when a lost sandbox is not worth replacing. */
function isOver(input: SyncInput, attempt: number): boolean {
  const { pod, view } = input;
  if (attempt > 0 && view.containers.length > 0 && neverRestarts(pod)) return true;
  const wanted = mainContainersOf(pod).some((c) =>
    shouldStart(pod, c, endedView(latestOf(view, c.spec.name))),
  );
  return !wanted || initFailedForGood(input);
}

/** A container seen running in a dead sandbox counts as killed. */
const endedView = (container: ContainerView | undefined): ContainerView | undefined =>
  container?.state === 'running' ? { ...container, state: 'exited', exitCode: 137 } : container;

function neverRestarts(pod: Pod): boolean {
  return (
    specOf(pod).restartPolicy === 'Never' &&
    mainContainersOf(pod).every((c) => !c.spec.restartPolicy && !c.spec.restartPolicyRules?.length)
  );
}

function initFailedForGood({ pod, view }: SyncInput): boolean {
  return initContainersOf(pod).some((c) => {
    const last = latestOf(view, c.spec.name);
    return (
      c.kind === 'init' &&
      last?.state === 'exited' &&
      last.exitCode !== 0 &&
      !restartsAfter(pod, c, last.exitCode)
    );
  });
}

/** Init containers one after the other; sidecars are kept running from their turn on. */
function planInit(input: SyncInput, draft: Draft): 'done' | 'waiting' | 'failed' {
  const { pod } = input;
  const initialized = mainContainersOf(pod).some((c) => draft.active(c.spec.name));
  let blocked = false;
  for (const container of initContainersOf(pod)) {
    const last = draft.active(container.spec.name);
    if (container.kind === 'sidecar') {
      if (!last && blocked) return 'waiting';
      if (!draft.keepRunning(container, last) || !input.health.started(last!.id)) blocked = true;
      continue;
    }
    if (initialized || (last?.state === 'exited' && last.exitCode === 0)) continue;
    if (blocked && !last) return 'waiting';
    if (last?.state === 'exited' && !restartsAfter(pod, container, last.exitCode)) return 'failed';
    draft.keepRunning(container, last);
    return 'waiting';
  }
  return blocked && !initialized ? 'waiting' : 'done';
}

function planMain(input: SyncInput, draft: Draft): SyncPlan {
  const { pod, view } = input;
  let alive = 0;
  for (const container of mainContainersOf(pod)) {
    const last = draft.active(container.spec.name) ?? endedView(latestOf(view, container.spec.name));
    if (last?.state === 'running' || shouldStart(pod, container, last)) {
      alive++;
      draft.keepRunning(container, last);
    }
  }
  return alive === 0 ? finish(input, draft) : draft.plan();
}

const finish = ({ view }: SyncInput, draft: Draft): SyncPlan => ({
  ...draft.plan(),
  killPod: isRunning(view),
  finished: true,
  kills: [],
  starts: [],
  resizes: [],
  heldBack: [],
});

/** Gathers actions for the containers of the present sandbox. */
class Draft {
  readonly #input: SyncInput;
  readonly #sandboxId: string;
  readonly #kills: KillAction[] = [];
  readonly #starts: StartAction[] = [];
  readonly #resizes: ResizeAction[] = [];
  readonly #heldBack: HeldBack[] = [];

  constructor(input: SyncInput) {
    this.#input = input;
    this.#sandboxId = currentSandbox(input.view)!.id;
  }

  /** The newest instance in the present sandbox. */
  active(name: string): ContainerView | undefined {
    return this.#input.view.containers.find(
      (c) => c.metadata.name === name && c.podSandboxId === this.#sandboxId,
    );
  }

  /** Starts the container unless it runs well; true when it runs well. */
  keepRunning(container: PodContainer, last: ContainerView | undefined): boolean {
    if (last?.state !== 'running') {
      if (last?.state === 'unknown') this.#kills.push({ container: last, why: 'unknownState' });
      this.start(container);
      return false;
    }
    const kill = this.#reasonToKill(container, last) ?? this.#resize(container, last);
    if (!kill) return true;
    const wanted = kill.why === 'hashChanged' || kill.why === 'resize';
    const restart = wanted || restartsAfter(this.#input.pod, container, 137);
    const tells = restart && kill.why !== 'resize';
    this.#kills.push(tells ? { ...kill, message: `${kill.message}, will be restarted` } : kill);
    if (restart) this.start(container);
    return false;
  }

  start(container: PodContainer): void {
    const { pod, view, now, crashes } = this.#input;
    const instances = instancesOf(view, container.spec.name);
    const ended = instances.find((c) => c.state === 'exited');
    const held = ended && crashes.holding(crashKey(pod, container), ended.finishedAt, now);
    if (held) {
      this.#heldBack.push({ container, ...held });
      return;
    }
    const attempt = instances[0] ? restartCountOf(instances[0]) + 1 : 0;
    this.#starts.push({ container, attempt, ...(ended && { lastEnd: ended.finishedAt }) });
  }

  plan(): SyncPlan {
    return {
      killPod: false,
      finished: false,
      sandboxId: this.#sandboxId,
      kills: this.#kills,
      starts: this.#starts,
      resizes: this.#resizes,
      heldBack: this.#heldBack,
    };
  }

  /** Notes a change of resources, or gives the kill that it takes. */
  #resize(container: PodContainer, last: ContainerView): KillAction | undefined {
    if (container.kind === 'init' || container.kind === 'ephemeral') return undefined;
    const resources = this.#input.resources(container, last.id);
    if (!resources) return undefined;
    const changed = changedResources(last, resources);
    if (!changed.cpu && !changed.memory) return undefined;
    if (needsRestart(container, changed))
      return {
        container: last,
        why: 'resize',
        message: `Container ${container.spec.name} resize requires restart`,
      };
    this.#resizes.push({ container, instance: last, resources });
    return undefined;
  }

  #reasonToKill(container: PodContainer, last: ContainerView): KillAction | undefined {
    const { name } = container.spec;
    const hash = readMarks(last.annotations).hash;
    if (container.kind !== 'init' && hash && hash !== containerHash(container.spec)) {
      return { container: last, why: 'hashChanged', message: `Container ${name} definition changed` };
    }
    const failed = this.#input.health.failed(last.id);
    if (!failed) return undefined;
    return { container: last, why: failed, message: `Container ${name} failed ${failed} probe` };
  }
}

/** Delays follow the container's definition: a changed image starts afresh. */
export const crashKey = (pod: Pod, container: PodContainer): string =>
  `${pod.metadata.uid}/${container.spec.name}/${containerHash(container.spec)}`;
