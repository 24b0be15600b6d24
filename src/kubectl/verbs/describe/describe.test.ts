import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { writeEvents } from '../../describe/events.ts';
import { DescriptionWriter } from '../../describe/writer.ts';
import { createObject } from '../../testing/create-object.fake.ts';
import { type KubectlServer, startKubectlServer } from '../../testing/kubectl.fake.ts';

describe('kubectl describe', () => {
  let kubectl: KubectlServer;
  const create = (path: string, object: object) => createObject(kubectl, path, object);
  before(async () => {
    kubectl = await startKubectlServer();
    await create('/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'default' } });
  });
  after(() => kubectl.stop());

  it('lays out a pod as upstream does', async () => {
    await create('/api/v1/namespaces/default/pods', {
      metadata: { name: 'web-1', labels: { app: 'web' }, annotations: { note: 'x'.repeat(150) } },
      spec: {
        tolerations: [{ key: 'k', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 30 }],
        containers: [
          {
            name: 'c',
            image: 'nginx',
            ports: [{ containerPort: 80, name: 'http' }, { containerPort: 443 }],
            command: ['sh', '-c', 'a\nb'],
            env: [
              { name: 'A', value: 'b' },
              { name: 'N', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
              { name: 'L', valueFrom: { resourceFieldRef: { resource: 'limits.cpu' } } },
            ],
            resources: { requests: { memory: '1024Ki' } },
            livenessProbe: { httpGet: { path: '/healthz', port: 80 } },
            volumeMounts: [{ name: 'v', mountPath: '/v', readOnly: true }],
          },
        ],
        volumes: [{ name: 'v', emptyDir: {} }],
      },
    });
    const { code, stdout } = await kubectl.run('describe pod web-1');
    assert.equal(code, 0);
    assert.doesNotMatch((await kubectl.run('describe pod web-1 --show-events=false')).stdout, /Events/);
    for (const text of [
      'Name:             web-1\nNamespace:        default\n',
      'Labels:           app=web\n',
      `Annotations:      note:\n                    ${'x'.repeat(138)}...\n`,
      'Containers:\n  c:\n    Image:       nginx\n    Ports:       80/TCP (http), 443/TCP\n    Host Ports:  0/TCP (http), 0/TCP\n',
      '    Command:\n      sh\n      -c\n      a\n      b\n    Requests:\n      memory:  1Mi\n',
      'http-get http://:80/healthz delay=0s timeout=1s period=10s #success=1 #failure=3',
      '      A:  b\n      N:  web-1 (v1:metadata.name)\n      L:  node allocatable (limits.cpu)\n',
      '    Mounts:\n      /v from v (ro)\n',
      "Volumes:\n  v:\n    Type:       EmptyDir (a temporary directory that shares a pod's lifetime)\n",
      'QoS Class:                   Burstable\n',
      'k:NoExecute op=Exists for 30s\n',
      'Events:                      <none>\n',
    ])
      assert.ok(stdout.includes(text), `${text}\nis missing in\n${stdout}`);
  });

  it('takes a name for a prefix when there is no such object', async () => {
    const found = await kubectl.run('describe pod web-');
    assert.match(found.stdout, /^Name: +web-1\n/);
    assert.doesNotMatch(found.stdout, /Events/);
    const { code, stderr } = await kubectl.run('describe pod nothing');
    assert.deepEqual([code, stderr], [1, 'Error from server (NotFound): pods "nothing" not found\n']);
    assert.match(
      (await kubectl.run('describe pods -l app=no')).stderr,
      /^No resources found in default namespace.\n$/,
    );
  });

  it('shows sizes of a Secret, never what is in it', async () => {
    await create('/api/v1/namespaces/default/secrets', {
      metadata: { name: 's' },
      stringData: { key: 'confidential' },
    });
    const { stdout } = await kubectl.run('describe secret s');
    assert.match(stdout, /Type: {2}Opaque\n\nData\n====\nkey: {2}12 bytes\n$/);
  });

  it('puts rules of a role together by resource', async () => {
    await create('/apis/rbac.authorization.k8s.io/v1/namespaces/default/roles', {
      metadata: { name: 'r' },
      rules: [
        { apiGroups: ['apps'], resources: ['deployments/scale'], verbs: ['get'] },
        { apiGroups: [''], resources: ['pods'], verbs: ['get'] },
        { apiGroups: [''], resources: ['pods'], verbs: ['list'] },
      ],
    });
    const { stdout } = await kubectl.run('describe role r');
    assert.ok(
      stdout.includes(
        '  pods                    []                 []              [get list]\n  deployments.apps/scale  []                 []              [get]\n',
      ),
      stdout,
    );
  });

  it('shows the endpoints of a Service, the first three of each port', async () => {
    await create('/api/v1/namespaces/default/services', {
      metadata: { name: 'svc' },
      spec: { selector: { a: 'b' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
    });
    await create('/apis/discovery.k8s.io/v1/namespaces/default/endpointslices', {
      metadata: { name: 'svc-1', labels: { 'kubernetes.io/service-name': 'svc' } },
      addressType: 'IPv4',
      ports: [{ name: 'http', port: 8080 }],
      endpoints: [1, 2, 3, 4, 5].map((n) => ({ addresses: [`10.0.0.${n}`], conditions: { ready: n !== 2 } })),
    });
    const { stdout } = await kubectl.run('describe svc svc');
    assert.match(stdout, /Endpoints: +10\.0\.0\.1:8080,10\.0\.0\.3:8080,10\.0\.0\.4:8080 \+ 1 more\.\.\.\n/);
    assert.match(stdout, /\nPort: +http {2}80\/TCP\nTargetPort: +8080\/TCP\n/);
  });

  it('names the fields of any other kind in words', async () => {
    await create('/apis/coordination.k8s.io/v1/namespaces/default/leases', {
      metadata: { name: 'l' },
      spec: { holderIdentity: 'me', leaseDurationSeconds: 5 },
    });
    const { stdout } = await kubectl.run('describe lease l');
    assert.match(
      stdout,
      /API Version: {2}coordination\.k8s\.io\/v1\nKind: +Lease\nMetadata:\n {2}Creation Timestamp: /,
    );
    assert.match(stdout, /Spec:\n {2}Holder Identity: +me\n {2}Lease Duration Seconds: {2}5\n/);
  });

  it('shows events oldest first, repeated ones with their number', () => {
    const event = (reason: string, seconds: number, count: number) => ({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: {},
      involvedObject: { fieldPath: 'spec.x' },
      type: 'Normal',
      reason,
      message: 'by me\n',
      source: { component: 'test' },
      count,
      firstTimestamp: new Date(1_000_000).toISOString(),
      lastTimestamp: new Date(1_000_000 + seconds * 1000).toISOString(),
    });
    const w = new DescriptionWriter();
    writeEvents(w, [event('Second', 60, 3), event('First', 0, 1)], 1_090_000);
    assert.equal(
      w.text(),
      `Events:
  Type    Reason  Age                From  Message
  ----    ------  ----               ----  -------
  Normal  First   90s                test  spec.x: by me
  Normal  Second  30s (x3 over 90s)  test  spec.x: by me
`,
    );
  });

  it('asks for a type', async () => {
    const { code, stderr } = await kubectl.run('describe');
    assert.equal(code, 1);
    assert.match(stderr, /^error: You must specify the type of resource to describe\./);
  });
});
