import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLogger, silentLogger } from '../../../kit/log.ts';
import { parseTokenFile } from './token-file.ts';

const parse = (text: string) => [...parseTokenFile(text, 'f', silentLogger)];

test('records of token, name, uid and groups', () => {
  assert.deepEqual(parse('t1,jane,u1\nt2,"joe, jr",,"a,b"\r\n\nt3,"say ""x""",u3,c'), [
    ['t1', { name: 'jane', groups: [], uid: 'u1' }],
    ['t2', { name: 'joe, jr', groups: ['a', 'b'] }],
    ['t3', { name: 'say "x"', groups: ['c'], uid: 'u3' }],
  ]);
});

test('a record with too few columns is refused, an empty or repeated token is warned of, and no token shown', () => {
  assert.throws(
    () => parse('secret,jane'),
    /^Error: token file 'f' must have at least 3 columns \(token, user name, user uid\), found 2$/,
  );
  const lines: string[] = [];
  const log = createLogger({ level: 'info', now: () => 0, write: (line) => lines.push(line) });
  const users = parseTokenFile(',x,y\nsecret,a,1\nsecret,b,2', 'f', log);
  assert.deepEqual([...users.values()], [{ name: 'b', groups: [], uid: '2' }]);
  assert.match(lines[0]!, /empty token .* record number '1'/);
  assert.match(lines[1]!, /duplicate token .* record number '3'/);
  assert.doesNotMatch(lines.join(''), /secret/);
});
