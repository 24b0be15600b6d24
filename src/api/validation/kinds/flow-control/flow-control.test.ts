import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FlowSchema } from '../../../kinds/flowcontrol/v1/flow-schema.ts';
import { PriorityLevelConfiguration } from '../../../kinds/flowcontrol/v1/priority-level-configuration.ts';
import { created, statusUpdated } from '../checks.fake.ts';

const user = { kind: 'User', user: { name: 'u' } };
const resourceRule = { verbs: ['get'], apiGroups: [''], resources: ['pods'], namespaces: ['*'] };
const schema = (rule: object = {}, spec: object = {}) => ({
  spec: {
    priorityLevelConfiguration: { name: 'l' },
    matchingPrecedence: 100,
    rules: [{ subjects: [user], resourceRules: [resourceRule], ...rule }],
    ...spec,
  },
});

test('a flow schema has a precedence, a level and rules', () => {
  const at = 'spec.rules[0]';
  const resource = (changes: object) => schema({ resourceRules: [{ ...resourceRule, ...changes }] });
  const urls = (...nonResourceURLs: string[]) =>
    schema({ nonResourceRules: [{ verbs: ['*'], nonResourceURLs }] });
  const url = `${at}.nonResourceRules[0].nonResourceURLs[0]: Invalid value:`;
  const cases: [object, string[]][] = [
    [schema(), []],
    [
      schema({}, { matchingPrecedence: 1 }),
      [
        `spec.matchingPrecedence: Invalid value: 1: only the schema named 'exempt' may have matchingPrecedence 1`,
      ],
    ],
    [
      schema({}, { matchingPrecedence: 10_001 }),
      ['spec.matchingPrecedence: Invalid value: 10001: must not be greater than 10000'],
    ],
    [
      schema({}, { priorityLevelConfiguration: { name: '' } }),
      ['spec.priorityLevelConfiguration.name: Required value: must reference a priority level'],
    ],
    [schema({ subjects: [] }), [`${at}.subjects: Required value: subjects must contain at least one value`]],
    [
      schema({ subjects: [{ ...user, group: { name: 'g' } }] }),
      [`${at}.subjects[0].group: Forbidden: group is forbidden when subject kind is not 'Group'`],
    ],
    [
      schema({ subjects: [{ kind: 'ServiceAccount', serviceAccount: { name: '*', namespace: '' } }] }),
      [
        `${at}.subjects[0].serviceAccount.namespace: Required value: must specify namespace for service account`,
      ],
    ],
    [
      schema({ resourceRules: [] }),
      [`${at}: Required value: at least one of resourceRules and nonResourceRules has to be non-empty`],
    ],
    [
      resource({ verbs: ['*', 'get'] }),
      [
        `${at}.resourceRules[0].verbs: Invalid value: ["*","get"]: if '*' is present, must not specify other verbs`,
      ],
    ],
    [
      resource({ namespaces: [] }),
      [
        `${at}.resourceRules[0].namespaces: Required value: resource rules that are not cluster scoped must supply at least one namespace`,
      ],
    ],
    [resource({ namespaces: [], clusterScope: true }), []],
    [urls('/a/*'), []],
    [urls('/a*'), [`${url} "/a*": wildcard can only do suffix matching`]],
    [urls('a'), [`${url} "a": must start with slash`]],
    [urls('/a//b'), [`${url} "/a//b": must not contain double slash`]],
  ];
  for (const [body, errors] of cases)
    assert.deepEqual(created(FlowSchema, body as Record<string, unknown>), errors);
  const status = { conditions: [{ type: 'Dangling' }, { type: 'Dangling' }, {}] };
  assert.deepEqual(statusUpdated(FlowSchema, { ...schema(), status }), [
    'status.conditions[1].type: Duplicate value: "Dangling"',
    'status.conditions[2].type: Required value',
  ]);
});

test('a priority level is limited, unless it is the exempt one', () => {
  const queuing = { queues: 64, handSize: 6, queueLengthLimit: 50 };
  const limited = (limitResponse: object, more: object = {}) => ({
    spec: { type: 'Limited', limited: { nominalConcurrencyShares: 1, limitResponse, ...more } },
  });
  const response = 'spec.limited.limitResponse';
  const cases: [object, string[]][] = [
    [limited({ type: 'Queue', queuing }), []],
    [
      { spec: { type: 'Exempt' } },
      ["spec.type: Invalid value: \"Exempt\": must be 'Exempt' if and only if `name` is 'exempt'"],
    ],
    [{ spec: { type: 'Limited' } }, ['spec.limited: Required value: must not be empty when type is Limited']],
    [
      limited({ type: 'Reject', queuing }),
      [`${response}.queuing: Forbidden: must be nil if limited.limitResponse.type is not Limited`],
    ],
    [
      limited({ type: 'Queue', queuing: { ...queuing, handSize: 11 } }),
      [
        `${response}.queuing.handSize: Invalid value: 11: required entropy bits of deckSize 64 and handSize 11 should not be greater than 60`,
      ],
    ],
    [
      limited({ type: 'Queue', queuing: { ...queuing, queues: 4 } }),
      [`${response}.queuing.handSize: Invalid value: 6: should not be greater than queues (4)`],
    ],
    [
      limited({ type: 'Reject' }, { lendablePercent: 101, borrowingLimitPercent: -1 }),
      [
        'spec.limited.lendablePercent: Invalid value: 101: must be between 0 and 100, inclusive',
        'spec.limited.borrowingLimitPercent: Invalid value: -1: if specified, must be a non-negative integer',
      ],
    ],
  ];
  for (const [body, errors] of cases)
    assert.deepEqual(created(PriorityLevelConfiguration, body as Record<string, unknown>), errors);
});
