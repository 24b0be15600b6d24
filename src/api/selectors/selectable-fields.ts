// The fields by which each kind can be selected, and how to read them from an object. Called by the API server for
// list, watch and deletecollection; an unknown field is refused with upstream's message.
import { Job } from '../kinds/batch/v1/job.ts';
import { CertificateSigningRequest } from '../kinds/certificates/v1/certificate-signing-request.ts';
import { Event } from '../kinds/core/v1/event.ts';
import { Namespace } from '../kinds/core/v1/namespace.ts';
import { Node } from '../kinds/core/v1/node.ts';
import { Pod } from '../kinds/core/v1/pod.ts';
import { ReplicationController } from '../kinds/core/v1/replication-controller.ts';
import { Secret } from '../kinds/core/v1/secret.ts';
import { Service } from '../kinds/core/v1/service.ts';
import { Event as EventsV1Event } from '../kinds/events/v1/event.ts';
import { ResourceSlice } from '../kinds/resource/v1/resource-slice.ts';
import { type AnyResource, apiVersionOf, ruledAs } from '../meta/v1/resource.ts';
import { decisionsOf } from '../scheme/own-decisions.ts';
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

const ofKind: ReadonlyMap<AnyResource, Readonly<Record<string, Read>>> = new Map<
  AnyResource,
  Readonly<Record<string, Read>>
>([
  [
    Pod,
    {
      ...paths('spec.nodeName', 'spec.restartPolicy', 'spec.schedulerName', 'spec.serviceAccountName'),
      'spec.hostNetwork': at('spec.hostNetwork', 'false'),
      ...paths('status.phase', 'status.podIP', 'status.nominatedNodeName'),
      'status.podIPs': podIPs,
      // What old clients send.
      'spec.host': at('spec.nodeName'),
    },
  ],
  [
    Event,
    {
      ...paths(...involved.map((name) => `involvedObject.${name}`), 'reason', 'reportingComponent', 'type'),
      source: eventSource,
    },
  ],
  [
    EventsV1Event,
    {
      ...Object.fromEntries(involved.map((name) => [`regarding.${name}`, at(`regarding.${name}`)])),
      ...paths('reason', 'type'),
      reportingController: at('reportingController'),
    },
  ],
  [Namespace, paths('status.phase')],
  [Node, { 'spec.unschedulable': at('spec.unschedulable', 'false') }],
  [Secret, paths('type')],
  [Service, paths('spec.clusterIP', 'spec.type')],
  [ReplicationController, { 'status.replicas': at('status.replicas', '0') }],
  [Job, { 'status.successful': at('status.succeeded', '0') }],
  [CertificateSigningRequest, paths('spec.signerName')],
  [ResourceSlice, paths('spec.nodeName', 'spec.driver')],
]);

const ownFields = (kind: AnyResource) => decisionsOf(kind)?.selectable;

function fieldsOf(kind: AnyResource): Readonly<Record<string, Read>> | undefined {
  const own = ownFields(kind);
  return own ? paths(...own) : ofKind.get(ruledAs(kind));
}

const ofEvery = paths('metadata.name', 'metadata.namespace');

/** Kinds without a namespace that upstream does not let clients select by an empty one. */
const withoutNamespace: ReadonlySet<AnyResource> = new Set<AnyResource>([
  Namespace,
  Node,
  CertificateSigningRequest,
  ResourceSlice,
]);

/** The words in which upstream refuses a field. */
function refusal(kind: AnyResource, field: string): string {
  if (kind === Job) return `field label ${JSON.stringify(field)} not supported for Job`;
  if (ruledAs(kind) === ResourceSlice)
    return `field label not supported for ${apiVersionOf(kind.resource)}, Kind=ResourceSlice: ${field}`;
  if (fieldsOf(kind)) return `field label not supported: ${field}`;
  return `${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`;
}

/** The readers of every selectable field of a kind. Custom kinds add theirs through `extra` (JSON paths without the leading dot). */
export function selectableFields(
  kind: AnyResource,
  extra: readonly string[] = [],
): Readonly<Record<string, Read>> {
  return { ...ofEvery, ...fieldsOf(kind), ...paths(...extra) };
}

/** A test of whole objects; throws SelectorError for a field that the kind does not offer. */
export function fieldMatcher(
  kind: AnyResource,
  selector: FieldSelector,
  extra: readonly string[] = [],
): (object: unknown) => boolean {
  const readers = selectableFields(kind, extra);
  for (const { field } of selector.requirements) {
    const isNone =
      field === 'metadata.namespace' &&
      (withoutNamespace.has(ruledAs(kind)) || ownFields(kind) !== undefined);
    if (Object.hasOwn(readers, field) && !isNone) continue;
    throw new SelectorError(refusal(kind, field));
  }
  return (object) => selector.matches((field) => readers[field]!(object));
}
