// Runtime views for tests of pure decisions: a sandbox and containers in the states that a test names.
import type { Pod, PodContainer } from '../pod.ts';
import { findContainer } from '../pod.ts';
import type { SyncPlan } from '../sync/plan.ts';
import { containerAnnotations, containerLabels } from './labels.ts';
import type { ContainerView, PodView } from './pod-view.ts';

export const NOW = Date.UTC(2026, 0, 1);

export interface Shown {
  readonly state: ContainerView['state'];
  readonly exitCode?: number;
  readonly attempt?: number;
  /** Milliseconds before NOW. */
  readonly endedAgo?: number;
  readonly image?: string;
  readonly sandbox?: string;
}

export const running: Shown = { state: 'running' };
export const exited = (exitCode: number, extra: Partial<Shown> = {}): Shown => ({
  state: 'exited',
  exitCode,
  ...extra,
});

/** Containers by name; a list shows several instances, newest first. */
export function viewOf(
  pod: Pod,
  shown: Readonly<Record<string, Shown | readonly Shown[]>>,
  sandbox: 'ready' | 'notReady' | 'none' = 'ready',
): PodView {
  const containers = Object.entries(shown).flatMap(([name, instances]) =>
    (Array.isArray(instances) ? (instances as readonly Shown[]) : [instances as Shown]).map((one, i) =>
      containerOf(pod, findContainer(pod, name)!, one, i),
    ),
  );
  const sandboxes = [
    {
      id: 'sandbox0',
      metadata: { name: 'p', namespace: 'default', uid: 'u', attempt: 0 },
      state: sandbox === 'ready' ? ('ready' as const) : ('notReady' as const),
      createdAt: NOW - 60_000,
      labels: {},
      annotations: {},
      runtimeHandler: '',
      ips: ['10.0.0.2'],
    },
  ];
  return { uid: 'u', sandboxes: sandbox === 'none' ? [] : sandboxes, containers };
}

function containerOf(pod: Pod, container: PodContainer, shown: Shown, age: number): ContainerView {
  const { state, exitCode = 0, endedAgo = 0, sandbox = 'sandbox0', image } = shown;
  const attempt = shown.attempt ?? 0;
  const spec = { ...container.spec, ...(image && { image }) };
  const { name } = spec;
  return {
    id: `${name}-${attempt}`,
    podSandboxId: sandbox,
    metadata: { name, attempt },
    state,
    createdAt: NOW - 50_000 - age * 1000,
    startedAt: NOW - 50_000 - age * 1000,
    finishedAt: state === 'exited' ? NOW - endedAgo : 0,
    exitCode,
    image: { image: spec.image ?? '' },
    imageRef: 'sha256:1',
    reason: state === 'exited' ? (exitCode === 0 ? 'Completed' : 'Error') : '',
    message: '',
    labels: containerLabels(pod, spec),
    annotations: containerAnnotations(pod, { ...container, spec }, attempt),
    mounts: [],
    logPath: '',
  };
}

/** A plan in short: `sandbox 1`, `kill pod`, `kill main`, `start main#1`, `hold main`, `finished`. */
export function inShort(plan: SyncPlan): string[] {
  return [
    ...(plan.killPod ? ['kill pod'] : []),
    ...(plan.finished ? ['finished'] : []),
    ...(plan.createSandbox === undefined ? [] : [`sandbox ${plan.createSandbox}`]),
    ...plan.kills.map(({ container }) => `kill ${container.metadata.name}`),
    ...plan.starts.map(({ container, attempt }) => `start ${container.spec.name}#${attempt}`),
    ...plan.resizes.map(({ container }) => `resize ${container.spec.name}`),
    ...plan.heldBack.map(({ container }) => `hold ${container.spec.name}`),
  ];
}
