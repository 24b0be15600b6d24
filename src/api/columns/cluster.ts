// Columns of nodes, namespaces, events and other kinds of the core group.
// Cells follow k8s.io/kubernetes pkg/printers/internalversion. The table of all kinds is table.ts.

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
    text('Status', 'Status of the node.'),
    text('Roles', 'Roles of the node.'),
    ageColumn,
    text('Version', 'Version of the kubelet.'),
    wide('Internal-IP', 'IP address within the cluster.'),
    wide('External-IP', 'External IP address.'),
    wide('OS-Image', 'Operating system of the node.'),
    wide('Kernel-Version', 'Kernel version of the node.'),
    wide('Container-Runtime', 'Container runtime of the node.'),
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
  [nameColumn, text('Status', 'Phase of the namespace.'), ageColumn],
  (n, now) => [nameOf(n), n.status?.phase ?? '', age(n, now)],
);

const eventColumns = [
  text('Last Seen', 'Time since the last occurrence.'),
  text('Type', 'Type of the event: Normal or Warning.'),
  text('Reason', 'Reason of the event.'),
  text('Object', 'Object that the event is about.'),
  wide('Subobject', 'Part of the object that the event is about.'),
  wide('Source', 'Component that reported the event.'),
  text('Message', 'Description of the event.'),
  wide('First Seen', 'Time since the first occurrence.'),
  wide('Count', 'Number of occurrences.'),
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
  [nameColumn, text('Data', 'Number of entries.'), ageColumn],
  (c, now) => [
    nameOf(c),
    Object.keys(c.data ?? {}).length + Object.keys(c.binaryData ?? {}).length,
    age(c, now),
  ],
);

export const secret = printer<Secret>(
  [nameColumn, text('Type', 'Type of the secret.'), text('Data', 'Number of entries.'), ageColumn],
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
    text('Request', 'Usage and limits of requests and object counts.'),
    text('Limit', 'Usage and limits of limits.'),
    ageColumn,
  ],
  (q, now) => [nameOf(q), ...quotaCells(q), age(q, now)],
);

export const componentStatus = printer<ComponentStatus>(
  [
    nameColumn,
    text('Status', 'Health of the component.'),
    text('Message', 'Message of the health check.'),
    text('Error', 'Error of the health check.'),
  ],
  (c) => {
    const healthy = c.conditions?.find((condition) => condition.type === 'Healthy');
    const status = healthy ? (healthy.status === 'True' ? 'Healthy' : 'Unhealthy') : 'Unknown';
    return [nameOf(c), status, healthy?.message ?? '', healthy?.error ?? ''];
  },
);

export const lease = printer<Lease>(
  [nameColumn, text('Holder', 'Identity of the holder.'), ageColumn],
  (l, now) => [nameOf(l), l.spec?.holderIdentity ?? '', age(l, now)],
);

export const priorityClass = printer<PriorityClass>(
  [
    nameColumn,
    integer('Value', 'Priority of pods of the class.'),
    flag('Global-Default', 'Whether the class applies to pods that name none.'),
    ageColumn,
    text('PreemptionPolicy', 'Whether pods of the class may preempt others.'),
  ],
  (p, now) => [nameOf(p), p.value ?? 0, p.globalDefault ?? false, age(p, now), p.preemptionPolicy ?? ''],
);

export const runtimeClass = printer<RuntimeClass>(
  [nameColumn, text('Handler', 'Name of the runtime handler.'), ageColumn],
  (r, now) => [nameOf(r), r.handler, age(r, now)],
);
