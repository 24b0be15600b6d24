import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Service } from '../../../src/api/kinds/core/v1/service.ts';
import type { EndpointSlice } from '../../../src/api/kinds/discovery/v1/endpoint-slice.ts';
import { IPV4 as FOUR, IPV6 as SIX } from '../../../src/network/family.ts';
import { frontendsOf } from '../../../src/network/proxy/frontends.ts';
import { serviceRules } from '../../../src/network/proxy/service-rules.ts';
import { FlowBook } from '../../../src/network/proxy/stale-flows.ts';
import { TableModel } from '../../../src/network/proxy/table-model.ts';
import { PROTOTYPE_NAMES } from '../inputs.ts';
import { fuzzTarget } from '../target.ts';

const hostile = [
  '',
  '; flush ruleset',
  '\n',
  '\nflush ruleset\n',
  '}',
  '10.0.0.1 }',
  '\u0024{x}',
  '10.0.0.1\n',
  '1.2.3.4/0',
  ...PROTOTYPE_NAMES,
];
const text = fc.oneof(fc.constantFrom(...hostile), fc.string());
const address = fc.oneof(fc.ipV4(), fc.ipV6(), text);
/** What should be a number, also as a text that begins with one. */
const number = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.constantFrom(80, 53, 0, -1, 65_536),
  text.map((t) => `80${t}`),
);
const protocol = fc.oneof(fc.constantFrom('TCP', 'UDP', 'SCTP', 'tcp'), text);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

const service = fc.record({
  metadata: fc.record({ name: text, namespace: text }),
  spec: fc.record({
    type: fc.oneof(fc.constantFrom('ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'), text),
    clusterIP: address,
    clusterIPs: fc.oneof(
      fc.constantFrom(['10.96.0.1'], ['fd00::1'], ['fd00::0:1']),
      fc.array(address, { maxLength: 2 }),
    ),
    externalIPs: maybe(fc.array(address, { maxLength: 2 })),
    loadBalancerSourceRanges: maybe(
      fc.array(
        fc.oneof(
          address,
          fc.ipV4().map((ip) => `${ip}/8`),
        ),
        { maxLength: 2 },
      ),
    ),
    externalTrafficPolicy: maybe(fc.oneof(fc.constantFrom('Local', 'Cluster'), text)),
    internalTrafficPolicy: maybe(fc.oneof(fc.constantFrom('Local', 'Cluster'), text)),
    sessionAffinity: maybe(fc.oneof(fc.constant('ClientIP'), text)),
    sessionAffinityConfig: maybe(fc.record({ clientIP: fc.record({ timeoutSeconds: number }) })),
    ports: fc.array(
      fc.record({ name: maybe(text), port: number, nodePort: maybe(number), protocol: maybe(protocol) }),
      { maxLength: 3 },
    ),
  }),
  status: fc.record({
    loadBalancer: fc.record({
      ingress: fc.array(fc.record({ ip: address, ipMode: maybe(text) }), { maxLength: 2 }),
    }),
  }),
});

const slice = fc.record({
  addressType: fc.oneof(fc.constantFrom('IPv4', 'IPv6'), text),
  ports: fc.array(fc.record({ name: maybe(text), port: number, protocol: maybe(protocol) }), {
    maxLength: 3,
  }),
  endpoints: fc.array(fc.record({ addresses: fc.array(address, { maxLength: 2 }), nodeName: maybe(text) }), {
    maxLength: 3,
  }),
});

/** As it comes from the API, but with any types. */
const decoded = <T>(value: unknown): T => JSON.parse(JSON.stringify(value)) as T;

const COMMAND =
  /^(?:add|delete|flush) (?:chain|rule|element|set) ip6? tiphys-proxy [A-Za-z0-9_.:,;{}@/[\] -]+$/;

export const targets = [
  fuzzTarget({
    name: 'network/nft-script',
    input: fc.tuple(service, fc.array(slice, { maxLength: 2 })),
    run: ([oneService, slices]) => {
      for (const family of [FOUR, SIX]) {
        const place = { nodeName: 'n1', family };
        const frontends = frontendsOf(decoded<Service>(oneService), decoded<EndpointSlice[]>(slices), place);
        const model = new TableModel(family, []);
        model.setService('a', serviceRules(frontends, family));
        for (const text of model.takeChanges())
          for (const line of text.split('\n').filter(Boolean)) assert.match(line, COMMAND);
        const flows = new FlowBook();
        flows.update('a', frontends, family, []);
        for (const words of flows.update('a', [], family, [])) assert.match(words, /^[A-Za-z0-9.: -]+$/);
      }
    },
    refuses: () => false,
  }),
];
