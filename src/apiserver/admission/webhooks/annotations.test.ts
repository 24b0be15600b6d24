import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AdmissionAttributes } from '../../registry/admission.ts';
import { annotateAnswer, annotateFailedOpen, annotateMutation, type Placed } from './annotations.ts';

const placed = {
  webhook: { name: 'hook.example.com' },
  configuration: 'hooks',
  index: 2,
  round: 0,
} as Placed;

function annotated(run: (attributes: AdmissionAttributes) => void): unknown[][] {
  const added: unknown[][] = [];
  run({
    annotate: (...words: unknown[]) => added.push(words),
  } as Partial<AdmissionAttributes> as AdmissionAttributes);
  run({} as AdmissionAttributes);
  return added;
}

test('a mutation is annotated with its webhook, and its patch at level Request', () => {
  const patch = '[{"op":"add","path":"/data","value":{}}]';
  const [mutation, patched] = annotated((attributes) => annotateMutation(attributes, placed, patch));
  assert.deepEqual(mutation, [
    'mutation.webhook.admission.k8s.io/round_0_index_2',
    '{"configuration":"hooks","webhook":"hook.example.com","mutated":true}',
  ]);
  assert.deepEqual(patched, [
    'patch.webhook.admission.k8s.io/round_0_index_2',
    `{"configuration":"hooks","webhook":"hook.example.com","patch":${patch},"patchType":"JSONPatch"}`,
    'Request',
  ]);
  const [unchanged, more] = annotated((attributes) => annotateMutation(attributes, placed, undefined));
  assert.match(String(unchanged![1]), /"mutated":false/);
  assert.equal(more, undefined);
});

test('a webhook’s own annotations come under its name, and an ignored failure is annotated', () => {
  assert.deepEqual(
    annotated((attributes) => annotateAnswer(attributes, placed, { why: 'rule 7' })),
    [['hook.example.com/why', 'rule 7']],
  );
  assert.deepEqual(
    annotated((attributes) => annotateFailedOpen(attributes, placed, 'validating')),
    [['failed-open.validating.webhook.admission.k8s.io/round_0_index_2', 'hook.example.com']],
  );
});
