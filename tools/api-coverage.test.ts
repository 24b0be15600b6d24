import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ConfigMap } from '../src/api/kinds/core/v1/config-map.ts';
import { Pod } from '../src/api/kinds/core/v1/pod.ts';
import { allKinds, coveragePage, readPage, testFiles } from './api-coverage.ts';

it('the page of the API’s coverage is what the source says now (node tools/api-coverage.ts)', () => {
  const page = readPage();
  assert.equal(coveragePage(allKinds, testFiles(), page, false), page);
});

it('tests are found by paths and by kinds that are passed to a client; what the page names stays', () => {
  const files = [
    { path: 'a.test.ts', text: "call('GET', '/api/v1/namespaces/x/configmaps')" },
    { path: 'b.test.ts', text: "import { Pod } from './kinds/core/v1/pod.ts'; client.get(Pod, 'x')" },
    { path: 'c.test.ts', text: "call('GET', '/api/v1/namespaces/x/pods/y/log')" },
    { path: 'd.test.ts', text: "call('GET', '/apis/apps/v1/pods')" },
  ];
  const page = (before: string, fills: boolean, given = files) =>
    coveragePage([ConfigMap, Pod], given, before, fills);
  const testsOf = (text: string, name: string) =>
    text
      .split('\n')
      .find((row) => row.startsWith(`| ${name} |`))
      ?.split('|')
      .at(-2)
      ?.trim();
  const full = page('', true);
  assert.equal(testsOf(full, 'configmaps'), '`a.test.ts`');
  assert.equal(testsOf(full, 'pods'), '`b.test.ts`, `c.test.ts`');
  assert.equal(testsOf(full, 'pods/log'), '`c.test.ts`');
  assert.equal(testsOf(full, 'pods/exec'), '–');
  assert.equal(page(full, false, [...files, { ...files[0]!, path: '0.test.ts' }]), full);
  assert.equal(testsOf(page(full, false, files.slice(1)), 'configmaps'), '–');
});

it('every resource and subresource has a test', () => {
  const bare = readPage()
    .split('\n')
    .filter((row) => row.endsWith('| – | – |'));
  assert.deepEqual(bare, []);
});
