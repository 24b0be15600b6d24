import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { runWords } from '../../testing/kubectl.fake.ts';

function folder(t: TestContext): string {
  const cwd = mkdtempSync(join(tmpdir(), 'kustomize-'));
  t.after(() => rmSync(cwd, { recursive: true }));
  writeFileSync(join(cwd, 'kustomization.yaml'), 'resources: [all.yaml]\nnamePrefix: p-\n');
  writeFileSync(
    join(cwd, 'all.yaml'),
    '{apiVersion: v1, kind: Service, metadata: {name: s}}\n---\n{apiVersion: v1, kind: Namespace, metadata: {name: ns1}}\n',
  );
  return cwd;
}

const SORTED = `apiVersion: v1
kind: Namespace
metadata:
  name: ns1
---
apiVersion: v1
kind: Service
metadata:
  name: p-s
`;

describe('kubectl kustomize', () => {
  it('prints the objects by kind', async (t) => {
    assert.deepEqual(await runWords(['kustomize'], { cwd: folder(t) }), {
      code: 0,
      stdout: SORTED,
      stderr: '',
    });
  });

  it('writes a file for each into a folder', async (t) => {
    const cwd = folder(t);
    mkdirSync(join(cwd, 'out'));
    await runWords(['kustomize', '.', '-o', 'out'], { cwd });
    assert.deepEqual(readdirSync(join(cwd, 'out')).sort(), ['v1_namespace_ns1.yaml', 'v1_service_p-s.yaml']);
  });

  it('says what is wrong', async (t) => {
    const cwd = folder(t);
    const { code, stderr } = await runWords(['kustomize', 'nope'], { cwd });
    assert.equal(code, 1);
    assert.match(stderr, /^error: .*nope.*no such file or directory\n$/);
    const two = await runWords(['kustomize', 'a', 'b'], { cwd });
    assert.deepEqual(two, { code: 1, stdout: '', stderr: 'error: specify one path to kustomization.yaml\n' });
  });
});
