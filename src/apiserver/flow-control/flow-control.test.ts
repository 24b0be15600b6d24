import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { badRequest } from '../../api/status/status-error.ts';
import { settle } from '../../kit/clock.fake.ts';
import { type SimCluster, simCluster } from '../../sim/cluster.ts';
import type { User } from '../request.ts';

const GROUP = '/apis/flowcontrol.apiserver.k8s.io/v1';
const MAPS = '/api/v1/namespaces/default/configmaps';
const ALICE = { name: 'alice', groups: ['tenants'] };
const apiVersion = 'flowcontrol.apiserver.k8s.io/v1';

describe('API priority and fairness', () => {
  let server: SimCluster;
  beforeEach(async () => {
    server = await simCluster();
    await server.call('POST', '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: 'tenants' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'tenants' }],
    });
  });

  const level = (name: string, limited: object) =>
    server.call('POST', `${GROUP}/prioritylevelconfigurations`, {
      apiVersion,
      kind: 'PriorityLevelConfiguration',
      metadata: { name },
      spec: { type: 'Limited', limited },
    });
  const schema = (name: string, to: string) =>
    server.call('POST', `${GROUP}/flowschemas`, {
      apiVersion,
      kind: 'FlowSchema',
      metadata: { name },
      spec: {
        priorityLevelConfiguration: { name: to },
        matchingPrecedence: 10,
        distinguisherMethod: { type: 'ByUser' },
        rules: [
          {
            subjects: [{ kind: 'Group', group: { name: 'tenants' } }],
            resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'], namespaces: ['*'] }],
          },
        ],
      },
    });
  const dangling = async (name: string) => {
    const { body } = await server.call('GET', `${GROUP}/flowschemas/${name}`);
    const [condition] = body.status?.conditions ?? [];
    return condition && `${condition.type} ${condition.status} ${condition.reason}: ${condition.message}`;
  };
  const create = (name: string, user = ALICE) =>
    server.call('POST', MAPS, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } }, { user });
  const metric = async (line: string) => {
    const { body } = await server.call('GET', '/metrics');
    return Number(
      String(body)
        .split('\n')
        .find((one) => one.startsWith(`apiserver_flowcontrol_${line}`))
        ?.split(' ')
        .at(-1),
    );
  };

  it('names the schema and the level of a request by their UIDs in the response', async () => {
    const { headers } = await server.call('GET', MAPS, undefined, { user: ALICE });
    const uid = async (path: string) => (await server.call('GET', `${GROUP}/${path}`)).body.metadata.uid;
    assert.equal(headers['x-kubernetes-pf-flowschema-uid'], await uid('flowschemas/global-default'));
    assert.equal(
      headers['x-kubernetes-pf-prioritylevel-uid'],
      await uid('prioritylevelconfigurations/global-default'),
    );
  });

  it('a level without seats that rejects answers 429 with Retry-After and upstream’s text', async () => {
    await level('none', {
      nominalConcurrencyShares: 0,
      borrowingLimitPercent: 0,
      limitResponse: { type: 'Reject' },
    });
    await schema('tenants', 'none');
    await settle();
    const answers = await Promise.all([create('a'), create('b')]);
    const refused = answers.find(({ status }) => status === 429)!;
    assert.deepEqual(
      [refused.body, refused.headers['retry-after'], refused.headers['content-type']],
      ['Too many requests, please try again later.\n', '1', 'text/plain; charset=utf-8'],
    );
    assert.ok(refused.headers['x-kubernetes-pf-flowschema-uid']);
    assert.equal(
      await metric(
        'rejected_requests_total{priority_level="none",flow_schema="tenants",reason="concurrency-limit"}',
      ),
      1,
    );
  });

  it('a level with queues answers 429 when they are full, and serves everything that waited', async () => {
    const queuing = { queues: 1, handSize: 1, queueLengthLimit: 3 };
    await level('small', {
      nominalConcurrencyShares: 1,
      borrowingLimitPercent: 0,
      limitResponse: { type: 'Queue', queuing },
    });
    await schema('tenants', 'small');
    await settle();
    const seats = await metric('current_limit_seats{priority_level="small"}');
    const names = Array.from({ length: seats + 3 + 4 }, (_, i) => `m${i}`);
    const answers = await Promise.all(names.map((name) => create(name)));
    const count = (wanted: number) => answers.filter(({ status }) => status === wanted).length;
    assert.deepEqual([count(201), count(429)], [seats + 3, 4]);
    const labels = '{priority_level="small",flow_schema="tenants"';
    assert.equal(await metric(`dispatched_requests_total${labels}}`), seats + 3);
    assert.equal(await metric(`rejected_requests_total${labels},reason="queue-full"}`), 4);
    assert.equal(await metric(`current_executing_seats${labels}}`), 0);
    assert.equal(await metric(`current_inqueue_requests${labels}}`), 0);
    assert.equal(await metric(`request_wait_duration_seconds_count${labels},execute="true"}`), seats + 3);
  });

  it('a changed level takes effect for the next request', async () => {
    await level('tenants', { nominalConcurrencyShares: 100, limitResponse: { type: 'Reject' } });
    await schema('tenants', 'tenants');
    await settle();
    const before = await metric('nominal_limit_seats{priority_level="tenants"}');
    await server.call(
      'PATCH',
      `${GROUP}/prioritylevelconfigurations/tenants`,
      JSON.stringify({ spec: { limited: { nominalConcurrencyShares: 10 } } }),
      { headers: { 'content-type': 'application/merge-patch+json' } },
    );
    await settle();
    const after = await metric('nominal_limit_seats{priority_level="tenants"}');
    assert.ok(after < before / 5, `${before} ${after}`);
  });

  it('the condition Dangling says whether the level of a schema exists', async () => {
    await schema('tenants', 'missing');
    await server.clock.step(2000);
    const refers = 'This FlowSchema references the PriorityLevelConfiguration object named "missing"';
    assert.equal(await dangling('tenants'), `Dangling True NotFound: ${refers} but there is no such object`);
    assert.equal((await create('a')).headers['x-kubernetes-pf-flowschema-uid'] !== undefined, true);
    await level('missing', { nominalConcurrencyShares: 10, limitResponse: { type: 'Reject' } });
    await server.clock.step(2000);
    assert.equal(await dangling('tenants'), `Dangling False Found: ${refers} and it exists`);
    assert.match(await dangling('global-default'), /^Dangling False Found/);
  });

  it('members of system:masters are served when every other level is full', async () => {
    await level('none', {
      nominalConcurrencyShares: 0,
      borrowingLimitPercent: 0,
      limitResponse: { type: 'Reject' },
    });
    const answers = await Promise.all(Array.from({ length: 2000 }, () => server.call('GET', MAPS)));
    assert.ok(answers.every(({ status }) => status === 200));
  });

  it('requests without seats are served when nothing else runs in their level, one after the other', async () => {
    await level('none', {
      nominalConcurrencyShares: 0,
      borrowingLimitPercent: 0,
      limitResponse: { type: 'Queue', queuing: { queues: 4, handSize: 1, queueLengthLimit: 50 } },
    });
    await schema('tenants', 'none');
    await settle();
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => create(`m${i}`)));
    assert.ok(answers.every(({ status }) => status === 201));
  });

  it('a list of many objects takes more seats than one of few, a token or a read none of the watchers', async () => {
    for (let i = 0; i < 250; i++) await create(`m${i}`, { name: 'admin', groups: ['system:masters'] });
    await server.call('GET', MAPS, undefined, { user: ALICE });
    await server.call('GET', `${MAPS}/m1`, undefined, { user: ALICE });
    await server.call('GET', MAPS, undefined, { user: ALICE, query: { limit: '20' } });
    const labels = '{priority_level="global-default",flow_schema="global-default"';
    assert.equal(await metric(`work_estimated_seats_sum${labels}}`), 3 + 1 + 1);
  });

  it('bodies that stop in the middle take half of the budget, then their user gets a 429; others are served', async () => {
    const send = (size: number, user: User, rest: Promise<Buffer>) =>
      server.api.handle(
        {
          method: 'POST',
          path: MAPS,
          query: new URLSearchParams(),
          headers: { 'content-type': 'application/json' },
          body: async (admit) => {
            admit?.(size);
            return rest;
          },
        },
        user,
      );
    const MiB = 1024 * 1024;
    const gone = Promise.withResolvers<Buffer>();
    const stalled = Array.from({ length: 16 }, () => send(2 * MiB, ALICE, gone.promise));
    const object = (name: string) =>
      Promise.resolve(
        Buffer.from(JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } })),
      );
    const refused = await send(1, ALICE, object('more'));
    assert.ok('status' in refused && refused.status === 429);
    assert.deepEqual(
      [refused.headers['retry-after'], String(refused.body)],
      ['1', 'Too many requests, please try again later.\n'],
    );
    const other = await send(2 * MiB, { name: 'bob', groups: ['tenants'] }, object('of-bob'));
    assert.ok('status' in other && other.status === 201);
    gone.reject(badRequest('the client has disconnected'));
    await Promise.all(stalled);
    const served = await send(2 * MiB, ALICE, object('later'));
    assert.ok('status' in served && served.status === 201);
  });
});
