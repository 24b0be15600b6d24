import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnyResource } from '../meta/v1/resource.ts';
import { builtInKinds } from '../scheme/kinds.ts';
import { otherVersions } from '../scheme/other-versions.ts';
import { parseFieldSelector } from './field-selector.ts';
import { fieldMatcher } from './selectable-fields.ts';

const idOf = ({ resource: { group, version, kind } }: AnyResource) => `${group || 'core'}/${version}/${kind}`;
const EVENT = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'];
const BOTH = ['metadata.name', 'metadata.namespace'];

/** By kind: all fields that it can be selected by. Every other kind has the two of BOTH. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  'core/v1/Pod': [
    ...[...BOTH, 'spec.nodeName', 'spec.host', 'spec.restartPolicy', 'spec.schedulerName'],
    ...['spec.serviceAccountName', 'spec.hostNetwork', 'status.phase', 'status.podIP', 'status.podIPs'],
    'status.nominatedNodeName',
  ],
  'core/v1/Node': ['metadata.name', 'spec.unschedulable'],
  'core/v1/Namespace': ['metadata.name', 'status.phase'],
  'core/v1/Secret': [...BOTH, 'type'],
  'core/v1/Service': [...BOTH, 'spec.clusterIP', 'spec.type'],
  'core/v1/ReplicationController': [...BOTH, 'status.replicas'],
  'core/v1/Event': [
    ...[...BOTH, ...EVENT.map((name) => `involvedObject.${name}`)],
    ...['reason', 'reportingComponent', 'source', 'type'],
  ],
  'events.k8s.io/v1/Event': [
    ...[...BOTH, ...EVENT.map((name) => `regarding.${name}`)],
    ...['reason', 'reportingController', 'type'],
  ],
  'batch/v1/Job': [...BOTH, 'status.successful'],
  'certificates.k8s.io/v1/CertificateSigningRequest': ['metadata.name', 'spec.signerName'],
  'resource.k8s.io/v1/ResourceSlice': ['metadata.name', 'spec.nodeName', 'spec.driver'],
};
const ALL = [...new Set([...Object.values(FIELDS).flat(), 'name', 'spec.replicas', 'constructor'])];
const accepts = (kind: AnyResource, field: string): boolean => {
  try {
    fieldMatcher(kind, parseFieldSelector(`${field}=x`));
    return true;
  } catch {
    return false;
  }
};

test('every kind can be selected by the fields that upstream offers, and by no others', () => {
  for (const kind of builtInKinds) {
    const wanted = FIELDS[idOf(kind)] ?? BOTH;
    assert.deepEqual(
      ALL.filter((field) => accepts(kind, field)),
      ALL.filter((field) => wanted.includes(field)),
      idOf(kind),
    );
  }
});

test('other fields are refused in upstream’s words', () => {
  const refusal = (id: string, field = 'a.b') => {
    const kind = builtInKinds.find((one) => idOf(one) === id)!;
    try {
      fieldMatcher(kind, parseFieldSelector(`${field}=x`));
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  };
  assert.equal(refusal('core/v1/Pod'), 'field label not supported: a.b');
  assert.equal(
    refusal('core/v1/Node', 'metadata.namespace'),
    'field label not supported: metadata.namespace',
  );
  assert.equal(refusal('batch/v1/Job'), 'field label "a.b" not supported for Job');
  assert.equal(
    refusal('resource.k8s.io/v1/ResourceSlice'),
    'field label not supported for resource.k8s.io/v1, Kind=ResourceSlice: a.b',
  );
  for (const id of ['apps/v1/Deployment', 'apps/v1/ReplicaSet', 'core/v1/PersistentVolume'])
    assert.equal(
      refusal(id, 'status.replicas'),
      '"status.replicas" is not a known field selector: only "metadata.name", "metadata.namespace"',
    );
});

test('another version of a kind is selected by the same fields, and named in refusals', () => {
  const slice = otherVersions.find((kind) => idOf(kind) === 'resource.k8s.io/v1beta2/ResourceSlice')!;
  assert.ok(accepts(slice, 'spec.nodeName'));
  assert.ok(!accepts(slice, 'metadata.namespace'));
  assert.throws(() => fieldMatcher(slice, parseFieldSelector('a.b=x')), {
    message: 'field label not supported for resource.k8s.io/v1beta2, Kind=ResourceSlice: a.b',
  });
});
