import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { podLines } from './pod-lines.ts';

const pods = [
  {
    metadata: { name: 'b', namespace: 'n' },
    containers: [{ name: 'c', usage: { cpu: '1500000n', memory: '3000Ki' } }],
  },
  {
    metadata: { name: 'a', namespace: 'n' },
    containers: [
      { name: 'y', usage: { cpu: '1', memory: '1Mi' } },
      { name: 'x', usage: { cpu: '250m', memory: '2Mi' } },
    ],
  },
];
const plain = {
  sortBy: '',
  withNamespace: false,
  withContainers: false,
  withSum: false,
  withSwap: false,
  noHeaders: false,
};

describe('top pod', () => {
  it('shows each pod with the sum of its containers', () => {
    assert.deepEqual(podLines(pods, plain), [
      ['NAME', 'CPU(cores)', 'MEMORY(bytes)'],
      ['a', '1250m', '3Mi'],
      ['b', '2m', '2Mi'],
    ]);
  });

  it('shows containers, namespaces and the sum when asked to', () => {
    const lines = podLines(pods, { ...plain, withNamespace: true, withContainers: true, withSum: true });
    assert.deepEqual(lines, [
      ['NAMESPACE', 'POD', 'NAME', 'CPU(cores)', 'MEMORY(bytes)'],
      ['n', 'a', 'x', '250m', '2Mi'],
      ['n', 'a', 'y', '1000m', '1Mi'],
      ['n', 'b', 'c', '2m', '2Mi'],
      ['', '', '', '________', '________'],
      ['', '', '', '1252m', '5Mi'],
    ]);
  });

  it('puts the largest first by a resource', () => {
    const names = podLines(pods, { ...plain, sortBy: 'memory', noHeaders: true }).map(([name]) => name);
    assert.deepEqual(names, ['a', 'b']);
  });
});
