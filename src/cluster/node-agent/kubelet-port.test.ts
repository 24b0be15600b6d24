import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kubeletRedirect } from './kubelet-port.ts';

test('connections to a node’s kubelet port are led to where its kubelet listens, and no others', () => {
  const rules = kubeletRedirect({ word: 'ip', address: '10.77.0.2', host: '10.77.0.254', port: 10_251 });
  const leads = rules.match(/^ +ip daddr 10\.77\.0\.2 tcp dport 10250 dnat to 10\.77\.0\.254:10251$/gm);
  assert.equal(leads?.length, 2, 'from pods, and from the node itself');
  assert.match(rules, /ip daddr 10\.77\.0\.254 tcp dport 10251 masquerade/);
});
