// The built-in PriorityLevelConfigurations and FlowSchemas of v1.36, the two mandatory ones of each first. Stored by install.ts
// and kept by flow-control/, which supplies the mandatory ones while they are missing.
// Upstream: staging/src/k8s.io/apiserver/pkg/apis/flowcontrol/bootstrap/default.go.
import type { FlowSchema } from '../../api/kinds/flowcontrol/v1/flow-schema.ts';
import type { PriorityLevelConfiguration } from '../../api/kinds/flowcontrol/v1/priority-level-configuration.ts';

type SchemaRule = NonNullable<NonNullable<FlowSchema['spec']>['rules']>[number];
type FlowSubject = NonNullable<SchemaRule['subjects']>[number];

/** The names of the mandatory objects, of both kinds. */
export const MANDATORY: ReadonlySet<string> = new Set(['exempt', 'catch-all']);

const apiVersion = 'flowcontrol.apiserver.k8s.io/v1';
const metadata = (name: string) => ({
  name,
  annotations: { 'apf.kubernetes.io/autoupdate-spec': 'true' },
});

interface Queues {
  readonly queues: number;
  readonly handSize: number;
}

/** A level with nominal shares of the concurrency, a percentage of which other levels may borrow. Without queues it rejects
 *  requests over its limit. */
const limited = (
  name: string,
  nominalConcurrencyShares: number,
  lendablePercent: number,
  queues?: Queues,
): PriorityLevelConfiguration => ({
  apiVersion,
  kind: 'PriorityLevelConfiguration',
  metadata: metadata(name),
  spec: {
    type: 'Limited',
    limited: {
      nominalConcurrencyShares,
      lendablePercent,
      limitResponse: queues
        ? { type: 'Queue', queuing: { ...queues, queueLengthLimit: 50 } }
        : { type: 'Reject' },
    },
  },
});

export const priorityLevels = (): PriorityLevelConfiguration[] => [
  limited('catch-all', 5, 0),
  {
    apiVersion,
    kind: 'PriorityLevelConfiguration',
    metadata: metadata('exempt'),
    spec: { type: 'Exempt', exempt: { nominalConcurrencyShares: 0, lendablePercent: 0 } },
  },
  limited('system', 30, 33, { queues: 64, handSize: 6 }),
  limited('node-high', 40, 25, { queues: 64, handSize: 6 }),
  limited('leader-election', 10, 0, { queues: 16, handSize: 4 }),
  limited('workload-high', 40, 50, { queues: 128, handSize: 6 }),
  limited('workload-low', 100, 90, { queues: 128, handSize: 6 }),
  limited('global-default', 20, 50, { queues: 128, handSize: 6 }),
];

const group = (name: string): FlowSubject => ({ kind: 'Group', group: { name } });
const user = (name: string): FlowSubject => ({ kind: 'User', user: { name } });
const SYSTEM_ACCOUNTS: FlowSubject = {
  kind: 'ServiceAccount',
  serviceAccount: { name: '*', namespace: 'kube-system' },
};
const ALL_USERS = [group('system:unauthenticated'), group('system:authenticated')];

const resources = (groups: string[], names: string[], verbs = ['*'], clusterScope = false) => ({
  verbs,
  apiGroups: groups,
  resources: names,
  ...(clusterScope && { clusterScope }),
  namespaces: ['*'],
});
const paths = (nonResourceURLs: string[], verbs = ['*']) => ({ verbs, nonResourceURLs });

const anything = (...subjects: FlowSubject[]): SchemaRule => ({
  subjects,
  resourceRules: [resources(['*'], ['*'], ['*'], true)],
  nonResourceRules: [paths(['*'])],
});

function flow(
  name: string,
  level: string,
  matchingPrecedence: number,
  rule: SchemaRule,
  distinguisher?: 'ByUser' | 'ByNamespace',
): FlowSchema {
  return {
    apiVersion,
    kind: 'FlowSchema',
    metadata: metadata(name),
    spec: {
      priorityLevelConfiguration: { name: level },
      matchingPrecedence,
      ...(distinguisher && { distinguisherMethod: { type: distinguisher } }),
      rules: [rule],
    },
  };
}

export const flowSchemas = (): FlowSchema[] => [
  flow('exempt', 'exempt', 1, anything(group('system:masters'))),
  flow('catch-all', 'catch-all', 10_000, anything(...ALL_USERS), 'ByUser'),
  flow('system-nodes', 'system', 500, anything(group('system:nodes')), 'ByUser'),
  flow('system-node-high', 'node-high', 400, NODE_HEARTBEATS, 'ByUser'),
  flow('probes', 'exempt', 2, {
    subjects: ALL_USERS,
    nonResourceRules: [paths(['/healthz', '/readyz', '/livez'], ['get'])],
  }),
  flow('system-leader-election', 'leader-election', 100, LEADER_ELECTION, 'ByUser'),
  flow(
    'kube-controller-manager',
    'workload-high',
    800,
    anything(user('system:kube-controller-manager')),
    'ByNamespace',
  ),
  flow('kube-scheduler', 'workload-high', 800, anything(user('system:kube-scheduler')), 'ByNamespace'),
  flow('kube-system-service-accounts', 'workload-high', 900, anything(SYSTEM_ACCOUNTS), 'ByNamespace'),
  flow('service-accounts', 'workload-low', 9000, anything(group('system:serviceaccounts')), 'ByUser'),
  flow('global-default', 'global-default', 9900, anything(...ALL_USERS), 'ByUser'),
];

const LEASES = 'coordination.k8s.io';

const NODE_HEARTBEATS: SchemaRule = {
  subjects: [group('system:nodes')],
  resourceRules: [resources([''], ['nodes', 'nodes/status'], ['*'], true), resources([LEASES], ['leases'])],
};

const LEADER_ELECTION: SchemaRule = {
  subjects: [user('system:kube-controller-manager'), user('system:kube-scheduler'), SYSTEM_ACCOUNTS],
  resourceRules: [resources([LEASES], ['leases'], ['get', 'create', 'update'])],
};
