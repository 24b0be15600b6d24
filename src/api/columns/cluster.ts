// Rows of nodes, namespaces, events and the small kinds of the core group.

import type { Lease } from '../kinds/coordination/v1/lease.ts';
import type { ComponentStatus } from '../kinds/core/v1/component-status.ts';
import type { ConfigMap } from '../kinds/core/v1/config-map.ts';
import type { Event } from '../kinds/core/v1/event.ts';
import type { Namespace } from '../kinds/core/v1/namespace.ts';
import type { Node } from '../kinds/core/v1/node.ts';
import type { ResourceQuota } from '../kinds/core/v1/resource-quota.ts';
import type { Secret } from '../kinds/core/v1/secret.ts';
import type { ServiceAccount } from '../kinds/core/v1/service-account.ts';
import type { Event as NewEvent } from '../kinds/events/v1/event.ts';
import type { RuntimeClass } from '../kinds/node/v1/runtime-class.ts';
import type { PriorityClass } from '../kinds/scheduling/v1/priority-class.ts';
import { nodeStatusText } from '../nodes/readiness.ts';
import {
  age,
  ageColumn,
  type Cell,
  flag,
  integer,
  nameColumn,
  nameOf,
  printer,
  since,
  text,
  wide,
} from './printer.ts';

function nodeRoles({ metadata }: Node): string {
  const roles = new Set<string>();
  for (const [key, value] of Object.entries(metadata.labels ?? {})) {
    if (key.startsWith('node-role.kubernetes.io/')) {
      const role = key.slice('node-role.kubernetes.io/'.length);
      if (role) roles.add(role);
    } else if (key === 'kubernetes.io/role' && value) roles.add(value);
  }
  return [...roles].sort().join(',') || '<none>';
}

const nodeAddress = ({ status }: Node, type: string) =>
  status?.addresses?.find((address) => address.type === type)?.address ?? '<none>';

export const node = printer<Node>(
  [
    nameColumn,
    text('Status', 'Whether the node is ready and takes new pods.'),
    text('Roles', 'What the node is for.'),
    ageColumn,
    text('Version', 'The version of its kubelet.'),
    wide('Internal-IP', 'The address inside the cluster.'),
    wide('External-IP', 'The address outside the cluster.'),
    wide('OS-Image', 'The operating system.'),
    wide('Kernel-Version', 'The version of its kernel.'),
    wide('Container-Runtime', 'The program that runs containers.'),
  ],
  (n, now) => [
    nameOf(n),
    nodeStatusText(n),
    nodeRoles(n),
    age(n, now),
    n.status?.nodeInfo?.kubeletVersion ?? '',
    nodeAddress(n, 'InternalIP'),
    nodeAddress(n, 'ExternalIP'),
    n.status?.nodeInfo?.osImage || '<unknown>',
    n.status?.nodeInfo?.kernelVersion || '<unknown>',
    n.status?.nodeInfo?.containerRuntimeVersion || '<unknown>',
  ],
);

export const namespace = printer<Namespace>(
  [nameColumn, text('Status', 'Whether the namespace is in use or going away.'), ageColumn],
  (n, now) => [nameOf(n), n.status?.phase ?? '', age(n, now)],
);

const eventColumns = [
  text('Last Seen', 'When it happened last.'),
  text('Type', 'Normal or Warning.'),
  text('Reason', 'One word for the cause.'),
  text('Object', 'What it happened to.'),
  wide('Subobject', 'Which part of the object.'),
  wide('Source', 'Who reported it.'),
  text('Message', 'What happened.'),
  wide('First Seen', 'When it happened first.'),
  wide('Count', 'How often it happened.'),
  { ...wide('Name', 'Name of the event.'), format: 'name' },
];

function eventRow(event: Event, now: number): Cell[] {
  const first = since(event.firstTimestamp || event.eventTime, now);
  const last = event.series
    ? since(event.series.lastObservedTime, now)
    : event.lastTimestamp
      ? since(event.lastTimestamp, now)
      : first;
  const { kind = '', name, fieldPath = '' } = event.involvedObject;
  const component = event.source?.component || event.reportingComponent || '';
  const host = event.source?.component ? event.source.host : event.reportingInstance;
  return [
    last,
    event.type ?? '',
    event.reason ?? '',
    name ? `${kind.toLowerCase()}/${name}` : kind.toLowerCase(),
    fieldPath,
    host ? `${component}, ${host}` : component,
    (event.message ?? '').trim(),
    first,
    event.series?.count ?? (event.count || 1),
    nameOf(event),
  ];
}

export const event = printer<Event>(eventColumns, eventRow);

export const newEvent = printer<NewEvent>(eventColumns, (e, now) =>
  eventRow(
    {
      ...e,
      involvedObject: e.regarding ?? {},
      message: e.note,
      source: e.deprecatedSource,
      reportingComponent: e.reportingController,
      firstTimestamp: e.deprecatedFirstTimestamp,
      lastTimestamp: e.deprecatedLastTimestamp,
      count: e.deprecatedCount,
    } as Event,
    now,
  ),
);

export const configMap = printer<ConfigMap>(
  [nameColumn, text('Data', 'How many entries it has.'), ageColumn],
  (c, now) => [
    nameOf(c),
    Object.keys(c.data ?? {}).length + Object.keys(c.binaryData ?? {}).length,
    age(c, now),
  ],
);

export const secret = printer<Secret>(
  [nameColumn, text('Type', 'What the secret is for.'), text('Data', 'How many entries it has.'), ageColumn],
  (s, now) => [nameOf(s), s.type ?? '', Object.keys(s.data ?? {}).length, age(s, now)],
);

export const serviceAccount = printer<ServiceAccount>([nameColumn, ageColumn], (s, now) => [
  nameOf(s),
  age(s, now),
]);

function quotaCells({ status }: ResourceQuota): Cell[] {
  const cell = (limits: boolean) =>
    Object.entries(status?.hard ?? {})
      .filter(([name]) => name.startsWith('limits.') === limits)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, hard]) => `${name}: ${status?.used?.[name] ?? '0'}/${hard}`)
      .join(', ');
  return [cell(false), cell(true)];
}

export const resourceQuota = printer<ResourceQuota>(
  [
    nameColumn,
    text('Request', 'Used and allowed amounts of what is counted or requested.'),
    text('Limit', 'Used and allowed amounts of limits.'),
    ageColumn,
  ],
  (q, now) => [nameOf(q), ...quotaCells(q), age(q, now)],
);

export const componentStatus = printer<ComponentStatus>(
  [
    nameColumn,
    text('Status', 'Whether the component is healthy.'),
    text('Message', 'What the check said.'),
    text('Error', 'Why the check failed.'),
  ],
  (c) => {
    const healthy = c.conditions?.find((condition) => condition.type === 'Healthy');
    const status = healthy ? (healthy.status === 'True' ? 'Healthy' : 'Unhealthy') : 'Unknown';
    return [nameOf(c), status, healthy?.message ?? '', healthy?.error ?? ''];
  },
);

export const lease = printer<Lease>(
  [nameColumn, text('Holder', 'Who holds the lease.'), ageColumn],
  (l, now) => [nameOf(l), l.spec?.holderIdentity ?? '', age(l, now)],
);

export const priorityClass = printer<PriorityClass>(
  [
    nameColumn,
    integer('Value', 'The priority of pods of this class.'),
    flag('Global-Default', 'Whether pods without a class belong here.'),
    ageColumn,
    text('PreemptionPolicy', 'Whether such pods may preempt others.'),
  ],
  (p, now) => [nameOf(p), p.value ?? 0, p.globalDefault ?? false, age(p, now), p.preemptionPolicy ?? ''],
);

export const runtimeClass = printer<RuntimeClass>(
  [nameColumn, text('Handler', 'The runtime’s name for this class.'), ageColumn],
  (r, now) => [nameOf(r), r.handler, age(r, now)],
);
