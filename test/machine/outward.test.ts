// What leaves a cluster and what does not, in a namespace that stands for the machine (outward-scene.ts).
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { before, describe, test } from 'node:test';
import { exec } from '../../src/kit/exec.ts';

const possible = process.getuid?.() === 0 && existsSync('/usr/bin/unshare') && existsSync('/usr/bin/busybox');

interface Seen {
  nodeToNode: boolean;
  nodeToPod: boolean;
  hostToPod: boolean;
  nodeToOutside: boolean;
  forwarding: string;
  forwardingBefore: string;
  forwardingAfter: string;
  heeding: string;
  heedingAfter: string;
}

for (const family of ['IPv4', 'IPv6'])
  describe(`outgoing ${family} traffic of a cluster`, {
    skip: !possible && 'needs root and busybox-static',
  }, () => {
    let seen: { open: Seen; isolated: Seen; dropping: Seen; left: string; needed: boolean };

    before(async () => {
      const scene = new URL('../support/outward-scene.ts', import.meta.url).pathname;
      const output = await exec([
        'unshare',
        '--net',
        process.execPath,
        '--disable-warning=ExperimentalWarning',
        scene,
        family,
      ]);
      seen = JSON.parse(output.trim().split('\n').at(-1)!);
    });

    test('nodes reach each other and each other’s pods, and the machine reaches pods', () => {
      for (const { nodeToNode, nodeToPod, hostToPod } of [seen.open, seen.isolated]) {
        assert.deepEqual([nodeToNode, nodeToPod, hostToPod], [true, true, true]);
      }
    });

    test('traffic from a node to the outside has the machine’s address', () => {
      assert.equal(seen.open.nodeToOutside, true);
      assert.equal(seen.open.forwarding, '1');
    });

    test('an isolated node cannot reach the outside', () => {
      assert.equal(seen.isolated.nodeToOutside, false);
      assert.equal(seen.isolated.forwarding, seen.isolated.forwardingBefore);
    });

    test('a machine that drops what it forwards makes an exception for the cluster, and only as long as it lives', () => {
      assert.equal(seen.dropping.nodeToNode, true);
      assert.equal(seen.dropping.nodeToOutside, true);
      assert.equal(seen.left.trim(), '-P FORWARD DROP');
    });

    test('the machine forwards packets afterwards as it did before', (t) => {
      if (seen.needed) return t.skip('another cluster needs the switch');
      for (const s of [seen.open, seen.isolated]) assert.equal(s.forwardingAfter, s.forwardingBefore);
      // Routers of its own network go on to be heeded meanwhile.
      assert.deepEqual([seen.open.heeding, seen.open.heedingAfter], [family === 'IPv6' ? '2' : '1', '1']);
    });
  });
