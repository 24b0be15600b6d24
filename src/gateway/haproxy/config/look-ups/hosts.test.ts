import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Route } from '../../../model/routes.ts';
import { hostsOf, patternsOf } from './hosts.ts';

const route = (host: string): Route => ({ host, path: '/', match: 'prefix', branches: [], to: 'b' });

describe('hosts', () => {
  it('are matched by the most specific pattern first', () => {
    assert.deepEqual(patternsOf('a.b.test'), ['a.b.test', '*.b.test', '**.b.test', '**.test', '']);
    assert.deepEqual(patternsOf('*.b.test'), ['*.b.test', '**.b.test', '**.test', '']);
    assert.deepEqual(patternsOf('**.b.test'), ['**.b.test', '**.test', '']);
    assert.deepEqual(patternsOf('test'), ['test', '']);
    assert.deepEqual(patternsOf(''), ['']);
  });

  it('belong to the most specific listener, and to no other', () => {
    const listeners = [
      { host: '', routes: [route(''), route('a.b.test'), route('x.test')] },
      { host: '**.b.test', routes: [route('a.b.test'), route('**.b.test'), route('c.b.test')] },
      { host: 'c.b.test', routes: [] },
    ];
    const found = hostsOf({ name: 's', listeners });
    assert.deepEqual(
      found.map(({ host, listener, routes }) => [host, listener, routes.length]),
      [
        ['', 0, 1],
        ['**.b.test', 1, 1],
        ['c.b.test', 2, 0],
        ['x.test', 0, 1],
        ['a.b.test', 1, 1],
      ],
    );
  });
});
