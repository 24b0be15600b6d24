import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lineOfPath, outlineOf, placeAt } from './outline.ts';

const TEXT = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  template:
    spec:
      containers:
      - name: app
        args:
          - "a: b"
          - x
        command: ["sh", "-c"]
        env:
        - name: SCRIPT
          value: |
            not: a field
            - nor: this
        - name: B
      - name: side
---
# a second one
"kind": ConfigMap
data:
  key: 'x'
`;
const paths = outlineOf(TEXT).map(({ document, path }) => `${document} ${path.join('.')}`);

test('each field and each item has its path', () => {
  assert.deepEqual(paths, [
    '0 apiVersion',
    '0 kind',
    '0 metadata',
    '0 metadata.name',
    '0 spec',
    '0 spec.template',
    '0 spec.template.spec',
    '0 spec.template.spec.containers',
    '0 spec.template.spec.containers.0',
    '0 spec.template.spec.containers.0.name',
    '0 spec.template.spec.containers.0.args',
    '0 spec.template.spec.containers.0.args.0',
    '0 spec.template.spec.containers.0.args.1',
    '0 spec.template.spec.containers.0.command',
    '0 spec.template.spec.containers.0.env',
    '0 spec.template.spec.containers.0.env.0',
    '0 spec.template.spec.containers.0.env.0.name',
    '0 spec.template.spec.containers.0.env.0.value',
    '0 spec.template.spec.containers.0.env.1',
    '0 spec.template.spec.containers.0.env.1.name',
    '0 spec.template.spec.containers.1',
    '0 spec.template.spec.containers.1.name',
    '1 kind',
    '1 data',
    '1 data.key',
  ]);
});

test('the line of a field is found, and of the one around it where it is missing', () => {
  const outline = outlineOf(TEXT);
  const containers = ['spec', 'template', 'spec', 'containers'];
  assert.equal(lineOfPath(outline, 0, [...containers, 1, 'name'])?.line, 19);
  assert.equal(lineOfPath(outline, 0, [...containers, 0, 'image'])?.line, 8);
  assert.equal(lineOfPath(outline, 1, ['metadata'])?.line, 22);
});

const at = (text: string) => {
  const lines = text.split('\n');
  return placeAt(text, lines.length - 1, lines.at(-1)!.length);
};

test('a key is typed in the object to which its column belongs', () => {
  const head = 'spec:\n  template:\n    spec:\n      containers:\n      - name: a\n';
  assert.deepEqual(at(`${head}        im`), {
    document: 0,
    path: ['spec', 'template', 'spec', 'containers', 0],
    at: 'key',
    typed: 'im',
    from: 8,
  });
  assert.deepEqual(at(`${head}      - `)?.path, ['spec', 'template', 'spec', 'containers', 1]);
  assert.deepEqual(at(`${head}      re`)?.path, ['spec', 'template', 'spec']);
  assert.deepEqual(at(`${head}  `)?.path, ['spec']);
  assert.deepEqual(at('ki')?.path, []);
});

test('a value is typed behind its key', () => {
  assert.deepEqual(at('spec:\n  type: Load'), {
    document: 0,
    path: ['spec', 'type'],
    at: 'value',
    typed: 'Load',
    from: 8,
  });
  assert.equal(at('a: 1\n---\nkind: ')?.document, 1);
});

test('nothing is offered in comments, texts and braces', () => {
  assert.equal(at('spec: # co'), undefined);
  assert.equal(at('a: |\n  te'), undefined);
  assert.equal(at('a: {b'), undefined);
});
