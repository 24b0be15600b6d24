import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import type { Status } from '../api/meta/v1/status.ts';
import type { Credential } from '../cluster/pki/credential-files.ts';
import type { ClusterCertificates } from '../cluster/pki/ensure-certificates.ts';
import { type HttpsApiServer, startHttpsServer } from '../sim/https-server.ts';

let certificates: ClusterCertificates;
let server: HttpsApiServer;

before(async () => {
  const nodes = [{ name: 'n1', addresses: ['127.0.0.1'] }];
  const staticTokens = new Map([['letmein', { name: 'alice', groups: ['system:authenticated'] }]]);
  server = await startHttpsServer({ staticTokens }, { nodes });
  ({ certificates } = server);
});

after(() => server.stop());

interface Caller {
  readonly with?: Credential;
  readonly token?: string;
  readonly headers?: Record<string, string>;
}

async function call<T = Status>(
  { with: credential, token, headers }: Caller,
  path: string,
  body?: object,
  method = body ? 'POST' : 'GET',
) {
  const sent = request({
    ...server.anonymous,
    agent: false,
    ...(credential && { cert: credential.certificate, key: credential.key }),
    method,
    path,
    headers: {
      'content-type': 'application/json',
      ...(token && { authorization: `Bearer ${token}` }),
      ...headers,
    },
  });
  sent.end(body && JSON.stringify(body));
  const [answer] = await once(sent, 'response');
  return { status: answer.statusCode as number, body: JSON.parse(await text(answer)) as T };
}

const PODS = '/api/v1/namespaces/default/pods';
const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const REVIEWS = '/apis/authorization.k8s.io/v1';
const rbacObject = (kind: string, name: string, more: object) => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind,
  metadata: { name },
  ...more,
});

test('anonymous users may read the version but no objects; an invalid token is a 401', async () => {
  assert.equal((await call({}, '/version')).status, 200);
  const refused = await call({}, PODS);
  assert.equal(refused.status, 403);
  assert.equal(
    refused.body.message,
    'pods is forbidden: User "system:anonymous" cannot list resource "pods" in API group "" in the namespace "default"',
  );
  const bad = await call({ token: 'nonsense' }, PODS);
  assert.deepEqual([bad.status, bad.body.reason, bad.body.message], [401, 'Unauthorized', 'Unauthorized']);
});

test('administrators are allowed everything by a role, nodes what the node authorizer allows', async () => {
  assert.equal((await call({ with: certificates.admin }, PODS)).status, 200);
  assert.equal((await call({ with: certificates.superAdmin }, PODS)).status, 200);
  const node = { with: certificates.kubelets.get('n1')!.client };
  assert.equal((await call(node, '/api/v1/pods?fieldSelector=spec.nodeName%3Dn1')).status, 200);
  assert.equal((await call(node, '/api/v1/pods')).status, 403);
  assert.equal((await call(node, '/api/v1/services')).status, 200);
  const serving = { with: certificates.kubelets.get('n1')!.serving };
  assert.equal((await call(serving, '/api/v1/services')).status, 401);
});

test('a service account requests a token, is authenticated by it, and has the permissions of its bindings', async () => {
  const admin = { with: certificates.admin };
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'robot' } };
  await call(admin, '/api/v1/namespaces/default/serviceaccounts', account);
  const asked = await call<{ status: { token: string } }>(
    admin,
    '/api/v1/namespaces/default/serviceaccounts/robot/token',
    { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} },
  );
  assert.equal(asked.status, 201);
  const robot = { token: asked.body.status.token };
  assert.equal((await call(robot, PODS)).status, 403);
  const bound = await call(
    admin,
    `${RBAC}/namespaces/default/rolebindings`,
    rbacObject('RoleBinding', 'robot', {
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
      subjects: [{ kind: 'ServiceAccount', name: 'robot', namespace: 'default' }],
    }),
  );
  assert.equal(bound.status, 201);
  assert.equal((await call(robot, PODS)).status, 200);
  assert.equal((await call(robot, '/api/v1/namespaces/default/secrets')).status, 403);
  assert.equal((await call(robot, '/api/v1/namespaces/default')).status, 200);
  const self = await call<{ status: { userInfo: { username: string } } }>(
    robot,
    '/apis/authentication.k8s.io/v1/selfsubjectreviews',
    { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
  );
  assert.equal(self.body.status.userInfo.username, 'system:serviceaccount:default:robot');
  const review = await call<{ status: { authenticated: boolean; user: { username: string } } }>(
    admin,
    '/apis/authentication.k8s.io/v1/tokenreviews',
    { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec: { token: robot.token } },
  );
  assert.equal(review.body.status.user.username, 'system:serviceaccount:default:robot');
  await call(admin, '/api/v1/namespaces/default/serviceaccounts/robot', undefined, 'DELETE');
  assert.equal((await call(robot, PODS)).status, 401);
});

test('access reviews report what a user may do', async () => {
  const alice = { token: 'letmein' };
  const may = async (resourceAttributes: object, who = alice) => {
    const review = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview' };
    const { status, body } = await call<{ status: { allowed: boolean; reason?: string } }>(
      who,
      `${REVIEWS}/selfsubjectaccessreviews`,
      { ...review, spec: { resourceAttributes } },
    );
    assert.equal(status, 201);
    return body.status;
  };
  assert.deepEqual(await may({ verb: 'list', resource: 'pods' }), { allowed: false });
  const { status, body } = await call<{ status: { resourceRules: { resources: string[] }[] } }>(
    alice,
    `${REVIEWS}/selfsubjectrulesreviews`,
    {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectRulesReview',
      spec: { namespace: 'default' },
    },
  );
  assert.equal(status, 201);
  assert.ok(body.status.resourceRules.some(({ resources }) => resources.includes('selfsubjectreviews')));
  const review = { apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview' };
  const spec = {
    user: 'bob',
    groups: ['system:masters'],
    resourceAttributes: { verb: 'get', resource: 'x' },
  };
  const admin = { with: certificates.admin };
  const other = await call<{ status: { allowed: boolean } }>(admin, `${REVIEWS}/subjectaccessreviews`, {
    ...review,
    spec,
  });
  assert.equal(other.body.status.allowed, true);
  assert.equal((await call(alice, `${REVIEWS}/subjectaccessreviews`, { ...review, spec })).status, 403);
  const empty = await call(admin, `${REVIEWS}/subjectaccessreviews`, { ...review, spec: { user: 'bob' } });
  assert.equal(
    empty.body.message,
    'SubjectAccessReview.authorization.k8s.io "" is invalid: spec.resourceAttributes: Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified',
  );
  assert.equal((await call(alice, `${REVIEWS}/selfsubjectaccessreviews`)).status, 403);
});

test('impersonation needs the verb impersonate', async () => {
  const headers = { 'impersonate-user': 'eve', 'impersonate-group': 'system:authenticated' };
  const played = await call({ with: certificates.admin, headers }, PODS);
  assert.equal(played.status, 403);
  assert.match(played.body.message!, /User "eve" cannot list/);
  const refused = await call({ token: 'letmein', headers }, PODS);
  assert.match(refused.body.message!, /^users "eve" is forbidden: User "alice" cannot impersonate/);
});

test('a role or binding cannot grant permissions that its author does not have', async () => {
  const admin = { with: certificates.admin };
  const alice = { token: 'letmein' };
  const manager = rbacObject('ClusterRole', 'role-manager', {
    rules: [
      { apiGroups: ['rbac.authorization.k8s.io'], resources: ['*'], verbs: ['create', 'update', 'get'] },
      { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] },
    ],
  });
  const binding = (name: string, role: string) =>
    rbacObject('ClusterRoleBinding', name, {
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'alice' }],
    });
  assert.equal((await call(admin, `${RBAC}/clusterroles`, manager)).status, 201);
  assert.equal(
    (await call(admin, `${RBAC}/clusterrolebindings`, binding('alice', 'role-manager'))).status,
    201,
  );
  const role = (name: string, verbs: string[]) =>
    rbacObject('ClusterRole', name, {
      rules: [{ apiGroups: [''], resources: ['pods', 'nodes'].slice(0, verbs.length), verbs }],
    });
  assert.equal((await call(alice, `${RBAC}/clusterroles`, role('held', ['get']))).status, 201);
  const refused = await call(alice, `${RBAC}/clusterroles`, role('more', ['get', 'delete']));
  assert.equal(refused.status, 403);
  assert.equal(
    refused.body.message,
    'clusterroles.rbac.authorization.k8s.io "more" is forbidden: user "alice" (groups=["system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n{APIGroups:[""], Resources:["nodes"], Verbs:["get" "delete"]}\n{APIGroups:[""], Resources:["pods"], Verbs:["delete"]}',
  );
  const bound = await call(alice, `${RBAC}/clusterrolebindings`, binding('up', 'cluster-admin'));
  assert.match(
    bound.body.message!,
    /^clusterrolebindings.rbac.authorization.k8s.io "up" is forbidden: user "alice"/,
  );
  const gone = await call(alice, `${RBAC}/clusterrolebindings`, binding('up', 'nothing'));
  assert.equal(gone.body.message, 'clusterroles.rbac.authorization.k8s.io "nothing" not found');
});

test('an apply that creates needs the verb create', async () => {
  const admin = { with: certificates.admin };
  const patcher = rbacObject('ClusterRole', 'patcher', {
    rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['patch'] }],
  });
  await call(admin, `${RBAC}/clusterroles`, patcher);
  await call(
    admin,
    `${RBAC}/clusterrolebindings`,
    rbacObject('ClusterRoleBinding', 'patcher', {
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'patcher' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'alice' }],
    }),
  );
  const apply = (who: Caller) =>
    call(
      { ...who, headers: { 'content-type': 'application/apply-patch+yaml' } },
      '/api/v1/namespaces/default/configmaps/m?fieldManager=x',
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'm' } },
      'PATCH',
    );
  const refused = await apply({ token: 'letmein' });
  assert.match(refused.body.message!, /^configmaps "m" is forbidden: User "alice" cannot create resource/);
  assert.equal((await apply(admin)).status, 201);
  assert.equal((await apply({ token: 'letmein' })).status, 200);
});
