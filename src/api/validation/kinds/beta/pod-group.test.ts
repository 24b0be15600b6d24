import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PodGroup } from '../../../kinds/scheduling/v1alpha2/pod-group.ts';
import { Workload } from '../../../kinds/scheduling/v1alpha2/workload.ts';
import { type AnyResource, apiVersionOf, type KubeObject } from '../../../meta/v1/resource.ts';
import '../../../scheme/other-kinds.ts';
import { validateCreate, validateStatusUpdate, validateUpdate } from '../../validate.ts';

const texts = (errors: readonly { field: string; message: string }[]) =>
  errors.map(({ field, message }) => `${field}: ${message}`);
const made = (kind: AnyResource, content: object): KubeObject => ({
  apiVersion: apiVersionOf(kind.resource),
  kind: kind.resource.kind,
  metadata: { name: 'a', namespace: 'n', resourceVersion: '1' },
  ...content,
});
const basic = { schedulingPolicy: { basic: {} } };
const group = (spec: object) => made(PodGroup, { spec: { ...basic, ...spec } });
const workload = (spec: object) => made(Workload, { spec });
const createGroup = (spec: object) => texts(validateCreate(PodGroup, group(spec)));
const createWorkload = (spec: object) => texts(validateCreate(Workload, workload(spec)));

test('a PodGroup has exactly one policy', () => {
  const policy = (schedulingPolicy: object) => createGroup({ schedulingPolicy });
  const path = 'spec.schedulingPolicy';
  assert.deepEqual(policy({ basic: {} }), []);
  assert.deepEqual(policy({ gang: { minCount: 1 } }), []);
  assert.deepEqual(policy({}), [`${path}: Invalid value: "": must specify one of: basic, gang`]);
  assert.deepEqual(policy({ basic: {}, gang: { minCount: 1 } }), [
    `${path}: Invalid value: "{basic, gang}": must specify exactly one of: basic, gang`,
  ]);
  assert.deepEqual(policy({ gang: { minCount: 0 } }), [`${path}.gang.minCount: Required value`]);
  assert.deepEqual(policy({ gang: { minCount: -1 } }), [
    `${path}.gang.minCount: Invalid value: -1: must be greater than or equal to 1`,
  ]);
});

test('a PodGroup names a template by names that can be', () => {
  const path = 'spec.podGroupTemplateRef';
  assert.deepEqual(createGroup({ podGroupTemplateRef: {} }), [
    `${path}: Invalid value: "": must specify one of: workload`,
  ]);
  const ref = (workloadName: string, podGroupTemplateName: string) =>
    createGroup({ podGroupTemplateRef: { workload: { workloadName, podGroupTemplateName } } });
  assert.deepEqual(ref('w', 't'), []);
  assert.deepEqual(ref('', ''), [
    `${path}.workload.workloadName: Required value`,
    `${path}.workload.podGroupTemplateName: Required value`,
  ]);
  assert.match(ref('w', 't.u')[0]!, /podGroupTemplateName: Invalid value: "t.u": must not contain dots/);
});

test('the claims, topology, priority and disruption mode of a PodGroup are checked', () => {
  const claim = (name: string, more: object = { resourceClaimName: 'c' }) => ({ name, ...more });
  assert.deepEqual(createGroup({ resourceClaims: [claim('a')] }), []);
  assert.deepEqual(createGroup({ resourceClaims: [claim('a', {}), claim('a')] }), [
    'spec.resourceClaims[1]: Duplicate value: {"name":"a","resourceClaimName":"c"}',
    'spec.resourceClaims[0]: Invalid value: "": must specify one of: resourceClaimName, resourceClaimTemplateName',
  ]);
  assert.deepEqual(createGroup({ resourceClaims: ['a', 'b', 'c', 'd', 'e'].map((name) => claim(name)) }), [
    'spec.resourceClaims: Too many: 5: must have at most 4 items',
  ]);
  const topology = (...keys: string[]) =>
    createGroup({ schedulingConstraints: { topology: keys.map((key) => ({ key })) } });
  const at = 'spec.schedulingConstraints.topology';
  assert.deepEqual(topology('example.com/rack'), []);
  assert.deepEqual(topology(''), [`${at}[0].key: Required value`]);
  assert.deepEqual(topology('a', 'b'), [`${at}: Too many: 2: must have at most 1 item`]);
  assert.deepEqual(createGroup({ disruptionMode: 'x' }), [
    'spec.disruptionMode: Unsupported value: "x": supported values: "Pod", "PodGroup"',
  ]);
  assert.deepEqual(createGroup({ priority: 1_000_000_001 }), [
    'spec.priority: Invalid value: 1000000001: must be less than or equal to 1000000000',
  ]);
  assert.match(createGroup({ priorityClassName: '_' })[0]!, /^spec.priorityClassName: Invalid value: "_"/);
});

test('nothing of a PodGroup or Workload changes', () => {
  const update = (spec: object) => texts(validateUpdate(PodGroup, group(spec), group({})));
  assert.deepEqual(update({}), []);
  assert.deepEqual(update({ schedulingPolicy: { gang: { minCount: 2 } }, priority: 1 }), [
    'spec.schedulingPolicy: Invalid value: null: field is immutable',
    'spec.priority: Invalid value: null: field is immutable',
  ]);
  const templates = (...names: string[]) => ({
    podGroupTemplates: names.map((name) => ({ name, ...basic })),
  });
  assert.deepEqual(texts(validateUpdate(Workload, workload(templates('a')), workload(templates('a')))), []);
  assert.deepEqual(texts(validateUpdate(Workload, workload(templates('b')), workload(templates('a')))), [
    'spec.podGroupTemplates: Invalid value: null: field is immutable',
  ]);
});

test('a Workload has one to eight templates with different names', () => {
  const path = 'spec.podGroupTemplates';
  const templates = (...names: string[]) =>
    createWorkload({ podGroupTemplates: names.map((name) => ({ name, ...basic })) });
  assert.deepEqual(templates('a', 'b'), []);
  assert.deepEqual(templates(), [`${path}: Required value`]);
  assert.deepEqual(templates(...'abcdefghi'), [`${path}: Too many: 9: must have at most 8 items`]);
  assert.match(templates('a', 'a')[0]!, /^spec.podGroupTemplates\[1\]: Duplicate value: \{"name":"a"/);
  assert.deepEqual(templates(''), [`${path}[0].name: Required value`]);
  assert.deepEqual(createWorkload({ podGroupTemplates: [{ name: 'a', schedulingPolicy: {} }] }), [
    `${path}[0].schedulingPolicy: Invalid value: "": must specify one of: basic, gang`,
  ]);
  const controllerRef = { apiGroup: 'batch', kind: 'Job', name: 'a/b' };
  assert.deepEqual(createWorkload({ controllerRef, podGroupTemplates: [{ name: 'a', ...basic }] }), [
    'spec.controllerRef.name: Invalid value: "a/b": may not contain \'/\'',
  ]);
});

test('the status of a PodGroup tells only of claims in its spec', () => {
  const spec = { ...basic, resourceClaims: [{ name: 'a', resourceClaimName: 'c' }] };
  const status = (...names: string[]) => {
    const content = { spec, status: { resourceClaimStatuses: names.map((name) => ({ name })) } };
    return texts(validateStatusUpdate(PodGroup, made(PodGroup, content), made(PodGroup, { spec })));
  };
  assert.deepEqual(status('a'), []);
  assert.deepEqual(status('b'), [
    'status.resourceClaimStatuses[0].name: Invalid value: "b": must match the name of an entry in `spec.resourceClaims`',
  ]);
  assert.match(status('a', 'a')[0]!, /^status.resourceClaimStatuses\[1\]: Duplicate value: \{"name":"a"\}/);
});
