import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { isHeaderName, isHeaderValue, isPath } from '../../model/alphabets.ts';
import type { DoorModel } from '../../model/model.ts';
import type { Policy } from '../../model/policy.ts';
import { CONFIG, filesOf } from './files.ts';

const place = {
  directory: '/d',
  socket: '/s',
  sockets: '/d/sockets',
  addresses: ['127.77.0.1'],
  metrics: { address: '127.77.0.1', port: 1 },
  certificate: 'PEM',
};

/** Every text of users that may have unusual characters, in each of its places. */
function modelWith(name: string, value: string, path: string): DoorModel {
  const changes = { set: [{ name, value }], add: [{ name, value }], remove: [name] };
  const policy: Policy = {
    protocol: 'http',
    requestHeaders: changes,
    responseHeaders: changes,
    rewrite: { to: path, keep: { prefix: path, from: path.length } },
    jwt: {
      issuer: value,
      audiences: [value],
      keys: [{ algorithm: 'RS256', id: value, pem: 'PEM' }],
      required: [],
      headers: [{ claim: 'sub', header: name }],
      forward: false,
    },
  };
  const redirect: Policy = { protocol: 'http', redirect: { code: 302, path: { to: path } } };
  const branches = [{ when: [{ header: 'x', value }], to: 'a_a' }];
  const routes = [{ host: '', path: '/', match: 'prefix' as const, branches, to: 'b_b' }];
  return {
    routes,
    certificates: [],
    entrances: [
      {
        name: 'gw',
        protocol: 'http',
        addresses: ['127.77.0.2'],
        port: 80,
        listeners: [{ host: '', routes }],
      },
    ],
    backends: new Map(
      [policy, redirect].map((one, i) => {
        const backend = { name: 'ab'[i]!.repeat(2).replace(/^(.)/, '$1_'), policy: one, endpoints: [] };
        return [backend.name, backend];
      }),
    ),
  };
}

const linesOf = (name: string, value: string, path: string) => {
  const files = filesOf(modelWith(name, value, path), new Map(), place);
  return new Map([...files].map(([file, text]) => [file, text.split('\n')]));
};
const plain = linesOf('x-name', 'value', '/path');
const texts = (admits: (text: string) => boolean) =>
  fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 60 }).filter(admits);

describe('texts of users', () => {
  it('add no line and no word to the configuration', () =>
    fc.assert(
      fc.property(
        texts(isHeaderName),
        texts(isHeaderValue),
        texts((text) => isPath(`/${text}`)),
        (name, value, path) => {
          const written = linesOf(name, value, `/${path}`);
          for (const [file, lines] of plain)
            assert.ok(written.get(file)!.length <= lines.length, `${file}: ${written.get(file)!.join('\n')}`);
          const words = (lines: readonly string[]) =>
            lines.map((line) => line.replace(/"(\\.|[^"\\])*"/g, '""'));
          const numbered = (lines: readonly string[]) =>
            words(lines).map((line) => line.replace(/\bt\d\b|\d+/g, '0'));
          assert.deepEqual(numbered(written.get(CONFIG)!), numbered(plain.get(CONFIG)!));
        },
      ),
      { numRuns: 300 },
    ));

  it('with control characters, or none at all, are none', () => {
    for (const text of ['', ' a', 'a ', 'a\nb', 'a\rb', 'a\tb', 'a\0', 'ä', '\u2028'])
      assert.ok(!isHeaderValue(text), JSON.stringify(text));
    for (const text of ['', 'a b', 'a:b', 'a"b', 'a\\b', 'a\nb', 'a(b)'])
      assert.ok(!isHeaderName(text), text);
    for (const text of ['', 'a', '/a b', '/a%', '/a%2', '/a%zz', '/a"', '/a\\', '/a{', '/a\n', '/a#', '/a?'])
      assert.ok(!isPath(text), text);
  });
});
