// The service proxy's rules in the kernel, for both families of addresses: network namespaces stand for a node, its pods, a pod of
// another node and a client outside (support/services/scene.ts).
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { before, describe, test } from 'node:test';
import { exec } from '../../src/kit/exec.ts';
import { CASES } from '../support/services/cases.ts';

const possible = process.getuid?.() === 0 && existsSync('/usr/bin/unshare');

describe('in the kernel', { skip: !possible && 'needs root' }, () => {
  let wrong: Record<string, string>;
  before(async () => {
    const scene = new URL('../support/services/scene.ts', import.meta.url).pathname;
    const node = [process.execPath, '--disable-warning=ExperimentalWarning'];
    wrong = JSON.parse(await exec(['unshare', '--net', '--mount', ...node, scene]));
  });
  for (const family of ['IPv4', 'IPv6'])
    for (const title of Object.keys(CASES))
      test(`${family}: ${title}`, () => assert.equal(wrong[`${family}: ${title}`], undefined));
});
