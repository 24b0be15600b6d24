import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isVersion } from './version.ts';

test('versions are those of semver.org', () => {
  const valid = [
    '0.0.0',
    '1.2.3',
    '99999999999999999999.0.0',
    '1.0.0-alpha',
    '1.0.0-alpha.1',
    '1.0.0-0A.is.legal',
    '1.0.0--',
    '1.0.0-a-b.c-d',
    '1.0.0+build.01',
    '1.0.0-rc.1+build-1',
    '1.0.0+a-b',
  ];
  for (const text of valid) assert.equal(isVersion(text), true, text);
  const invalid = [
    '',
    '1',
    '1.2',
    '1.2.3.4',
    'v1.2.3',
    '01.2.3',
    '1.2.03',
    '1.2.3-',
    '1.2.3-01',
    '1.2.3-a..b',
    '1.2.3-a_b',
    '1.2.3+',
    '1.2.3+a+b',
    ' 1.2.3',
    '1.2.3\n',
  ];
  for (const text of invalid) assert.equal(isVersion(text), false, text);
});
