// The truth table of network policies in the kernel: nine network namespaces on a bridge stand for the pods of a node (support/network-policy/scene.ts).
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { before, describe, test } from 'node:test';
import { exec } from '../../src/kit/exec.ts';
import { CASES } from '../../src/network/policy/scenes.fake.ts';

const possible = process.getuid?.() === 0 && existsSync('/usr/bin/unshare');

for (const family of ['IPv4', 'IPv6'])
  describe(`in the kernel, every pair of pods over TCP, UDP and ${family} under`, {
    skip: !possible && 'needs root',
  }, () => {
    let wrong: Record<string, string[]>;
    before(async () => {
      const scene = new URL('../support/network-policy/scene.ts', import.meta.url).pathname;
      const node = [process.execPath, '--disable-warning=ExperimentalWarning'];
      wrong = JSON.parse(await exec(['unshare', '--net', ...node, scene, family]));
    });
    for (const title of Object.keys(CASES)) test(title, () => assert.deepEqual(wrong[title], []));
  });
