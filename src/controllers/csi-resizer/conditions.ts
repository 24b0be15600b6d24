// Conditions of a claim, as parts of its status to patch. Pure. Upstream: pkg/util of external-resizer.
import type { PersistentVolumeClaimCondition } from '../../api/kinds/core/v1/persistent-volume-claim.ts';

type Condition = PersistentVolumeClaimCondition;

const OF_RESIZE = new Set([
  'Resizing',
  'FileSystemResizePending',
  'ControllerResizeError',
  'NodeResizeError',
]);
const OF_MODIFICATION = new Set(['ModifyingVolume', 'ModifyVolumeError']);

/** `keep`: the other conditions about the size stay. */
export function withResize(
  old: readonly Condition[] = [],
  added: readonly Condition[],
  keep: boolean,
): Condition[] {
  const types = new Set(added.map(({ type }) => type));
  const others = old.filter(({ type }) => !types.has(type) && (keep || !OF_RESIZE.has(type)));
  return [...others, ...added];
}

/** A condition that says the same as before has the time of its last change. */
export function withModification(old: readonly Condition[] = [], added: readonly Condition[]): Condition[] {
  const before = new Map(old.map((one) => [one.type, one]));
  const types = new Set(added.map(({ type }) => type));
  const timed = added.map((one) => {
    const same = before.get(one.type);
    const isSame = same && same.reason === one.reason && same.status === one.status;
    const since = isSame ? same.lastTransitionTime : one.lastProbeTime;
    return { ...one, ...(since && { lastTransitionTime: since }) };
  });
  return [...old.filter(({ type }) => !types.has(type)), ...timed];
}

export const withoutModification = (old: readonly Condition[] = []): Condition[] =>
  old.filter(({ type }) => !OF_MODIFICATION.has(type));

export const hasCondition = (conditions: readonly Condition[] | undefined, type: string): boolean =>
  conditions?.some((one) => one.type === type && one.status === 'True') ?? false;
