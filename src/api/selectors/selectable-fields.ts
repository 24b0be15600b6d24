// The fields by which each kind can be selected, and how to read them from an object. Called by the front door for
// list, watch and deletecollection; an unknown field is refused with upstream's message.
import type { ResourceInfo } from '../meta/v1/resource.ts';
import type { FieldSelector } from './field-selector.ts';
import { SelectorError } from './selector-error.ts';

/** Reads one field as text; absent is the empty string. */
type Read = (object: unknown) => string;

const at =
  (path: string, absent = ''): Read =>
  (object) => {
    let value: unknown = object;
    for (const part of path.split('.')) value = (value as Record<string, unknown> | undefined)?.[part];
    return value === undefined || value === null ? absent : String(value);
  };

const paths = (...names: string[]): Record<string, Read> =>
  Object.fromEntries(names.map((name) => [name, at(name)]));

const podIPs: Read = (object) =>
  ((object as { status?: { podIPs?: { ip?: string }[] } }).status?.podIPs ?? []).map((p) => p.ip).join(',');

const eventSource: Read = (object) => {
  const event = object as { source?: { component?: string }; reportingComponent?: string };
  return event.source?.component || event.reportingComponent || '';
};

const involved = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'];

const ofKind: Readonly<Record<string, Readonly<Record<string, Read>>>> = {
  '/Pod': {
    ...paths('spec.nodeName', 'spec.restartPolicy', 'spec.schedulerName', 'spec.serviceAccountName'),
    'spec.hostNetwork': at('spec.hostNetwork', 'false'),
    ...paths('status.phase', 'status.podIP', 'status.nominatedNodeName'),
    'status.podIPs': podIPs,
  },
  '/Event': {
    ...paths(...involved.map((name) => `involvedObject.${name}`), 'reason', 'reportingComponent', 'type'),
    source: eventSource,
  },
  'events.k8s.io/Event': {
    ...Object.fromEntries(involved.map((name) => [`regarding.${name}`, at(`regarding.${name}`)])),
    ...paths('reason', 'type'),
    reportingController: at('reportingController'),
  },
  '/Namespace': paths('status.phase', 'name'),
  '/Node': { 'spec.unschedulable': at('spec.unschedulable', 'false') },
  '/Secret': paths('type'),
  '/Service': paths('spec.clusterIP', 'spec.type'),
  '/ReplicationController': { 'status.replicas': at('status.replicas', '0') },
  '/PersistentVolume': paths('name'),
  'apps/ReplicaSet': { 'status.replicas': at('status.replicas', '0') },
  'batch/Job': { 'status.successful': at('status.succeeded', '0') },
  'certificates.k8s.io/CertificateSigningRequest': paths('spec.signerName'),
  'networking.k8s.io/IPAddress': paths(
    'spec.parentRef.resource',
    'spec.parentRef.namespace',
    'spec.parentRef.name',
  ),
  'resource.k8s.io/ResourceSlice': paths('spec.nodeName', 'spec.driver'),
};

const ofEvery = paths('metadata.name', 'metadata.namespace');

/** Kinds whose own conversion words the refusal without listing the two common fields. */
const terse = new Set(Object.keys(ofKind));

/** The readers of every selectable field of a kind. Custom kinds add theirs through `extra` (JSON paths without the leading dot). */
export function selectableFields(
  kind: Pick<ResourceInfo, 'group' | 'kind'>,
  extra: readonly string[] = [],
): Readonly<Record<string, Read>> {
  return { ...ofEvery, ...ofKind[`${kind.group}/${kind.kind}`], ...paths(...extra) };
}

/** A test of whole objects; throws SelectorError for a field that the kind does not offer. */
export function fieldMatcher(
  kind: Pick<ResourceInfo, 'group' | 'kind'>,
  selector: FieldSelector,
  extra: readonly string[] = [],
): (object: unknown) => boolean {
  const readers = selectableFields(kind, extra);
  for (const { field } of selector.requirements) {
    if (Object.hasOwn(readers, field)) continue;
    throw new SelectorError(
      terse.has(`${kind.group}/${kind.kind}`)
        ? `field label not supported: ${field}`
        : `"${field}" is not a known field selector: only "metadata.name", "metadata.namespace"`,
    );
  }
  return (object) => selector.matches((field) => readers[field]!(object));
}
