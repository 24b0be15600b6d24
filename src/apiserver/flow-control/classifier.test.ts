import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { flowSchemas, priorityLevels } from '../bootstrap/flow-control.ts';
import type { User } from '../request.ts';
import { requestInfo } from '../request-info.ts';
import { distinguisherOf } from './classifier.ts';
import { FlowControl } from './flow-control.ts';
import { matchesRequest, matchesUser } from './matching.ts';

const control = new FlowControl({
  clock: new SteppedClock(),
  seats: 600,
  population: { objects: () => 0, watchers: () => 0 },
});
control.configure(flowSchemas(), priorityLevels());

const user = (name: string, ...groups: string[]): User => ({ name, groups });
const account = (namespace: string, name: string) =>
  user(
    `system:serviceaccount:${namespace}:${name}`,
    'system:serviceaccounts',
    `system:serviceaccounts:${namespace}`,
    'system:authenticated',
  );
const NODE = user('system:node:n1', 'system:nodes', 'system:authenticated');
const MANAGER = user('system:kube-controller-manager', 'system:authenticated');
const SCHEDULER = user('system:kube-scheduler', 'system:authenticated');
const ALICE = user('alice', 'system:authenticated');
const ANONYMOUS = user('system:anonymous', 'system:unauthenticated');
const LEASE = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/l';
const PODS = '/api/v1/namespaces/a/pods';

// User, method, path → FlowSchema, priority level, flow distinguisher: upstream's bootstrap configuration.
const CASES: [User, string, string, string][] = [
  [user('admin', 'system:masters'), 'POST', PODS, 'exempt/exempt/'],
  [ALICE, 'GET', '/healthz', 'probes/exempt/'],
  [ANONYMOUS, 'GET', '/livez/ping', 'probes/exempt/'],
  [ANONYMOUS, 'POST', '/livez', 'global-default/global-default/system:anonymous'],
  [
    NODE,
    'PUT',
    '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/n1',
    'system-node-high/node-high/system:node:n1',
  ],
  [NODE, 'PATCH', '/api/v1/nodes/n1/status', 'system-node-high/node-high/system:node:n1'],
  [NODE, 'GET', '/api/v1/nodes', 'system-node-high/node-high/system:node:n1'],
  [NODE, 'PUT', '/api/v1/namespaces/a/pods/p/status', 'system-nodes/system/system:node:n1'],
  [MANAGER, 'PUT', LEASE, 'system-leader-election/leader-election/system:kube-controller-manager'],
  [SCHEDULER, 'GET', LEASE, 'system-leader-election/leader-election/system:kube-scheduler'],
  [
    account('kube-system', 'elector'),
    'POST',
    '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases',
    'system-leader-election/leader-election/system:serviceaccount:kube-system:elector',
  ],
  [MANAGER, 'DELETE', LEASE, 'kube-controller-manager/workload-high/kube-system'],
  [MANAGER, 'POST', PODS, 'kube-controller-manager/workload-high/a'],
  [SCHEDULER, 'POST', `${PODS}/p/binding`, 'kube-scheduler/workload-high/a'],
  [account('kube-system', 'dns'), 'GET', '/api/v1/services', 'kube-system-service-accounts/workload-high/'],
  [
    account('kube-system-x', 'dns'),
    'GET',
    '/api/v1/services',
    'service-accounts/workload-low/system:serviceaccount:kube-system-x:dns',
  ],
  [account('a', 'b'), 'GET', PODS, 'service-accounts/workload-low/system:serviceaccount:a:b'],
  [ALICE, 'GET', PODS, 'global-default/global-default/alice'],
  [ANONYMOUS, 'GET', '/version', 'global-default/global-default/system:anonymous'],
  [user('nobody'), 'GET', PODS, 'catch-all/catch-all/nobody'],
];

test('requests are classified as by upstream with the built-in configuration', () => {
  for (const [who, method, path, expected] of CASES) {
    const info = requestInfo(method, path, new URLSearchParams());
    const flow = control.flowOf(who, info);
    const found = `${flow.name}/${flow.level.config.name}/${distinguisherOf(flow, who, info.namespace)}`;
    assert.equal(found, expected, `${who.name} ${method} ${path}`);
  }
});

test('the schema with the lower precedence wins, and among equals the first name', () => {
  const own = (name: string, matchingPrecedence: number) => ({
    ...flowSchemas().find(({ metadata }) => metadata.name === 'global-default')!,
    metadata: { name },
    spec: {
      priorityLevelConfiguration: { name: 'workload-low' },
      matchingPrecedence,
      rules: [
        {
          subjects: [{ kind: 'User', user: { name: 'alice' } }],
          resourceRules: [{ verbs: ['list'], apiGroups: [''], resources: ['pods'], namespaces: ['a'] }],
        },
      ],
    },
  });
  control.configure([...flowSchemas(), own('z', 50), own('c', 60), own('b', 50)], priorityLevels());
  const flowOf = (path: string) =>
    control.flowOf(ALICE, requestInfo('GET', path, new URLSearchParams())).name;
  assert.deepEqual(
    [flowOf(PODS), flowOf('/api/v1/namespaces/b/pods'), flowOf('/api/v1/pods')],
    ['b', 'global-default', 'global-default'],
  );
});

test('subjects match by user, group and service account, with stars', () => {
  const matches = (subject: object, who: User) => matchesUser([subject as never], who);
  const bot = account('ns', 'bot');
  assert.equal(matches({ kind: 'User', user: { name: '*' } }, ALICE), true);
  assert.equal(matches({ kind: 'Group', group: { name: '*' } }, user('nobody')), true);
  assert.equal(
    matches({ kind: 'ServiceAccount', serviceAccount: { namespace: 'ns', name: 'bot' } }, bot),
    true,
  );
  assert.equal(
    matches({ kind: 'ServiceAccount', serviceAccount: { namespace: 'ns', name: 'bo' } }, bot),
    false,
  );
  assert.equal(
    matches({ kind: 'ServiceAccount', serviceAccount: { namespace: 'n', name: '*' } }, bot),
    false,
  );
  assert.equal(matches({ kind: 'Robot' }, bot), false);
});

test('rules for URLs match the path and everything below it', () => {
  const matches = (url: string, path: string) =>
    matchesRequest(
      { subjects: [], nonResourceRules: [{ verbs: ['get'], nonResourceURLs: [url] }] },
      requestInfo('GET', path, new URLSearchParams()),
    );
  assert.deepEqual(
    [
      matches('/healthz', '/healthz/log'),
      matches('/healthz', '/healthzz'),
      matches('/logs/*', '/logs/a'),
      matches('*', '/x'),
    ],
    [true, false, true, true],
  );
});
