import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Affinity, PodAffinityTerm, Toleration } from '../../../kinds/core/v1/affinity.ts';
import type { NodeSelectorTerm } from '../../../kinds/core/v1/node-affinity.ts';
import type { FieldError } from '../../field.ts';
import { validateAffinity, validateTolerations } from './scheduling.ts';

const texts = (errors: readonly FieldError[]) => errors.map((e) => `${e.field}: ${e.message}`);
const required = 'requiredDuringSchedulingIgnoredDuringExecution';
const preferred = 'preferredDuringSchedulingIgnoredDuringExecution';

const term = (changes: Partial<PodAffinityTerm>): Affinity => ({
  podAffinity: { [required]: [{ topologyKey: 'zone', ...changes }] },
});
const node = (one: NodeSelectorTerm): Affinity => ({
  nodeAffinity: { [required]: { nodeSelectorTerms: [one] } },
});
const label =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

const affinities: { title: string; affinity: Affinity; expected: string[] }[] = [
  {
    title: 'label keys need a selector',
    affinity: term({ matchLabelKeys: ['a'], mismatchLabelKeys: ['b'] }),
    expected: [
      `a.podAffinity.${required}[0].matchLabelKeys: Forbidden: must not be specified when labelSelector is not set`,
      `a.podAffinity.${required}[0].mismatchLabelKeys: Forbidden: must not be specified when labelSelector is not set`,
    ],
  },
  {
    title: 'a key either matches or mismatches',
    affinity: term({ matchLabelKeys: ['a'], mismatchLabelKeys: ['a'], labelSelector: {} }),
    expected: [
      `a.podAffinity.${required}[0].matchLabelKeys[0]: Invalid value: "a": exists in both matchLabelKeys and mismatchLabelKeys`,
    ],
  },
  {
    title: 'values of nodes that are required are labels',
    affinity: node({ matchExpressions: [{ key: 'k', operator: 'In', values: ['ok', '-'] }] }),
    expected: [
      `a.nodeAffinity.${required}.nodeSelectorTerms[0].matchExpressions[0].values[1]: Invalid value: "-": ${label}`,
    ],
  },
  {
    title: 'values of nodes that are preferred may be anything',
    affinity: {
      nodeAffinity: {
        [preferred]: [
          { weight: 1, preference: { matchExpressions: [{ key: 'k', operator: 'In', values: ['-'] }] } },
        ],
      },
    },
    expected: [],
  },
];

for (const { title, affinity, expected } of affinities)
  test(`affinity: ${title}`, () => assert.deepEqual(texts(validateAffinity(affinity, 'a')), expected));

test('affinity: names of nodes are names', () => {
  const errors = validateAffinity(
    node({ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['A'] }] }),
    'a',
  );
  assert.match(
    texts(errors).join('\n'),
    /^a\.nodeAffinity\..*\.matchFields\[0\]\.values\[0\]: Invalid value: "A": a lowercase RFC 1123 subdomain/,
  );
});

const tolerations: { title: string; toleration: Toleration; expected: string[] }[] = [
  {
    title: 'what matches any value has none',
    toleration: { key: 'a', operator: 'Exists', value: 'x' },
    expected: [`t[0].operator: Invalid value: "x": value must be empty when \`operator\` is 'Exists'`],
  },
  {
    title: 'comparisons are not enabled',
    toleration: { key: 'a', operator: 'Lt', value: '1' },
    expected: ['t[0].operator: Unsupported value: "Lt": supported values: "Equal", "Exists", "Lt", "Gt"'],
  },
  {
    title: 'operators are known',
    toleration: { key: 'a', operator: 'Near' as 'Equal' },
    expected: ['t[0].operator: Unsupported value: "Near": supported values: "Equal", "Exists"'],
  },
];

for (const { title, toleration, expected } of tolerations)
  test(`tolerations: ${title}`, () =>
    assert.deepEqual(texts(validateTolerations([toleration], 't')), expected));
