import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ChangeLog } from './change-log.ts';
import { NodeInfo } from './node-info.ts';

describe('the log of changed nodes', () => {
  const [a, b] = [new NodeInfo('a'), new NodeInfo('b')];

  it('names each node that has changed since once', () => {
    const log = new ChangeLog();
    log.add(a);
    const before = log.count;
    assert.deepEqual(log.since(before), new Set());
    for (const node of [b, a, b]) log.add(node);
    assert.deepEqual(log.since(before), new Set([b, a]));
    assert.deepEqual(log.since(log.count - 1), new Set([b]));
  });

  it('does not name some of them only, after more changes than it keeps', () => {
    const log = new ChangeLog();
    log.add(a);
    while (log.since(0)) log.add(b);
    assert.equal(log.since(0), undefined);
    assert.deepEqual(log.since(1), new Set([b]));
  });
});
