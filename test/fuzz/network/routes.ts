// What nodes say of themselves, and what of it comes to root's `ip` and `bridge`.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { addressOf, prefixOf } from '../../../src/api/addresses/prefix.ts';
import { ANNOTATION } from '../../../src/network/routes/annotation.ts';
import { changesOf } from '../../../src/network/routes/changes.ts';
import { peerOf } from '../../../src/network/routes/peers.ts';
import { planOf } from '../../../src/network/routes/plan.ts';
import { fuzzTarget } from '../target.ts';

const hostile = ['', '\n', '10.0.0.1\n', '1.2.3.4/0', '10.0.0.1 dev lo', '::1%eth0'];
const address = fc.oneof(fc.ipV4(), fc.ipV6(), fc.constantFrom(...hostile), fc.string());
/** What should be a length, also as a text that begins with one. */
const length = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.constantFrom(24, 32, 0, -1),
  fc.string().map((text) => `24${text}`),
);
const COMMAND = /^(?:link|addr|neigh|route|fdb) (?:add|set|replace) [a-z0-9.:/ ]+$/;

export const targets = [
  fuzzTarget({
    name: 'network/routes',
    input: fc.array(
      fc.tuple(
        address,
        fc.oneof(
          address,
          fc.ipV4().chain((ip) => length.map((n) => `${ip}/${n}`)),
          fc.ipV6().map((ip) => `${ip}/64`),
        ),
        fc.oneof(
          fc.string(),
          fc
            .record({
              backend: fc.constantFrom('vxlan', 'wireguard'),
              address,
              mac: fc.oneof(fc.string(), fc.constant('02:00:00:00:00:01')),
            })
            .map((fields) => JSON.stringify(fields)),
        ),
      ),
      { maxLength: 3 },
    ),
    run: (nodes) => {
      const [self, ...others] = nodes.map(([ip, podCIDR, annotation], i) =>
        peerOf({
          apiVersion: 'v1',
          kind: 'Node',
          metadata: { name: `n${i}`, annotations: { [ANNOTATION]: annotation } },
          spec: { podCIDR },
          status: { addresses: [{ type: 'InternalIP', address: ip }] },
        }),
      );
      // A link to half of all addresses, and to this node's own.
      const addresses = [...Object.values(self?.addresses ?? {}).map(({ text }) => text), '64.0.0.1'].map(
        (own) => ({
          address: addressOf(own)!,
          prefix: prefixOf(`${own}/1`)!,
        }),
      );
      const eth0 = { name: 'eth0', mtu: 1500, up: true, mac: '', kind: '', addresses };
      const plan = planOf({ mode: 'auto', self, others, links: [eth0], device: 'tunnel' });
      const nothing = { links: [], routes: new Map(), neighbours: new Map(), forwarding: new Map() };
      const { first, last } = changesOf(plan, nothing, { device: 'tunnel', metric: 1 });
      for (const line of [...first, ...last].flatMap(({ lines }) => lines)) assert.match(line, COMMAND);
    },
    refuses: () => false,
  }),
];
