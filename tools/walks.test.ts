import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { it } from 'node:test';

it('names only paths that exist, in walks, checklists and room signs', () => {
  const missing: string[] = [];
  for (const page of globSync('docs/{walks,checklists}/*.md')) {
    const paths = readFileSync(page, 'utf8').matchAll(/`(src\/[\w./-]+)`/g);
    for (const [, path] of paths) if (!existsSync(path!)) missing.push(`${page}: ${path}`);
  }
  assert.deepEqual(missing, []);
});

it('has a sign of at most 40 lines in every room', () => {
  for (const room of globSync('src/*')) {
    const sign = `${room}/README.md`;
    assert.ok(existsSync(sign), `${sign} is missing`);
    const lines = readFileSync(sign, 'utf8').trimEnd().split('\n').length;
    assert.ok(lines <= 40, `${sign} has ${lines} lines`);
  }
});
