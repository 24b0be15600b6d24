// `kubectl describe node`: the node, its lease, and its pods with what they reserve.
import type { Lease } from '../../../api/kinds/coordination/v1/lease.ts';
import type { Event } from '../../../api/kinds/core/v1/event.ts';
import type { Node } from '../../../api/kinds/core/v1/node.ts';
import type { Pod } from '../../../api/kinds/core/v1/pod.ts';
import type { ResourceSlice } from '../../../api/kinds/resource/v1/resource-slice.ts';
import { StatusError } from '../../../api/status/status-error.ts';
import { messageOf } from '../../../kit/message-of.ts';
import { findEvents, writeEvents } from '../events.ts';
import { writeLabelsAndAnnotations, writeLines } from '../metadata.ts';
import { readAll, readNamed, readObject, type Subject } from '../subject.ts';
import { byKey, orUnset, quantityText, sortedEntries, timeText } from '../values.ts';
import { DescriptionWriter } from '../writer.ts';
import { writeNodePods } from './node-pods.ts';

export default async function describe(subject: Subject): Promise<string> {
  const node = await readObject<Node>(subject, 'api/v1', 'nodes', false);
  const pods = await podsOn(subject);
  const events = await eventsOf(subject, node);
  const slices = await readAll<ResourceSlice>(subject, '/apis/resource.k8s.io/v1/resourceslices', {
    fieldSelector: `spec.nodeName=${subject.name}`,
  }).catch(() => []);
  const w = new DescriptionWriter();
  writeIdentity(w, node);
  await writeLease(w, subject);
  writeConditions(w, node);
  w.write(0, 'Addresses:\n');
  for (const { type, address } of node.status?.addresses ?? []) w.row(1, type, address);
  writeAmounts(w, 'Capacity', node.status?.capacity);
  writeAmounts(w, 'Allocatable', node.status?.allocatable);
  writeSlices(w, slices);
  writeSystem(w, node);
  if (pods) writeNodePods(w, node, pods, subject.now);
  else w.row(0, 'Pods', 'not authorized');
  writeEvents(w, events, subject.now);
  return w.text();
}

/** Undefined when the user may not see them. */
async function podsOn(subject: Subject): Promise<Pod[] | undefined> {
  const fieldSelector = `spec.nodeName=${subject.name},status.phase!=Succeeded,status.phase!=Failed`;
  try {
    return await readAll<Pod>(subject, '/api/v1/pods', { fieldSelector });
  } catch (error) {
    if (error instanceof StatusError && error.reason === 'Forbidden') return undefined;
    throw error;
  }
}

/** Controllers report with the node's UID, kubelets with its name. */
async function eventsOf(subject: Subject, node: Node): Promise<Event[] | undefined> {
  const { name } = node.metadata ?? {};
  const own = await findEvents(subject, { ...node, kind: 'Node' });
  const ofKubelet = await findEvents(subject, { kind: 'Node', metadata: { name, uid: name } });
  return own && [...own, ...(ofKubelet ?? [])];
}

const ROLE_PREFIX = 'node-role.kubernetes.io/';

function rolesOf({ metadata }: Node): string {
  const roles = Object.entries(metadata?.labels ?? {}).flatMap(([key, value]) => {
    if (key.startsWith(ROLE_PREFIX))
      return key.length > ROLE_PREFIX.length ? [key.slice(ROLE_PREFIX.length)] : [];
    return key === 'kubernetes.io/role' && value ? [value] : [];
  });
  return [...new Set(roles)].sort().join(',') || '<none>';
}

type Taint = NonNullable<NonNullable<Node['spec']>['taints']>[number];

const taintText = ({ key, value = '', effect }: Taint): string =>
  `${key}${value && `=${value}`}${effect ? `:${effect}` : value && ':'}`;

function writeIdentity(w: DescriptionWriter, node: Node): void {
  const { metadata, spec } = node;
  w.row(0, 'Name', metadata?.name ?? '');
  w.row(0, 'Roles', rolesOf(node));
  writeLabelsAndAnnotations(w, node);
  w.row(0, 'CreationTimestamp', timeText(metadata?.creationTimestamp));
  const taints = [...(spec?.taints ?? [])].sort(byKey(({ effect, key }) => `${effect},${key}`));
  writeLines(w, 'Taints', taints.map(taintText));
  w.row(0, 'Unschedulable', spec?.unschedulable ?? false);
}

async function writeLease(w: DescriptionWriter, subject: Subject): Promise<void> {
  try {
    const { spec } = await readNamed<Lease>(
      subject,
      'apis/coordination.k8s.io/v1',
      'leases',
      subject.name,
      'kube-node-lease',
    );
    w.write(0, 'Lease:\n');
    w.row(1, 'HolderIdentity', orUnset(spec?.holderIdentity));
    w.row(1, 'AcquireTime', spec?.acquireTime ? timeText(spec.acquireTime) : '<unset>');
    w.row(1, 'RenewTime', spec?.renewTime ? timeText(spec.renewTime) : '<unset>');
  } catch (error) {
    w.row(0, 'Lease', `Failed to get lease: ${messageOf(error)}`);
  }
}

function writeConditions(w: DescriptionWriter, { status }: Node): void {
  const conditions = status?.conditions ?? [];
  if (conditions.length === 0) return;
  w.write(0, 'Conditions:\n  Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage\n');
  w.cells(1, '----', '------', '-----------------', '------------------', '------', '-------');
  for (const {
    type,
    status: state,
    lastHeartbeatTime,
    lastTransitionTime,
    reason = '',
    message = '',
  } of conditions) {
    const times = `${timeText(lastHeartbeatTime)} \t${timeText(lastTransitionTime)}`;
    w.write(1, `${type} \t${state} \t${times} \t${reason} \t${message}\n`);
  }
}

function writeAmounts(
  w: DescriptionWriter,
  label: string,
  amounts: Readonly<Record<string, string>> | undefined,
): void {
  const entries = sortedEntries(amounts);
  if (entries.length > 0) w.write(0, `${label}:\n`);
  for (const [name, amount] of entries) w.row(1, name, quantityText(amount));
}

const MOST_POOLS = 10;

function writeSlices(w: DescriptionWriter, slices: readonly ResourceSlice[]): void {
  const pools = new Map<string, { driver: string; pool: string; slices: number; devices: number }>();
  for (const { spec } of slices) {
    const [driver, pool] = [spec.driver, spec.pool.name];
    const known = pools.get(`${driver}/${pool}`) ?? { driver, pool, slices: 0, devices: 0 };
    pools.set(`${driver}/${pool}`, {
      ...known,
      slices: known.slices + 1,
      devices: known.devices + (spec.devices?.length ?? 0),
    });
  }
  if (pools.size === 0) return;
  w.write(0, 'Node-Local ResourceSlices:\n');
  w.cells(1, 'Driver', 'Pool', 'Slices', 'Devices');
  w.cells(1, '------', '----', '------', '-------');
  const sorted = [...pools].sort(byKey(([key]) => key));
  for (const [, { driver, pool, slices: count, devices }] of sorted.slice(0, MOST_POOLS))
    w.cells(1, driver, pool, count, devices);
  if (sorted.length > MOST_POOLS) w.write(1, `...and ${sorted.length - MOST_POOLS} more pools\n`);
}

function writeSystem(w: DescriptionWriter, { spec, status }: Node): void {
  const info = status?.nodeInfo;
  w.write(0, 'System Info:\n');
  w.row(1, 'Machine ID', info?.machineID ?? '');
  w.row(1, 'System UUID', info?.systemUUID ?? '');
  w.row(1, 'Boot ID', info?.bootID ?? '');
  w.row(1, 'Kernel Version', info?.kernelVersion ?? '');
  w.row(1, 'OS Image', info?.osImage ?? '');
  w.row(1, 'Operating System', info?.operatingSystem ?? '');
  w.row(1, 'Architecture', info?.architecture ?? '');
  w.row(1, 'Container Runtime Version', info?.containerRuntimeVersion ?? '');
  w.row(1, 'Kubelet Version', info?.kubeletVersion ?? '');
  if (spec?.podCIDR) w.row(0, 'PodCIDR', spec.podCIDR);
  if (spec?.podCIDRs?.length) w.row(0, 'PodCIDRs', spec.podCIDRs.join(','));
  if (spec?.providerID) w.row(0, 'ProviderID', spec.providerID);
}
