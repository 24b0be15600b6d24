// Which volumes are to be attached to which nodes, and which may be detached. Pure.
// Upstream: reconcile and attachDesiredVolumes of pkg/controller/volume/attachdetach/reconciler/reconciler.go.
import type { Node } from '../../api/kinds/core/v1/node.ts';
import { isBeingDeleted } from '../../api/meta/v1/object.ts';
import { isNodeReady } from '../../api/nodes/readiness.ts';
import { isOutOfService } from '../../api/nodes/taints.ts';
import { isExclusive } from '../../api/volumes/attachment.ts';
import type { Attachment, Use } from './sources.ts';

/** Upstream's maxWaitForUnmountDuration. */
const FORCED_AFTER_MS = 6 * 60_000;

export const isAttached = (attachment: Attachment): boolean => attachment.status?.attached === true;

export type AttachPlan =
  | { readonly do: 'create'; readonly use: Use }
  /** The volume is attached to other nodes, and allows no second one. */
  | { readonly do: 'refuse'; readonly use: Use; readonly others: readonly string[] };

/**
 * What is to be done about the nodes to which the volume is not attached. A volume of one node goes to a second one only when no
 * attachment to another is left; one that has failed, and is still wanted there, does not count.
 */
export function planAttach(
  uses: ReadonlyMap<string, Use>,
  attachments: ReadonlyMap<string, Attachment>,
): AttachPlan[] {
  const plans: AttachPlan[] = [];
  const blocking = [...attachments].filter(([node, one]) => !(uses.has(node) && hasFailed(one)));
  let isTaken = blocking.length > 0;
  for (const use of inOrder(uses.values())) {
    if (attachments.has(use.node)) continue;
    if (!isTaken || !isExclusive(use.volume)) {
      isTaken = true;
      plans.push({ do: 'create', use });
      continue;
    }
    const others = blocking.filter(([, one]) => isAttached(one)).map(([node]) => node);
    if (others.length > 0) plans.push({ do: 'refuse', use, others });
  }
  return plans;
}

/**
 * gRPC codes after which nobody knows whether the volume was attached: cancelled, deadline exceeded, resource exhausted, aborted, unavailable.
 * Upstream: isFinalError of external-attacher.
 */
const UNCERTAIN: readonly (number | undefined)[] = [1, 4, 8, 10, 14];

function hasFailed(attachment: Attachment): boolean {
  const error = attachment.status?.attachError;
  return (
    !isBeingDeleted(attachment) &&
    !isAttached(attachment) &&
    error !== undefined &&
    !UNCERTAIN.includes(error.errorCode)
  );
}

/** The node of the oldest pod comes first. */
function inOrder(uses: Iterable<Use>): Use[] {
  const since = ({ pods }: Use) =>
    pods.map(({ metadata }) => metadata.creationTimestamp ?? '').sort()[0] ?? '';
  return [...uses].sort((a, b) => compare(since(a), since(b)) || compare(a.node, b.node));
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Whether nothing is to be done on the node: it knows what is attached, and has nothing that it does not want. */
export const isSettled = (attachment: Attachment, isWanted: boolean, isReported: boolean): boolean =>
  isBeingDeleted(attachment) ? !isReported : isWanted && isReported === isAttached(attachment);

export type Force = 'timeout' | 'out-of-service';

export interface Holding {
  readonly attachment: Attachment;
  readonly isWanted: boolean;
  /** The node has it mounted, or is about to mount it. */
  readonly isInUse: boolean;
  /** How long it has not been wanted. */
  readonly unwantedMs: number;
}

export interface HoldingPlan {
  /** The node may be told that the volume is attached. */
  readonly isSafe: boolean;
  readonly detach?: { readonly force?: Force };
  /** Milliseconds after which the volume may be detached even if the node goes on to use it. */
  readonly waitMs?: number;
}

export interface DetachSettings {
  /** --disable-force-detach-on-timeout */
  readonly disableForceDetachOnTimeout: boolean;
}

/** What becomes of a volume that is attached to the node, or about to be; of a node that does not exist, too. */
export function planHolding(
  { attachment, isWanted, isInUse, unwantedMs }: Holding,
  node: Readonly<Node> | undefined,
  { disableForceDetachOnTimeout }: DetachSettings,
): HoldingPlan {
  if (isBeingDeleted(attachment)) return { isSafe: false };
  const isSafe = isAttached(attachment);
  if (isWanted) return { isSafe };
  const leftMs = disableForceDetachOnTimeout ? Number.POSITIVE_INFINITY : FORCED_AFTER_MS - unwantedMs;
  const force = forceFor(node, leftMs <= 0);
  if (force) return { isSafe: false, detach: { force } };
  if (!isInUse) return { isSafe: false, detach: {} };
  return { isSafe, ...(leftMs > 0 && Number.isFinite(leftMs) && { waitMs: leftMs }) };
}

function forceFor(node: Readonly<Node> | undefined, isOver: boolean): Force | undefined {
  if (isOver && !isNodeReady(node)) return 'timeout';
  return node && isOutOfService(node) ? 'out-of-service' : undefined;
}

/** The entries of status.volumesAttached, and which of them are new; undefined if they are right as they are. */
export function reportOf(
  node: Readonly<Node>,
  names: ReadonlySet<string>,
  isOurs: (name: string) => boolean,
):
  | {
      readonly entries: readonly { readonly name: string; readonly devicePath: string }[];
      readonly added: readonly string[];
    }
  | undefined {
  const before = node.status?.volumesAttached ?? [];
  const kept = before.filter(({ name }) => !isOurs(name) || names.has(name));
  const known = new Set(before.map(({ name }) => name));
  const added = [...names].filter((name) => !known.has(name));
  if (added.length === 0 && kept.length === before.length) return undefined;
  return { entries: [...kept, ...added.map((name) => ({ name, devicePath: '' }))], added };
}
