import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  CASES,
  egress,
  ingress,
  NAMESPACES,
  PODS,
  PROTOCOLS,
  pods,
  policy,
} from '../../network/policy/scenes.fake.ts';
import { isAllowed } from '../../network/policy/truth-table.fake.ts';
import type { Pod } from '../kinds/core/v1/pod.ts';
import { labelsOf, namespaceOf } from '../meta/v1/object.ts';
import { compile } from './compile.ts';
import { namedPorts } from './named-ports.ts';
import { protocolOf } from './protocol.ts';
import { type End, isPortAllowed, judgeConnection, portsText } from './verdict.ts';

const PORTS = [79, 80, 81, 8080, 9000];
const labelsOfNamespace = (name: string) =>
  NAMESPACES.find(({ metadata }) => metadata.name === name)?.metadata.labels;

const endOf = (pod: Pod): End => ({
  pod: { namespace: namespaceOf(pod), labels: labelsOf(pod) },
  addresses: [pod.status!.podIP!],
  ports: namedPorts(pod.spec),
});
const outside = (address: string): End => ({ addresses: [address], ports: [] });
const ENDS: readonly (readonly [address: string, end: End])[] = [
  ...PODS.map((pod) => [pod.status!.podIP!, endOf(pod)] as const),
  ...['192.0.2.7', '203.0.113.9', '10.77.0.1'].map((address) => [address, outside(address)] as const),
];

describe('the verdict on a connection is that of the specification under', () => {
  for (const [title, policies] of Object.entries(CASES))
    it(title, () => {
      const compiled = policies.map(compile);
      const world = { namespaces: NAMESPACES, pods: PODS, policies };
      for (const [from, source] of ENDS)
        for (const [to, target] of ENDS) {
          // A pod always reaches itself; nobody asks about that.
          if (from === to) continue;
          const { ports } = judgeConnection(compiled, labelsOfNamespace, source, target);
          for (const protocol of PROTOCOLS)
            for (const port of PORTS) {
              const attempt = { from, to, protocol, port };
              const judged = isPortAllowed(ports, protocolOf(protocol)!, port);
              assert.equal(judged, isAllowed(world, attempt), JSON.stringify(attempt));
            }
        }
    });
});

it('it names the policies that isolate both ends, and those that allow', () => {
  const [a, b] = [endOf(PODS[0]!), endOf(PODS[1]!)];
  const deny = policy({ policyTypes: ['Ingress', 'Egress'] });
  const out = policy({
    policyTypes: ['Egress'],
    egress: egress({ podSelector: pods('b') }, { port: 80, endPort: 90 }),
  });
  const into = policy({
    podSelector: pods('b'),
    ingress: ingress({ podSelector: pods('a') }, { port: 85 }, { port: 100 }),
  });
  const verdict = judgeConnection([deny, out, into].map(compile), labelsOfNamespace, a, b);
  const [denyKey, outKey, intoKey] = [deny, out, into].map(({ metadata }) => `x/${metadata.name}`);
  assert.deepEqual(verdict.egress.selecting, [denyKey, outKey]);
  assert.deepEqual(verdict.egress.allowing, [outKey]);
  assert.deepEqual(verdict.ingress.selecting, [denyKey, intoKey]);
  assert.deepEqual(verdict.ingress.allowing, [intoKey]);
  assert.equal(portsText(verdict.ports), 'tcp 85');
});

it('ports are told briefly', () => {
  assert.equal(portsText('all'), 'all ports');
  assert.equal(portsText([]), 'no port');
  const tcp = (first: number, last = first) => ({ protocol: 'tcp' as const, first, last });
  assert.equal(
    portsText([tcp(80), tcp(8000, 8080), { ...tcp(53), protocol: 'udp' }]),
    'tcp 80, 8000–8080; udp 53',
  );
  assert.equal(portsText([tcp(0, 65_535)]), 'tcp all');
});
