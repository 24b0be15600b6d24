import assert from 'node:assert/strict';
import { it } from 'node:test';
import { messageOf } from './message-of.ts';

it('the message of an error is its text, and of any other thrown value what it prints as', () => {
  assert.equal(messageOf(new TypeError('no')), 'no');
  assert.equal(messageOf('plain'), 'plain');
  assert.equal(messageOf(undefined), 'undefined');
});

it('what could not be parsed is not quoted', () => {
  assert.equal(messageOf(new SyntaxError('"secret" is not valid JSON')), 'malformed input');
});
