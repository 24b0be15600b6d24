import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { ConfigMap } from '../../../api/kinds/core/v1/config-map.ts';
import type { BackendTLSPolicy } from '../../../api/kinds/gateway/v1/backend-tls-policy.ts';
import { selfSigned } from '../../../cluster/pki/self-signed.ts';
import { systemClock } from '../../../kit/clock.ts';
import { systemRandom } from '../../../kit/random.ts';
import { aGateway, aRoute, compiled, type Given, to } from '../testing/objects.fake.ts';

const { certificate } = selfSigned('authority', ['a.test'], { clock: systemClock, random: systemRandom });
const map = (name: string, text: string): ConfigMap => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'ns' },
  data: { 'ca.crt': text },
});
const configMaps = { 'ns/good': map('good', certificate), 'ns/bad': map('bad', 'nothing') };

const refs = (...names: string[]) => ({
  caCertificateRefs: names.map((name) => ({ group: '', kind: 'ConfigMap', name })),
});

const policy = (
  name: string,
  validation: object,
  { age = 1, section }: { age?: number; section?: string } = {},
): BackendTLSPolicy => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'BackendTLSPolicy',
  metadata: { name, namespace: 'ns', uid: name, creationTimestamp: `2026-01-01T00:00:0${age}Z` },
  spec: {
    targetRefs: [{ group: '', kind: 'Service', name: 's', ...(section && { sectionName: section }) }],
    validation: { hostname: `${name}.test`, ...validation },
  },
});

function found(policies: readonly BackendTLSPolicy[], given: Given = {}) {
  const routes = [aRoute('r', [{ backendRefs: [to('s')] }])];
  const { model, policies: told } = compiled({ routes, policies, configMaps, ...given });
  const [backend] = model.backends.values();
  const reasons: Record<string, string[]> = Object.fromEntries(
    told.map(({ policy: one, verdicts }) => [
      one.metadata.name,
      verdicts.map(({ type, reason }) => `${type} ${reason}`),
    ]),
  );
  return { policy: backend!.policy, reasons, told };
}

it("a Service with a policy is reached with TLS, and its Gateways are the policy's ancestors", () => {
  const one = found([
    policy('p', { ...refs('good'), subjectAltNames: [{ type: 'URI', uri: 'spiffe://a.test/b' }] }),
  ]);
  assert.equal(one.policy.protocol, 'https');
  assert.deepEqual(one.policy.trust, {
    hostname: 'p.test',
    names: ['spiffe://a.test/b'],
    authorities: certificate,
  });
  assert.deepEqual(one.reasons, { p: ['Accepted Accepted', 'ResolvedRefs ResolvedRefs'] });
  assert.deepEqual(
    one.told[0]!.gateways.map(({ metadata }) => metadata.name),
    ['gw'],
  );
  assert.equal(
    found([policy('p', { wellKnownCACertificates: 'System' })]).policy.trust?.authorities,
    undefined,
  );
});

it('of several policies for one target the oldest counts, one for a port before one for the Service', () => {
  const { policy: chosen, reasons } = found([
    policy('young', refs('good'), { age: 3 }),
    policy('old', refs('good'), { age: 1 }),
    policy('port', refs('good'), { age: 4, section: 'http' }),
  ]);
  assert.equal(chosen.trust?.hostname, 'port.test');
  assert.deepEqual(
    Object.values(reasons).map(([first = '']) => first),
    ['Accepted Conflicted', 'Accepted Accepted', 'Accepted Accepted'],
  );
});

it('a policy that cannot be followed closes the backend', () => {
  for (const [validation, reasons] of [
    [refs('bad'), ['Accepted NoValidCACertificate', 'ResolvedRefs InvalidCACertificateRef']],
    [refs('none'), ['Accepted NoValidCACertificate', 'ResolvedRefs InvalidCACertificateRef']],
    [
      { caCertificateRefs: [{ group: '', kind: 'Bucket', name: 'x' }] },
      ['Accepted NoValidCACertificate', 'ResolvedRefs InvalidKind'],
    ],
    [{ wellKnownCACertificates: 'example.com/x' }, ['Accepted Invalid', 'ResolvedRefs ResolvedRefs']],
    [{ hostname: 'a b', ...refs('good') }, ['Accepted Invalid', 'ResolvedRefs ResolvedRefs']],
  ] as const) {
    const one = found([policy('p', validation)]);
    assert.deepEqual([one.policy.closed, one.reasons.p], [500, reasons]);
  }
  const partly = found([policy('p', refs('bad', 'good'))]);
  assert.equal(partly.policy.trust?.authorities, certificate);
  assert.deepEqual(partly.reasons.p, ['Accepted Accepted', 'ResolvedRefs InvalidCACertificateRef']);
});

it('a Gateway shows backends its certificate, each its own', () => {
  const made = selfSigned('client', ['c.test'], { clock: systemClock, random: systemRandom });
  const encoded = (text: string) => Buffer.from(text).toString('base64');
  const data = { 'tls.crt': encoded(made.certificate), 'tls.key': encoded(made.key) };
  const secrets = {
    'ns/c': { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'c', namespace: 'ns' }, data } as const,
  };
  const gateways = [
    aGateway('gw', [{}], { tls: { backend: { clientCertificateRef: { name: 'c' } } } }),
    aGateway('plain'),
  ];
  const routes = [
    aRoute('r', [{ backendRefs: [to('s')] }], { parentRefs: [{ name: 'gw' }, { name: 'plain' }] }),
  ];
  const { model } = compiled({
    gateways,
    routes,
    secrets,
    configMaps,
    policies: [policy('p', refs('good'))],
  });
  const shown = [...model.backends.values()].map(({ policy: one }) => one.trust?.client !== undefined);
  assert.deepEqual(shown.sort(), [false, true]);
  const missing = compiled({ gateways, routes, configMaps, policies: [policy('p', refs('good'))] });
  assert.equal(missing.gateways[0]!.unresolved?.reason, 'InvalidClientCertificateRef');
});
