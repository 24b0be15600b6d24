import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FlowSchema } from '../kinds/flowcontrol/v1/flow-schema.ts';
import { CSINode } from '../kinds/storage/v1/csi-node.ts';
import { VolumeAttachment } from '../kinds/storage/v1/volume-attachment.ts';
import type { StructType } from '../schema/notation.ts';
import { validateStructure } from './structural.ts';

const errors = (kind: StructType, object: object) =>
  validateStructure(kind, object).map(({ field, message }) => `${field}: ${message}`);

test('a required list that is missing is an empty one', () => {
  for (const spec of [{}, { drivers: [] }, { drivers: null }, undefined])
    assert.deepEqual(errors(CSINode, { spec }), []);
  assert.deepEqual(errors(CSINode, { spec: { drivers: [{ nodeID: 'n' }] } }), [
    'spec.drivers[0].name: Required value',
  ]);
});

test('where an empty list is not allowed, it is missing', () => {
  const rules = (verbs?: string[]) => ({
    spec: {
      priorityLevelConfiguration: { name: 'p' },
      rules: [
        {
          nonResourceRules: [{ nonResourceURLs: ['*'], ...(verbs && { verbs }) }],
          subjects: [{ kind: 'User', user: { name: 'u' } }],
        },
      ],
    },
  });
  for (const verbs of [undefined, []])
    assert.deepEqual(errors(FlowSchema, rules(verbs)), [
      'spec.rules[0].nonResourceRules[0].verbs: Required value',
    ]);
  assert.deepEqual(errors(FlowSchema, rules(['*'])), []);
});

test('of a required struct that is missing, its required fields are missing', () => {
  assert.deepEqual(errors(VolumeAttachment, {}), [
    'spec.attacher: Required value',
    'spec.nodeName: Required value',
  ]);
});
