import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeBody } from '../codec/decode.ts';
import { MutatingWebhookConfiguration } from '../kinds/admissionregistration/v1/mutating-webhook-configuration.ts';
import { Deployment } from '../kinds/apps/v1/deployment.ts';
import { SubjectAccessReview } from '../kinds/authorization/v1/subject-access-review.ts';
import { Lease } from '../kinds/coordination/v1/lease.ts';
import { Pod } from '../kinds/core/v1/pod.ts';
import { Secret } from '../kinds/core/v1/secret.ts';
import { DeleteOptions } from '../meta/v1/delete-options.ts';
import { StatusError } from '../status/status-error.ts';
import { decodeMessage } from './decode.ts';
import { openEnvelope } from './envelope.ts';

const mediaType = 'application/vnd.kubernetes.protobuf';

function varint(value: number | bigint): Buffer {
  const out: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 127n; rest >>= 7n) out.push(Number(rest & 127n) | 128);
  return Buffer.from([...out, Number(rest)]);
}
const int = (number: number, value: number | bigint) => Buffer.concat([varint(number * 8), varint(value)]);
function block(number: number, ...parts: (Buffer | string)[]): Buffer {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part as string)));
  return Buffer.concat([varint(number * 8 + 2), varint(body.length), body]);
}
const wrap = (apiVersion: string, kind: string, ...fields: Buffer[]) =>
  Buffer.concat([
    Buffer.from('k8s\0'),
    block(1, block(1, apiVersion), block(2, kind)),
    block(2, ...fields),
    block(3, ''),
    block(4, ''),
  ]);
const meta = (...fields: Buffer[]) => block(1, block(1, 'a'), block(2, ''), block(8), ...fields);

test('a deployment: nested messages, maps, pointers to zero, zero values dropped', () => {
  const container = block(
    2,
    block(1, 'c'),
    block(2, 'i'),
    int(16, 0),
    block(6, block(1, ''), int(2, 0), int(3, 80)),
  );
  const template = block(
    3,
    block(1, block(11, block(1, 'app'), block(2, 'x'))),
    block(2, container, int(11, 0)),
  );
  const body = wrap(
    'apps/v1',
    'Deployment',
    meta(int(7, 0)),
    block(2, int(1, 0), template, int(5, 0), int(7, 1)),
  );
  assert.deepEqual(decodeBody(Deployment, body, { mediaType }).object, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'a' },
    spec: {
      replicas: 0,
      template: {
        metadata: { labels: { app: 'x' } },
        spec: { containers: [{ name: 'c', image: 'i', ports: [{ containerPort: 80 }], resources: {} }] },
      },
      paused: true,
      strategy: {},
    },
    status: {},
  });
});

test('embedded messages become inline fields', () => {
  const volume = block(1, block(1, 'v'), block(2, block(6, block(1, 's'), int(3, 420))));
  const probe = block(
    10,
    block(1, block(2, block(1, '/'), block(2, int(1, 0), int(2, 80), block(3, '')))),
    int(2, 5),
  );
  const ephemeral = block(34, block(1, block(1, 'e'), probe), block(2, 'c'));
  const pod = decodeBody<Pod>(Pod, wrap('v1', 'Pod', meta(), block(2, volume, ephemeral)), {
    mediaType,
  }).object;
  assert.deepEqual(pod.spec?.volumes, [{ name: 'v', secret: { secretName: 's', defaultMode: 420 } }]);
  assert.deepEqual(pod.spec?.ephemeralContainers, [
    {
      name: 'e',
      targetContainerName: 'c',
      livenessProbe: { httpGet: { path: '/', port: 80 }, initialDelaySeconds: 5 },
      resources: {},
    },
  ]);
});

test('quantities, times, negative and large numbers', () => {
  const spec = block(
    2,
    block(32, block(1, 'cpu'), block(2, block(1, '0.5'))),
    int(25, -1),
    int(4, 2n ** 40n),
  );
  const created = block(8, int(1, 1767225600), int(2, 5));
  const pod = decodeBody<Pod>(Pod, wrap('v1', 'Pod', block(1, created), spec), { mediaType }).object;
  assert.equal(pod.metadata.creationTimestamp, '2026-01-01T00:00:00Z');
  assert.deepEqual(pod.spec, {
    overhead: { cpu: '500m' },
    priority: -1,
    terminationGracePeriodSeconds: 2 ** 40,
  });
});

test('micro times keep six decimals', () => {
  const body = wrap(
    'coordination.k8s.io/v1',
    'Lease',
    meta(),
    block(2, block(3, int(1, 1767225600), int(2, 1234567))),
  );
  const lease = decodeBody<Lease>(Lease, body, { mediaType }).object;
  assert.equal(lease.spec?.acquireTime, '2026-01-01T00:00:00.001234Z');
});

test('bytes become base64, lists inside maps are lists', () => {
  const secret = decodeMessage(Secret, block(2, block(1, 'k'), block(2, Buffer.from([0, 255]) as never)));
  assert.deepEqual(secret.data, { k: 'AP8=' });
  const review = decodeMessage(
    SubjectAccessReview,
    block(2, block(5, block(1, 'k'), block(2, block(1, 'a'), block(1, 'b')))),
  );
  assert.deepEqual(review.spec, { extra: { k: ['a', 'b'] } });
});

test('doubly inlined rules of webhooks', () => {
  const rule = block(
    3,
    block(1, 'CREATE'),
    block(2, block(1, ''), block(2, 'v1'), block(3, 'pods'), block(4, '*')),
  );
  const configuration = decodeMessage(MutatingWebhookConfiguration, block(2, block(1, 'w'), rule));
  assert.deepEqual(configuration.webhooks, [
    {
      name: 'w',
      rules: [
        { operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'], scope: '*' },
      ],
    },
  ]);
});

test('delete options', () => {
  const body = wrap('v1', 'DeleteOptions', int(1, 0), block(4, 'Background'));
  assert.deepEqual(decodeBody(DeleteOptions, body, { mediaType }).object, {
    apiVersion: 'v1',
    kind: 'DeleteOptions',
    gracePeriodSeconds: 0,
    propagationPolicy: 'Background',
  });
});

test('unknown fields are skipped', () => {
  const strange = [int(900, 1), block(901, 'x'), Buffer.concat([varint(902 * 8 + 5), Buffer.alloc(4)])];
  assert.deepEqual(decodeMessage(Secret, Buffer.concat([...strange, block(3, 'Opaque')])), {
    type: 'Opaque',
  });
});

test('a truncated body is refused with a StatusError', () => {
  const body = wrap('v1', 'Pod', meta(), block(2, block(10, 'node')));
  for (let length = 0; length < body.length; length++) {
    try {
      decodeBody(Pod, body.subarray(0, length), { mediaType });
    } catch (error) {
      assert.ok(error instanceof StatusError, `${length} bytes`);
    }
  }
  assert.throws(() => decodeBody(Pod, body.subarray(0, -6), { mediaType }), /unexpected EOF/);
  assert.throws(() => openEnvelope(Buffer.from('{}')), /expected prefix \[107 56 115 0\]/);
});

test('a body whose kind is not that of the path is refused', () => {
  assert.throws(
    () => decodeBody(Pod, wrap('v1', 'Secret', meta()), { mediaType }),
    /Secret in version "v1" cannot be handled as a Pod: converting \(v1\.Secret\) to \(core\.Pod\): unknown conversion/,
  );
});
