// Versions of custom resources that a webhook converts, a mutating admission policy, and type checking of a validating one, with an
// unmodified kubectl, without nodes.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import {
  type ConversionWebhook,
  startConversionWebhook,
} from '../../src/apiserver/crd/conversion/webhook.fake.ts';
import { startTestCluster, type TestCluster } from '../support/cluster.ts';

let cluster: TestCluster;
let webhook: ConversionWebhook;
const kubectl = (...words: string[]) => cluster.kubectl(...words);

const TEXT = { type: 'string' };
const version = (name: string, storage: boolean, properties: object, column: string) => ({
  name,
  storage,
  served: true,
  schema: {
    openAPIV3Schema: {
      type: 'object',
      properties: { spec: { type: 'object', properties: { ...properties, note: TEXT } } },
    },
  },
  additionalPrinterColumns: [{ name: column, type: 'string', jsonPath: `.spec.${column}` }],
});

const definition = () => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'gizmos.e2e.example.com' },
  spec: {
    group: 'e2e.example.com',
    scope: 'Namespaced',
    names: { plural: 'gizmos', kind: 'Gizmo' },
    versions: [
      version('v1', true, { hostPort: TEXT }, 'hostPort'),
      version('v2', false, { host: TEXT, port: TEXT }, 'host'),
    ],
    conversion: {
      strategy: 'Webhook',
      webhook: { clientConfig: webhook.clientConfig, conversionReviewVersions: ['v1'] },
    },
  },
});

function apply(name: string, ...objects: object[]): Promise<string> {
  const file = join(cluster.directory, `${name}.json`);
  writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }));
  return kubectl('apply', '-f', file);
}

const gizmo = (of: string, spec: object) => ({
  apiVersion: `e2e.example.com/${of}`,
  kind: 'Gizmo',
  metadata: { name: 'a', namespace: 'default' },
  spec,
});

const admission = (kind: string, name: string, spec: object) => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind,
  metadata: { name },
  spec,
});
const onConfigMaps = {
  resourceRules: [
    { operations: ['CREATE', 'UPDATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'] },
  ],
};

describe('conversion and mutation', () => {
  before(async () => {
    webhook = await startConversionWebhook();
    cluster = await startTestCluster({ name: 'tph-e2e-convert', nodes: 0 });
    await apply('definition', definition());
    await kubectl('wait', '--for=condition=Established', 'crd/gizmos.e2e.example.com', '--timeout=30s');
  });
  after(async () => {
    await cluster?.down();
    webhook?.close();
  });

  it('kubectl writes and reads an object in any version', async () => {
    assert.match(await apply('gizmo', gizmo('v2', { host: 'h', port: '1' })), /created/);
    assert.match(await apply('gizmo', gizmo('v2', { host: 'h', port: '1' })), /unchanged/);
    const spec = (of: string) =>
      kubectl('get', `gizmos.${of}.e2e.example.com`, 'a', '-o', 'jsonpath={.spec}');
    assert.equal(await spec('v1'), '{"hostPort":"h:1"}');
    assert.equal(await spec('v2'), '{"host":"h","port":"1"}');
    assert.match(await kubectl('get', 'gizmos.v1.e2e.example.com'), /HOSTPORT\na +h:1/i);
    assert.match(await kubectl('get', 'gizmos.v2.e2e.example.com'), /HOST\na +h/i);
  });

  it('a watch of one version shows what is changed in another', async () => {
    const seen = kubectl(
      'wait',
      '--for=jsonpath={.spec.hostPort}=x:2',
      'gizmos.v1.e2e.example.com/a',
      '--timeout=30s',
    );
    await kubectl(
      'patch',
      'gizmos.v2.e2e.example.com',
      'a',
      '--type=merge',
      '-p',
      '{"spec":{"host":"x","port":"2"}}',
    );
    assert.match(await seen, /condition met/);
  });

  it('server-side apply in one version takes fields from managers of another', async () => {
    const file = join(cluster.directory, 'applied.json');
    writeFileSync(file, JSON.stringify(gizmo('v1', { hostPort: 'y:3' })));
    const words = ['apply', '--server-side', '--field-manager=other', '-f', file];
    await assert.rejects(kubectl(...words), /conflict/);
    assert.match(await kubectl(...words, '--force-conflicts'), /serverside-applied/);
    assert.equal(await kubectl('get', 'gizmos.v2.e2e.example.com', 'a', '-o', 'jsonpath={.spec.host}'), 'y');
  });

  it('an error of the webhook is told in its words', async () => {
    const { answer } = webhook;
    webhook.answer = () => ({ result: { status: 'Failure', message: 'not today' } });
    await assert.rejects(
      kubectl('create', '-f', join(cluster.directory, 'gizmo.json'), '--dry-run=server'),
      /conversion webhook for e2e\.example\.com\/v2, Kind=Gizmo failed: not today/,
    );
    webhook.answer = answer;
  });

  it('a mutating admission policy changes what kubectl creates', async () => {
    const expression = 'Object{metadata: Object.metadata{labels: {"touched-by": request.userInfo.username}}}';
    await apply(
      'mutating',
      admission('MutatingAdmissionPolicy', 'label.e2e.example.com', {
        matchConstraints: onConfigMaps,
        matchConditions: [{ name: 'named', expression: 'object.metadata.name.startsWith("touch-")' }],
        reinvocationPolicy: 'Never',
        mutations: [{ patchType: 'ApplyConfiguration', applyConfiguration: { expression } }],
      }),
      admission('MutatingAdmissionPolicyBinding', 'label.e2e.example.com', {
        policyName: 'label.e2e.example.com',
      }),
    );
    await kubectl('create', 'configmap', 'touch-me');
    assert.match(
      await kubectl('get', 'configmap', 'touch-me', '-o', 'jsonpath={.metadata.labels.touched-by}'),
      /admin/,
    );
    await assert.rejects(
      apply(
        'wrong',
        admission('MutatingAdmissionPolicy', 'wrong.e2e.example.com', {
          matchConstraints: onConfigMaps,
          reinvocationPolicy: 'Never',
          mutations: [{ patchType: 'JSONPatch', jsonPatch: { expression: 'Object{}' } }],
        }),
      ),
      /must evaluate to list\(JSONPatch\)/,
    );
  });

  it('the status of a validating policy has the warnings of type checking', async () => {
    await apply(
      'validating',
      admission('ValidatingAdmissionPolicy', 'types.e2e.example.com', {
        matchConstraints: {
          resourceRules: [
            {
              operations: ['CREATE'],
              apiGroups: ['e2e.example.com'],
              apiVersions: ['v2'],
              resources: ['gizmos'],
            },
          ],
        },
        validations: [{ expression: 'object.spec.port > 1' }],
      }),
    );
    const policy = 'validatingadmissionpolicy/types.e2e.example.com';
    await kubectl('wait', '--for=jsonpath={.status.observedGeneration}=1', policy, '--timeout=30s');
    assert.match(
      await kubectl('get', policy, '-o', 'jsonpath={.status.typeChecking.expressionWarnings[0].warning}'),
      /found no matching overload for '_>_' applied to '\(string, int\)'/,
    );
  });
});
