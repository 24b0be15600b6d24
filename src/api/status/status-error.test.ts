import assert from 'node:assert/strict';
import { test } from 'node:test';
import { internalError } from './status-error.ts';

test('no words of the engine are in an error that clients see', () => {
  const fault = (run: () => unknown) => {
    try {
      run();
    } catch (error) {
      return internalError(error);
    }
    return assert.fail();
  };
  const nothing = JSON.parse('null') as { x: number };
  for (const error of [fault(() => nothing.x), fault(() => JSON.parse('{"secret":hunter2}'))]) {
    assert.equal(error.message, 'This request caused apiserver to panic. Look in the logs for details.');
    assert.deepEqual([error.code, error.reason], [500, 'InternalError']);
    assert.ok(error.cause instanceof Error);
  }
  assert.equal(internalError(new Error('why')).message, 'Internal error occurred: why');
});
