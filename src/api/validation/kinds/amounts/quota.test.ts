import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LimitRange } from '../../../kinds/core/v1/limit-range.ts';
import { ResourceQuota } from '../../../kinds/core/v1/resource-quota.ts';
import { created, updated } from '../checks.fake.ts';

test('a quota limits known resources, in whole numbers where they are counted', () => {
  const hard = (name: string, amount: string) =>
    created(ResourceQuota, { spec: { hard: { [name]: amount } } });
  for (const name of ['requests.cpu', 'limits.memory', 'count/pods', 'requests.a.b/gpu', 'hugepages-2Mi'])
    assert.deepEqual(hard(name, '1'), [], name);
  assert.deepEqual(hard('pods', '500m'), ['spec.hard[pods]: Invalid value: "500m": must be an integer']);
  assert.deepEqual(hard('limits.storage', '1'), [
    'spec.hard[limits.storage]: Invalid value: "limits.storage": must be a standard resource type or fully qualified',
    'spec.hard[limits.storage]: Invalid value: "limits.storage": must be a standard resource for quota',
  ]);
});

test('scopes of a quota select what it limits', () => {
  const quota = (spec: object) => created(ResourceQuota, { spec });
  const selector = (...matchExpressions: object[]) => ({ scopeSelector: { matchExpressions } });
  const path = 'spec.scopeSelector.matchExpressions';
  const cases: [object, string[]][] = [
    [{ scopes: ['BestEffort'], hard: { pods: '1' } }, []],
    [
      { scopes: ['BestEffort'], hard: { cpu: '1' } },
      ['spec.scopes: Invalid value: ["BestEffort"]: unsupported scope applied to resource'],
    ],
    [selector({ scopeName: 'PriorityClass', operator: 'In', values: ['a'] }), []],
    [
      selector({ scopeName: 'Odd', operator: 'Exists' }),
      [`${path}.scopeName: Invalid value: "Odd": unsupported scope`],
    ],
    [
      selector({ scopeName: 'Terminating', operator: 'DoesNotExist' }),
      [
        `${path}.operator: Invalid value: "DoesNotExist": must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity`,
      ],
    ],
    [
      selector(
        { scopeName: 'Terminating', operator: 'Exists' },
        { scopeName: 'NotTerminating', operator: 'Exists' },
      ),
      ['spec.scopes: Invalid value: null: conflicting scopes'],
    ],
  ];
  for (const [spec, errors] of cases) assert.deepEqual(quota(spec), errors);
  const scoped = (...scopes: string[]) => ({ spec: { scopes } });
  assert.deepEqual(
    updated(ResourceQuota, scoped('Terminating', 'BestEffort'), scoped('BestEffort', 'Terminating')),
    [],
  );
  assert.deepEqual(updated(ResourceQuota, scoped('Terminating'), scoped('BestEffort')), [
    'spec.scopes: Invalid value: ["Terminating"]: field is immutable',
  ]);
});

test('limits of a range are of known types and resources, and agree with each other', () => {
  const at = 'spec.limits[0]';
  const range = (limit: object) => created(LimitRange, { spec: { limits: [limit] } });
  const cases: [object, string[]][] = [
    [{ type: 'Container', max: { cpu: '2' }, min: { cpu: '1' } }, []],
    [{ type: 'Odd' }, [`${at}.type: Invalid value: "Odd": must be a standard limit type or fully qualified`]],
    [
      { type: 'Container', max: { pods: '1' } },
      [`${at}.max[pods]: Invalid value: "pods": must be a standard resource for containers`],
    ],
    [
      { type: 'Pod', default: { cpu: '1' } },
      [`${at}.default: Forbidden: may not be specified when \`type\` is 'Pod'`],
    ],
    [
      { type: 'Container', max: { cpu: '2' }, min: { cpu: '1' }, maxLimitRequestRatio: { cpu: '3' } },
      [`${at}.maxLimitRequestRatio[cpu]: Invalid value: "3": ratio 3 is greater than max/min = 2.000000`],
    ],
    [
      { type: 'Container', default: { 'a.b/gpu': '2' }, defaultRequest: { 'a.b/gpu': '1' } },
      [
        `${at}.defaultRequest[a.b/gpu]: Invalid value: "1": default value 2 must equal to defaultRequest value 1 in a.b/gpu`,
      ],
    ],
  ];
  for (const [limit, errors] of cases) assert.deepEqual(range(limit), errors);
});
