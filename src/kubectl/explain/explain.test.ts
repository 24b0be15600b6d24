import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { olderPlaintext } from './older-plaintext.ts';
import { plaintext } from './plaintext.ts';
import { reflowed, wrapped } from './wrap.ts';

const kind = { group: 'g', version: 'v1', kind: 'Widget' };

const schemas = {
  Widget: {
    description: 'A widget.',
    type: 'object',
    required: ['spec'],
    properties: {
      spec: { description: 'What it should be.', allOf: [{ $ref: '#/components/schemas/Spec' }] },
      labels: { type: 'object', additionalProperties: { type: 'string' } },
    },
    'x-kubernetes-group-version-kind': [kind],
  },
  Spec: {
    type: 'object',
    description: 'The spec.',
    properties: {
      mode: { type: 'string', enum: ['', 'A', 'B', 'C', 'D'], description: 'word '.repeat(20).trim() },
      inner: { type: 'array', items: { $ref: '#/components/schemas/Spec' } },
    },
  },
};

const document = {
  paths: {
    '/apis/g/v1/namespaces/{namespace}/widgets': { get: { 'x-kubernetes-group-version-kind': kind } },
  },
  components: { schemas },
};

function show(fields: string[], recursive = false): string {
  const parts: string[] = [];
  const out = { write: (text: string) => parts.push(text) };
  plaintext({ document, group: 'g', version: 'v1', resource: 'widgets', fields, recursive }, out);
  return parts.join('');
}

describe('explain', () => {
  it('shows a kind with its fields', () => {
    assert.equal(
      show([]),
      `GROUP:      g
KIND:       Widget
VERSION:    v1

DESCRIPTION:
    A widget.
    
FIELDS:
  labels\t<map[string]string>
    <no description>

  spec\t<Spec> -required-
    What it should be.


`,
    );
  });

  it('shows a field with all its values, and lists four of them otherwise', () => {
    assert.match(
      show(['spec', 'mode']),
      /^FIELD: mode <string>\nENUM:\n {4}""\n {4}A\n {4}B\n {4}C\n {4}D\n\nDESCRIPTION:\n/m,
    );
    const text = show(['spec']);
    assert.ok(text.includes('  mode\t<string>\n  enum: "", A, B, C, ....\n    word word'), text);
    assert.ok(text.includes('DESCRIPTION:\n    What it should be.\n    The spec.\n    \nFIELDS:\n'), text);
  });

  it('ends where a schema contains itself', () => {
    assert.ok(
      show([], true).includes(
        '  spec\t<Spec> -required-\n    inner\t<[]Spec>\n    mode\t<string>\n    enum: "", A, B, C, ....\n',
      ),
    );
    assert.match(show(['spec', 'inner', 'inner', 'mode']), /FIELD: mode <string>/);
  });

  it('says which field there is not', () => {
    assert.throws(() => show(['spec', 'no']), { message: 'field "no" does not exist' });
  });

  it('has the older layout, too', () => {
    const older = {
      definitions: JSON.parse(JSON.stringify(schemas).replaceAll('#/components/schemas/', '#/definitions/')),
    };
    assert.match(
      olderPlaintext(older, kind, [], false),
      /^KIND: {5}Widget\nVERSION: {2}g\/v1\n\nDESCRIPTION:\n {5}A widget\.\n\nFIELDS:\n {3}labels\t<map\[string\]string>\n/,
    );
    assert.throws(() => olderPlaintext(older, kind, ['no'], false), { message: 'field "no" does not exist' });
  });

  it('breaks lines at spaces', () => {
    assert.equal(wrapped('aa bb cc dd', 5), 'aa bb\ncc dd');
    assert.equal(wrapped('a  b\n\nc', 10), 'a  b\n\nc');
    assert.deepEqual(reflowed('a\nb\n\n- c\n    code\nd:\ne', 10), ['a b', '- c', '    code', 'd:', 'e']);
  });
});
