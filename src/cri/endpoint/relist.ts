// What happened between two looks at a runtime's lists, as events. Pure. Called by events.ts for runtimes that report nothing.
import type { Container, PodSandbox, RuntimeEvent } from '../runtime.ts';

type Phase = 'created' | 'started' | 'exited';

/** By id of the container or sandbox. */
export type Seen = ReadonlyMap<string, Phase>;

export function seenIn(
  containers: readonly Pick<Container, 'id' | 'state'>[],
  sandboxes: readonly Pick<PodSandbox, 'id' | 'state'>[],
): Seen {
  return new Map([
    ...sandboxes.map(({ id, state }) => [id, state === 'ready' ? 'started' : 'exited'] as const),
    ...containers.map(({ id, state }) => [id, PHASES[state]] as const),
  ]);
}

const PHASES: Readonly<Record<Container['state'], Phase>> = {
  created: 'created',
  running: 'started',
  exited: 'exited',
  unknown: 'exited',
};

/** What a container went through unseen is told, too: one that is found exited has been started. */
const STEPS: readonly Phase[] = ['created', 'started', 'exited'];

export function changes(before: Seen, now: Seen): RuntimeEvent[] {
  const events: RuntimeEvent[] = [];
  for (const [containerId, phase] of now) {
    const had = before.get(containerId);
    const first = had === undefined ? 0 : STEPS.indexOf(had) + 1;
    for (const kind of STEPS.slice(first, STEPS.indexOf(phase) + 1)) events.push({ containerId, kind });
  }
  for (const containerId of before.keys())
    if (!now.has(containerId)) events.push({ containerId, kind: 'deleted' });
  return events;
}
