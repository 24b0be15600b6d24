// Whatever stands in routes, Gateways and policies, of the texts in the model none can be read as another line, or as something else than
// a text, by what writes it down.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import type { BackendTLSPolicy } from '../../api/kinds/gateway/v1/backend-tls-policy.ts';
import type { HTTPRouteRule } from '../../api/kinds/gateway/v1/http-route.ts';
import { isHeaderName, isHeaderValue, isHost, isMatchPath, isPath } from '../model/alphabets.ts';
import type { Entrance } from '../model/entrances.ts';
import type { Backend, Route } from '../model/routes.ts';
import { aGateway, aGrpcRoute, aRoute, aStreamRoute, compiled, to } from './testing/objects.fake.ts';

const pieces = [
  'a',
  '/',
  '.',
  '*.',
  ' ',
  '\n',
  '\r',
  '\t',
  '"',
  "'",
  '\\',
  '%[',
  '{',
  '}',
  '$',
  '#',
  ';',
  '%0a',
  '%2e%2e',
  '-',
  '\u0000',
  'é',
  'x.test',
];
const text = fc.oneof(
  fc.array(fc.constantFrom(...pieces), { maxLength: 8 }).map((some) => some.join('')),
  fc.string({ maxLength: 20 }),
);
const path = text.map((some) => `/${some}`);
const header = fc.record({ name: text, value: text });

const rule: fc.Arbitrary<HTTPRouteRule> = fc.record(
  {
    matches: fc.array(
      fc.record(
        {
          path: fc.record({ type: fc.constantFrom('Exact' as const, 'PathPrefix' as const), value: path }),
          headers: fc.array(header, { maxLength: 1 }),
          queryParams: fc.array(header, { maxLength: 1 }),
          method: text.map((some) => some as 'GET'),
        },
        { requiredKeys: [] },
      ),
      { minLength: 1, maxLength: 2 },
    ),
    filters: fc.array(
      fc.oneof(
        fc.record({
          type: fc.constant('RequestHeaderModifier' as const),
          requestHeaderModifier: fc.record({
            set: fc.array(header, { maxLength: 1 }),
            remove: fc.array(text, { maxLength: 1 }),
          }),
        }),
        fc.record({
          type: fc.constant('URLRewrite' as const),
          urlRewrite: fc.record({
            hostname: text,
            path: fc.oneof(
              fc.record({ type: fc.constant('ReplaceFullPath' as const), replaceFullPath: text }),
              fc.record({ type: fc.constant('ReplacePrefixMatch' as const), replacePrefixMatch: text }),
            ),
          }),
        }),
        fc.record({
          type: fc.constant('RequestRedirect' as const),
          requestRedirect: fc.record({ hostname: text }),
        }),
        fc.record({
          type: fc.constant('CORS' as const),
          cors: fc.record({
            allowOrigins: fc.array(text, { maxLength: 2 }),
            allowHeaders: fc.array(text, { maxLength: 2 }),
          }),
        }),
      ),
      { maxLength: 2 },
    ),
    backendRefs: fc.array(
      text.map((name) => to(name)),
      { maxLength: 2 },
    ),
  },
  { requiredKeys: ['matches'] },
);

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (value instanceof Map) return [...value].flatMap(([key, one]) => [String(key), ...textsOf(one)]);
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

function checkRoute({ host, path: own, branches }: Route): void {
  assert.ok(host === '' || isHost(host.replace(/^\*\*\./, '')), host);
  assert.ok(isMatchPath(own), own);
  for (const { when } of branches)
    for (const condition of when) {
      if ('header' in condition) assert.ok(isHeaderName(condition.header) && isHeaderValue(condition.value));
      if ('method' in condition) assert.match(condition.method, /^[A-Z]+$/);
      if ('query' in condition) assert.ok(isHeaderName(condition.query) && isHeaderValue(condition.value));
    }
}

function checkBackend({ name, policy }: Backend): void {
  assert.match(name, /^[A-Za-z0-9._-]+$/);
  const { rewrite, host, requestHeaders } = policy;
  if (host) assert.ok(isHost(host), host);
  if (rewrite) assert.ok(isPath(rewrite.to), rewrite.to);
  for (const { name: header, value } of requestHeaders?.set ?? [])
    assert.ok(isHeaderName(header) && isHeaderValue(value));
  for (const header of requestHeaders?.remove ?? []) assert.ok(isHeaderName(header), header);
}

const routesIn = (entrance: Entrance): readonly Route[] =>
  entrance.protocol === 'http' ? entrance.listeners.flatMap(({ routes }) => routes) : [];

it('texts of users are in no other form than the model says', () => {
  fc.assert(
    fc.property(
      fc.array(rule, { minLength: 1, maxLength: 3 }),
      fc.array(text, { maxLength: 3 }),
      text,
      text,
      (rules, hostnames, host, method) => {
        const policy: BackendTLSPolicy = {
          apiVersion: 'gateway.networking.k8s.io/v1',
          kind: 'BackendTLSPolicy',
          metadata: { name: 'p', namespace: 'ns' },
          spec: {
            targetRefs: [{ group: '', kind: 'Service', name: 's' }],
            validation: {
              hostname: host,
              wellKnownCACertificates: 'System',
              subjectAltNames: [{ type: 'URI', uri: method }],
            },
          },
        };
        const { model } = compiled({
          gateways: [
            aGateway('gw', [
              {},
              { name: 'own', hostname: host, port: 81 },
              { name: 'pass', protocol: 'TLS', port: 82, tls: { mode: 'Passthrough' } },
            ]),
          ],
          routes: [
            aRoute('r', rules, { hostnames }),
            aRoute('secured', [{ backendRefs: [to('s')] }]),
            aGrpcRoute('g', [
              { matches: [{ method: { service: method, method: host } }], backendRefs: [to('s')] },
            ]),
            aStreamRoute('TLSRoute', 't', 's', { hostnames }),
          ],
          policies: [policy],
        });
        for (const entrance of model.entrances) routesIn(entrance).forEach(checkRoute);
        for (const backend of model.backends.values()) checkBackend(backend);
        for (const one of textsOf([model.entrances, model.backends]))
          assert.ok(
            [...one].every((character) => character >= ' ' && character !== '\u007f'),
            JSON.stringify(one),
          );
      },
    ),
    { numRuns: 3_000, seed: 20261130 },
  );
});
