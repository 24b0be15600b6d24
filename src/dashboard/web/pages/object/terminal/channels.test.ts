import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endingOf, inputMessage, received, sizeMessage } from './channels.ts';
import { execCommand, SHELLS, wordsOf } from './shells.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const frame = (...content: number[]) => Uint8Array.from(content).buffer;

test('input and the size of the window go to their channels', () => {
  assert.deepEqual([...inputMessage('ä')], [0, 0xc3, 0xa4]);
  const size = sizeMessage(80, 24);
  assert.equal(size[0], 4);
  assert.deepEqual(JSON.parse(new TextDecoder().decode(size.subarray(1))), { Width: 80, Height: 24 });
});

test('both outputs are shown, the status is kept, empty messages mean nothing', () => {
  assert.deepEqual(received(frame(1, 65)), { type: 'output', bytes: bytes('A') });
  assert.deepEqual(received(frame(2, 66)), { type: 'output', bytes: bytes('B') });
  assert.equal(received(frame(3, 67))?.type, 'status');
  assert.equal(received(frame(1)), undefined);
  assert.equal(received(frame()), undefined);
  assert.equal(received(frame(9, 1)), undefined);
});

test('an exit code, a failure in the words of the API and a lost connection are told apart', () => {
  const failure = {
    status: 'Failure',
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: '127' }] },
  };
  const text = JSON.stringify(failure);
  assert.deepEqual(endingOf([bytes(text.slice(0, 9)), bytes(text.slice(9))], 1000, ''), {
    type: 'ended',
    text: 'The command ended with exit code 127.',
    code: 127,
  });
  assert.equal(endingOf([bytes('{"status":"Success"}')], 1000, '').code, 0);
  const refused = JSON.stringify({ status: 'Failure', message: 'container not found ("app")' });
  assert.deepEqual(endingOf([bytes(refused)], 1000, ''), {
    type: 'failed',
    text: 'container not found ("app")',
  });
  assert.deepEqual(endingOf([], 1006, ''), { type: 'lost', text: 'The connection was lost.' });
  assert.equal(endingOf([], 1000, '').type, 'ended');
});

test('a command is typed as in a shell', () => {
  assert.deepEqual(wordsOf(`psql -U "my user" -c 'select 1'`), ['psql', '-U', 'my user', '-c', 'select 1']);
  assert.deepEqual(wordsOf(`echo ""`), ['echo', '']);
  assert.equal(wordsOf('  '), undefined);
  assert.equal(wordsOf('echo "open'), undefined);
});

test('the command for a terminal of one’s own can be pasted', () => {
  assert.equal(
    execCommand('shop', 'web-1', 'app', ['bash']),
    'kubectl exec -it -n shop web-1 -c app -- bash',
  );
  assert.match(execCommand('n', 'p', 'c', SHELLS[1]!.command), / -- \/bin\/sh -c 'TERM=.*exec sh'$/);
  assert.match(execCommand('n', 'p', 'c', ["it's"]), /'it'\\''s'$/);
});
