// What happens when the authorizer has to ask another server: every place that asks waits for the answer.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { type Body, type CallOptions, create } from '../sim/api-calls.ts';
import { type SimCluster, simCluster } from '../sim/cluster.ts';
import type { Attributes, Decision } from './authz/attributes.ts';

describe('an authorizer that has to ask another server', () => {
  const alice = { name: 'alice', groups: ['system:authenticated'] };
  const MAPS = '/api/v1/namespaces/default/configmaps';
  const RBAC = '/apis/rbac.authorization.k8s.io/v1';
  const ADMISSION = '/apis/admissionregistration.k8s.io/v1';

  let asked: string[];
  let decide: (attributes: Attributes) => Partial<Decision>;
  let server: SimCluster;

  beforeEach(async () => {
    asked = [];
    decide = () => ({ allowed: true });
    server = await simCluster({
      apiServer: {
        authorization: {
          metrics: () => '',
          authorizer: () => ({
            authorize: async (_, attributes) => {
              const { verb, resource, subresource, name } = attributes;
              asked.push([verb, subresource ? `${resource}/${subresource}` : resource, name].join(' '));
              return { allowed: false, reason: '', ...decide(attributes) };
            },
          }),
        },
      },
    });
  });

  afterEach(() => server.stop());

  async function call(method: string, path: string, body?: unknown, options: CallOptions = {}) {
    const answer = await server.call(method, path, body, { user: alice, ...options });
    return [answer.status, (answer.body as Body).message];
  }

  const configMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' } };

  it('a request is served when the authorizer allows it, else refused with its reason or error', async () => {
    assert.deepEqual(await call('POST', MAPS, configMap), [201, undefined]);
    decide = () => ({ reason: 'because' });
    assert.deepEqual(await call('GET', `${MAPS}/c`), [
      403,
      'configmaps "c" is forbidden: User "alice" cannot get resource "configmaps" in API group "" in the namespace "default": because',
    ]);
    decide = () => ({ error: 'no route to host' });
    assert.deepEqual(await call('GET', `${MAPS}/c`), [500, 'Internal error occurred: no route to host']);
  });

  it('each right to impersonate is asked for, in order, and the first refusal ends it', async () => {
    const headers = { 'impersonate-user': 'bob', 'impersonate-group': 'a,b' };
    assert.equal((await call('GET', MAPS, undefined, { headers }))[0], 200);
    assert.deepEqual(asked, [
      'impersonate users bob',
      'impersonate groups a',
      'impersonate groups b',
      'list configmaps ',
    ]);
    asked = [];
    decide = ({ name }) => ({ allowed: name !== 'a' });
    assert.equal((await call('GET', MAPS, undefined, { headers }))[0], 403);
    assert.deepEqual(asked, ['impersonate users bob', 'impersonate groups a']);
  });

  it('an apply that creates waits for the right to create', async () => {
    const headers = { 'content-type': 'application/apply-patch+yaml' };
    const apply = () => call('PATCH', `${MAPS}/c`, configMap, { headers, query: { fieldManager: 'm' } });
    decide = ({ verb }) => ({ allowed: verb === 'patch' });
    assert.equal((await apply())[0], 403);
    decide = () => ({ allowed: true });
    assert.equal((await apply())[0], 201);
  });

  it('admission plug-ins get their answers', async () => {
    const role = {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: 'r' },
      rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }],
    };
    decide = ({ verb }) => ({ allowed: verb !== 'escalate' });
    const [status, message] = await call('POST', `${RBAC}/clusterroles`, role);
    assert.equal(status, 403);
    assert.match(message, /is attempting to grant RBAC permissions not currently held/);
    decide = () => ({ allowed: true });
    assert.equal((await call('POST', `${RBAC}/clusterroles`, role))[0], 201);
  });

  it('expressions of policies get their answers, and warn once', async () => {
    const kind = (of: string) => ({ apiVersion: 'admissionregistration.k8s.io/v1', kind: of });
    const rule = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] };
    const may = (name: string) =>
      `authorizer.group('').resource('pods').name('${name}').check('get').allowed()`;
    await create(server, `${ADMISSION}/validatingadmissionpolicies`, {
      ...kind('ValidatingAdmissionPolicy'),
      metadata: { name: 'p' },
      spec: {
        matchConstraints: { resourceRules: [rule] },
        validations: [{ expression: `${may('x')} && ${may('y')}`, message: 'may not' }],
      },
    });
    await create(server, `${ADMISSION}/validatingadmissionpolicybindings`, {
      ...kind('ValidatingAdmissionPolicyBinding'),
      metadata: { name: 'b' },
      spec: { policyName: 'p', validationActions: ['Warn'] },
    });
    decide = ({ name }) => ({ allowed: name !== 'y' });
    const { status, headers } = await server.call('POST', MAPS, configMap, { user: alice });
    assert.equal(status, 201);
    assert.equal(
      headers.warning,
      `299 - "Validation failed for ValidatingAdmissionPolicy 'p' with binding 'b': may not"`,
    );
    assert.deepEqual(asked, ['create configmaps ', 'get pods x', 'get pods y']);
  });

  it('reviews tell what the authorizer says', async () => {
    decide = ({ verb }) => (verb === 'delete' ? { denied: true, reason: 'never' } : { allowed: true });
    const review = {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes: { verb: 'delete', resource: 'pods' } },
    };
    const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
    const { body } = await server.call('POST', path, review, { user: alice });
    assert.deepEqual(body.status, { allowed: false, denied: true, reason: 'never' });
  });
});
