// Promise: a volume of a CSI driver is attached to the nodes whose pods use it, by VolumeAttachments, and to no others, once those nodes do
// not use it any more; a node's status says what is attached to it. The driver's attacher does the rest.
// Upstream: pkg/controller/volume/attachdetach.
import type { Node } from '../../api/kinds/core/v1/node.ts';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { nameOf } from '../../api/meta/v1/object.ts';
import { isNodeReady } from '../../api/nodes/readiness.ts';
import { isOutOfService } from '../../api/nodes/taints.ts';
import { hasPodStopped } from '../../api/pods/phase.ts';
import { needsAttachment } from '../../api/volumes/attachment.ts';
import type { ControllerSettings } from '../entry.ts';
import {
  type Controller,
  type ControllerContext,
  type Enqueue,
  type Watch,
  watch,
} from '../framework/controller.ts';
import { restAfter } from '../framework/rest.ts';
import { sameMeaning } from '../framework/same-meaning.ts';
import { Attacher } from './attacher.ts';
import { AttachDetachMetrics } from './metrics.ts';
import { NodeVolumes } from './node-volumes.ts';
import { isSettled } from './plan.ts';
import { type Attachment, isManaged, namesOf, Sources } from './sources.ts';

const VOLUME = 'volume/';
const NODE = 'node/';

const volumeKeys = (names: readonly string[]): string[] => names.map((name) => VOLUME + name);

export function createAttachDetachController(
  context: ControllerContext,
  { attachDetach }: Pick<ControllerSettings, 'attachDetach'>,
): Controller {
  const sources = new Sources(context.informers);
  const metrics = new AttachDetachMetrics(sources, context.metrics);
  const settings = { disableForceDetachOnTimeout: false, ...attachDetach };
  const attacher = new Attacher(context, sources);
  const nodeVolumes = new NodeVolumes(context, sources, settings, (reason) => metrics.forced(reason));
  let enqueue: Enqueue = () => {};
  return {
    name: 'persistentvolume-attach-detach-controller',
    // From half a second to two minutes, as upstream's operations.
    backoff: { base: 500, cap: 122_000 },
    watches: [
      watchPods(sources),
      watchClaims(sources),
      watch(sources.volumes, (volume) => volumeKeys(namesOf(volume))),
      watchDrivers(sources),
      watchAttachments(sources, attacher, nodeVolumes),
      watchNodes(sources, nodeVolumes),
    ],
    restMs: (key) => (key.startsWith(VOLUME) ? restAfter(sources.countUsers(key.slice(VOLUME.length))) : 0),
    start: (add) => {
      enqueue = add;
    },
    reconcile: (key) => {
      if (key.startsWith(NODE)) return nodeVolumes.reconcile(key.slice(NODE.length));
      const name = key.slice(VOLUME.length);
      const uses = sources.usesOf(name);
      const attachments = sources.attachmentsOf(name, uses);
      const reporting = new Set(sources.reporting(name));
      for (const [node, attachment] of attachments)
        if (isSettled(attachment, uses.has(node), reporting.has(node))) nodeVolumes.settled(attachment);
        else enqueue(NODE + node);
      for (const node of reporting) if (!attachments.has(node)) enqueue(NODE + node);
      return attacher.reconcile(name, uses, attachments);
    },
  };
}

function watchPods(sources: Sources): Watch {
  const keys = (pod: Readonly<Pod>) => volumeKeys(sources.namesOfPod(pod));
  return watch(sources.pods, {
    onAdd: keys,
    onUpdate: (pod, old) =>
      pod.spec?.nodeName !== old.spec?.nodeName || hasPodStopped(pod) !== hasPodStopped(old) ? keys(pod) : [],
    onDelete: keys,
  });
}

const watchClaims = (sources: Sources): Watch =>
  watch(sources.claims, {
    onAdd: (claim) => volumeKeys(sources.namesOfClaim(claim)),
    onUpdate: (claim, old) =>
      claim.status?.phase !== old.status?.phase || claim.spec?.volumeName !== old.spec?.volumeName
        ? volumeKeys(sources.namesOfClaim(claim))
        : [],
    onDelete: (claim) => volumeKeys(sources.namesOfClaim(claim)),
  });

const watchDrivers = (sources: Sources): Watch =>
  watch(sources.drivers, {
    onAdd: (driver) => (needsAttachment(driver) ? [] : volumeKeys(sources.namesOfDriver(nameOf(driver)))),
    onUpdate: (driver, old) =>
      needsAttachment(driver) === needsAttachment(old)
        ? []
        : volumeKeys(sources.namesOfDriver(nameOf(driver))),
    onDelete: (driver) => (needsAttachment(driver) ? [] : volumeKeys(sources.namesOfDriver(nameOf(driver)))),
  });

function watchAttachments(sources: Sources, attacher: Attacher, nodeVolumes: NodeVolumes): Watch {
  const keys = (attachment: Attachment) => [
    ...volumeKeys(sources.namesOfAttachment(attachment)),
    NODE + attachment.spec.nodeName,
  ];
  return watch(sources.attachments, {
    onAdd: keys,
    onUpdate: keys,
    onDelete: (attachment) => {
      attacher.forget(attachment);
      nodeVolumes.forget(attachment);
      return keys(attachment);
    },
  });
}

/** Most updates are heartbeats. */
function watchNodes(sources: Sources, nodeVolumes: NodeVolumes): Watch {
  const own = (node: Readonly<Node>) => NODE + nameOf(node);
  const hasVolumes = (node: Readonly<Node>) =>
    (node.status?.volumesAttached ?? []).length > 0 || sources.attachmentsOn(nameOf(node)).size > 0;
  const users = (node: Readonly<Node>) => volumeKeys(sources.namesOn(nameOf(node)));
  return watch(sources.nodes, {
    onAdd: (node) => {
      nodeVolumes.nodeAdded(node);
      return [...(hasVolumes(node) ? [own(node)] : []), ...users(node)];
    },
    onUpdate: (node, old) => [
      ...(concernsVolumes(node, old) && hasVolumes(node) ? [own(node)] : []),
      ...(isManaged(node) === isManaged(old) ? [] : users(node)),
    ],
    onDelete: (node) => {
      if (!hasVolumes(node)) return [];
      nodeVolumes.nodeDeleted(node);
      return [own(node)];
    },
  });
}

const concernsVolumes = (node: Readonly<Node>, old: Readonly<Node>): boolean =>
  isNodeReady(node) !== isNodeReady(old) ||
  isOutOfService(node) !== isOutOfService(old) ||
  !sameMeaning(node.status?.volumesAttached, old.status?.volumesAttached) ||
  !sameMeaning(node.status?.volumesInUse, old.status?.volumesInUse);
