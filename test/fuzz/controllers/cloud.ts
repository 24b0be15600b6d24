// What a cloud provider behind HTTP answers: none of it gets into the cluster unchecked.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { prefixOf } from '../../../src/api/addresses/prefix.ts';
import { isDNS1123Subdomain, isLabelValue } from '../../../src/api/validation/names.ts';
import {
  capabilitiesIn,
  instanceIn,
  loadBalancerIn,
  routesIn,
} from '../../../src/controllers/cloud/http/answers.ts';
import { nearMisses } from '../inputs.ts';
import { fuzzTarget } from '../target.ts';

const FIELDS = [
  ...['apiVersion', 'instances', 'routes', 'loadBalancers', 'loadBalancerClass', 'instance', 'loadBalancer'],
  ...['providerID', 'instanceType', 'zone', 'region', 'addresses', 'type', 'address', 'labels', 'shutdown'],
  ...['name', 'targetNode', 'destinationCIDR', 'targetAddresses', 'blackhole', 'ingress', 'ip', 'hostname'],
  ...['ipMode', 'ports', 'port', 'protocol', 'error', '__proto__', 'constructor'],
];
const WORDS = [
  'cloud.tiphys/v1',
  'acme://i-1',
  '192.0.2.1',
  '10.0.0.0/8',
  'InternalIP',
  'node-1',
  'TCP',
  'VIP',
];

const { answer } = fc.letrec((tie) => ({
  answer: fc.oneof(
    { maxDepth: 5, depthSize: 'small' },
    fc.oneof(fc.constantFrom(...WORDS), nearMisses(WORDS, ['/', ' ', '-']), fc.string()),
    fc.oneof(fc.boolean(), fc.integer(), fc.double(), fc.constant(null)),
    fc.array(tie('answer'), { maxLength: 5 }),
    fc.dictionary(fc.constantFrom(...FIELDS), tie('answer'), { maxKeys: 8 }),
  ),
}));

const isAnswered = (error: unknown): boolean =>
  error instanceof Error && error.message.startsWith('the answer of the cloud provider is not valid: ');

export const targets = [
  fuzzTarget({
    name: 'controllers/cloud-answers',
    // As it comes over the wire.
    input: answer.map((value) => JSON.parse(JSON.stringify(value ?? null)) as unknown),
    run: (value) => {
      const read = <T>(decode: (value: unknown) => T): T | undefined => {
        try {
          return decode(value);
        } catch (error) {
          if (!isAnswered(error)) throw error;
          return undefined;
        }
      };
      read(capabilitiesIn);
      const instance = read(instanceIn);
      for (const one of [instance?.zone, instance?.region, ...Object.values(instance?.labels ?? {})])
        assert.deepEqual(isLabelValue(one), []);
      for (const { targetNode, destinationCIDR, blackhole } of read(routesIn) ?? []) {
        assert.ok(prefixOf(destinationCIDR));
        if (!blackhole) assert.deepEqual(isDNS1123Subdomain(targetNode), []);
      }
      for (const { ip, hostname } of read(loadBalancerIn)?.ingress ?? []) assert.ok(ip ?? hostname);
    },
    refuses: () => false,
  }),
];
