import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { after, before, beforeEach, test } from 'node:test';
import { systemClock } from '../../kit/clock.ts';
import { type HttpsApiServer, startHttpsServer } from '../../sim/https-server.ts';
import { Auditor } from './auditor.ts';
import { parsePolicy } from './policy.ts';

const POLICY = `
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: None
  users: [system:kube-scheduler, system:apiserver]
- level: Metadata
  resources: [{group: "", resources: [secrets, configmaps]}, {group: authentication.k8s.io}]
- level: RequestResponse
  omitManagedFields: true
  resources: [{group: "", resources: [services, pods]}]
- level: Request
  resources: [{group: "", resources: [namespaces, serviceaccounts]}]
  omitStages: []
- level: Metadata
`;
const SECRET = 'xyzzy-s3cr3t';
const clock = systemClock;
const events: AuditEvent[] = [];
let server: HttpsApiServer;
let full = false;
let auditor: Auditor;

interface AuditEvent {
  readonly kind: string;
  readonly apiVersion: string;
  readonly level: string;
  readonly auditID: string;
  readonly stage: string;
  readonly requestURI: string;
  readonly verb: string;
  readonly user: { readonly username: string; readonly groups: string[] };
  readonly impersonatedUser?: { readonly username: string };
  readonly sourceIPs: string[];
  readonly userAgent: string;
  readonly objectRef?: Readonly<Record<string, string>>;
  readonly responseStatus: Readonly<Record<string, unknown>>;
  readonly requestObject?: { readonly metadata: { readonly name: string } };
  readonly responseObject?: { readonly kind: string; readonly metadata: Readonly<Record<string, unknown>> };
  readonly requestReceivedTimestamp: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

before(async () => {
  const accept = (event: string) => {
    if (full) return false;
    events.push(JSON.parse(event));
    return true;
  };
  const backend = { name: 'log', accept, close: async () => {} };
  auditor = new Auditor({
    policy: parsePolicy(POLICY),
    recipients: [{ backend, truncateAt: 20_000 }],
    clock,
  });
  server = await startHttpsServer({ auditor });
});

beforeEach(() => {
  events.length = 0;
  full = false;
});

after(() => server.stop());

interface Call {
  readonly body?: object | string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly anonymous?: boolean;
}

async function call(path: string, { body, method = body ? 'POST' : 'GET', headers, anonymous }: Call = {}) {
  const sent = request({
    ...(anonymous ? server.anonymous : server.administrator),
    agent: false,
    method,
    path,
    headers: { 'content-type': 'application/json', 'user-agent': 'tester/1', ...headers },
  });
  sent.end(typeof body === 'object' ? JSON.stringify(body) : body);
  const [answer] = await once(sent, 'response');
  return { status: answer.statusCode as number, headers: answer.headers, body: await text(answer) };
}

const CORE = '/api/v1/namespaces/default';
const object = (kind: string, name: string, more = {}) => ({
  apiVersion: 'v1',
  kind,
  metadata: { name },
  ...more,
});

test('at level Metadata an event says who did what to which object, and nothing of the bodies', async () => {
  const headers = { 'audit-id': 'my-id', 'x-forwarded-for': '203.0.113.7, evil<script>' };
  const answer = await call(`${CORE}/secrets`, {
    body: object('Secret', 'a', { stringData: { p: SECRET } }),
    headers,
  });
  assert.deepEqual([answer.status, answer.headers['audit-id']], [201, 'my-id']);
  assert.equal(events.length, 1);
  const [event] = events;
  assert.deepEqual([event!.kind, event!.apiVersion], ['Event', 'audit.k8s.io/v1']);
  assert.deepEqual([event!.level, event!.stage, event!.verb], ['Metadata', 'ResponseComplete', 'create']);
  assert.deepEqual([event!.auditID, event!.requestURI], ['my-id', `${CORE}/secrets`]);
  assert.deepEqual([event!.user.username, event!.userAgent], ['kubernetes-super-admin', 'tester/1']);
  assert.deepEqual(event!.sourceIPs, ['203.0.113.7', '127.0.0.1']);
  assert.deepEqual(event!.objectRef, {
    resource: 'secrets',
    namespace: 'default',
    apiVersion: 'v1',
    name: 'a',
  });
  assert.deepEqual(event!.responseStatus, { metadata: {}, code: 201 });
  assert.equal(event!.annotations?.['authorization.k8s.io/decision'], 'allow');
  assert.match(event!.requestReceivedTimestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  await call(`${CORE}/secrets/a`);
  await call(`${CORE}/secrets/a`, {
    method: 'PATCH',
    body: { data: { p: SECRET } },
    headers: { 'content-type': 'application/merge-patch+json' },
  });
  await call('/apis/authentication.k8s.io/v1/tokenreviews', {
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec: { token: SECRET } },
  });
  assert.equal(events.length, 4);
  assert.doesNotMatch(JSON.stringify(events), /xyzzy|requestObject|responseObject|eHl6enk/);
});

test('at level Request the body is recorded, whatever its format; at RequestResponse the answer, too', async () => {
  await call('/api/v1/namespaces', {
    body: 'apiVersion: v1\nkind: Namespace\nmetadata: {name: n1}',
    headers: { 'content-type': 'application/yaml' },
  });
  const [received, complete] = events.splice(0);
  assert.equal(received!.stage, 'ResponseComplete', 'a stage that the policy omits is omitted by every rule');
  assert.equal(complete, undefined);
  assert.equal(received!.requestObject?.metadata.name, 'n1');
  assert.equal(received!.responseObject, undefined);
  await call(`${CORE}/services`, { body: object('Service', 's', { spec: { ports: [{ port: 80 }] } }) });
  const [event] = events;
  assert.equal(event!.requestObject?.metadata.name, 's');
  assert.equal(event!.responseObject?.kind, 'Service');
  assert.ok(event!.responseObject?.metadata.uid && !event!.responseObject.metadata.managedFields);
});

test('an error is recorded with its status, a refusal with the decision, an impersonation with both users', async () => {
  await call(`${CORE}/services/none`);
  assert.deepEqual([events[0]!.responseStatus.reason, events[0]!.responseStatus.code], ['NotFound', 404]);
  await call(`${CORE}/configmaps`, { headers: { 'impersonate-user': 'alice' } });
  const [, event] = events;
  assert.equal(event!.user.username, 'kubernetes-super-admin');
  assert.equal(event!.impersonatedUser?.username, 'alice');
  assert.equal(event!.annotations?.['authorization.k8s.io/decision'], 'forbid');
  assert.equal(event!.responseStatus.code, 403);
  assert.match(String(event!.responseStatus.message), /User "alice" cannot list resource "configmaps"/);
});

test('a failed authentication is recorded without the credentials', async () => {
  await call(`${CORE}/configmaps`, { anonymous: true, headers: { authorization: `Bearer ${SECRET}` } });
  const [event] = events;
  assert.deepEqual([event!.stage, event!.responseStatus.code], ['ResponseStarted', 401]);
  assert.match(String(event!.responseStatus.message), /^Authentication failed, attempted: bearer/);
  assert.doesNotMatch(JSON.stringify(events), /xyzzy/);
});

test('a watch is recorded when it starts and when it ends', async () => {
  await call(`${CORE}/configmaps?watch=1&timeoutSeconds=1`);
  assert.deepEqual(
    events.map(({ stage, verb }) => [stage, verb]),
    [
      ['ResponseStarted', 'watch'],
      ['ResponseComplete', 'watch'],
    ],
  );
  assert.equal(events[0]!.auditID, events[1]!.auditID);
});

test('requests of users that the policy leaves out are not recorded', async () => {
  await server.api.inProcess.request({ method: 'GET', path: '/version' }, { name: 'system:kube-scheduler' });
  assert.deepEqual(events, []);
  await server.api.inProcess.request({ method: 'GET', path: '/version' }, { name: 'somebody' });
  assert.deepEqual(
    events.map(({ requestURI, objectRef }) => [requestURI, objectRef]),
    [['/version', undefined]],
  );
});

test('an event that is too long loses its objects, and a full back end loses events but no request', async () => {
  const annotations = { filler: 'x'.repeat(30_000) };
  const service = object('Service', 'long', { spec: { ports: [{ port: 80 }] } });
  await call(`${CORE}/services`, { body: { ...service, metadata: { name: 'long', annotations } } });
  assert.deepEqual(
    [events[0]!.requestObject, events[0]!.annotations?.['audit.k8s.io/truncated']],
    [undefined, 'true'],
  );
  full = true;
  assert.equal((await call(`${CORE}/services/long`)).status, 200);
  assert.match(auditor.metrics(), /apiserver_audit_error_total\{plugin="log"\} 1/);
  assert.match(auditor.metrics(), /apiserver_audit_event_total \d+/);
  assert.match(auditor.metrics(), /apiserver_audit_level_total\{level="Metadata"\} \d+/);
});

test('Pod Security annotates the policy that it enforces and violations of the audited one', async () => {
  const labels = {
    'pod-security.kubernetes.io/enforce': 'baseline',
    'pod-security.kubernetes.io/audit': 'restricted',
  };
  await call('/api/v1/namespaces', {
    body: object('Namespace', 'secured', { metadata: { name: 'secured', labels } }),
  });
  const account = object('ServiceAccount', 'default');
  await call('/api/v1/namespaces/secured/serviceaccounts', { body: account });
  events.length = 0;
  const pod = object('Pod', 'p', { spec: { containers: [{ name: 'c', image: 'i' }] } });
  assert.equal((await call('/api/v1/namespaces/secured/pods', { body: pod })).status, 201);
  const annotations = events[0]!.annotations!;
  assert.equal(annotations['pod-security.kubernetes.io/enforce-policy'], 'baseline:latest');
  assert.match(
    annotations['pod-security.kubernetes.io/audit-violations']!,
    /^would violate PodSecurity "restricted:latest": allowPrivilegeEscalation/,
  );
});
