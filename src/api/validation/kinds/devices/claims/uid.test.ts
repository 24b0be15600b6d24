import assert from 'node:assert/strict';
import { test } from 'node:test';
import { uidErrors } from './uid.ts';

const UID = '123e4567-e89b-12d3-a456-426614174000';
const PLAIN = UID.replaceAll('-', '');
const NORMAL =
  'uid must be in RFC 4122 normalized form, `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx` with lowercase hexadecimal characters';
const wrong = (why: string) => `error validating uid: ${why}`;

test('only the normal form of a UID is valid, and others are told from what is none', () => {
  const cases: [string, string | undefined][] = [
    [UID, undefined],
    [UID.toUpperCase(), NORMAL],
    [PLAIN, NORMAL],
    [`{${UID}}`, NORMAL],
    [`URN:uuid:${UID}`, NORMAL],
    ['', wrong('invalid UUID length: 0')],
    ['é', wrong('invalid UUID length: 2')],
    [UID.replace('e', 'g'), wrong('invalid UUID format')],
    [UID.replace('-', '0'), wrong('invalid UUID format')],
    [PLAIN.replace('e', 'g'), wrong('invalid UUID format')],
    [`(${UID})`, wrong('invalid bracketed UUID format')],
    [`{${UID.replace('-', '0')}}`, wrong('invalid UUID format')],
    [`urn:guid:${UID}`, wrong('invalid urn prefix: "urn:guid:"')],
  ];
  for (const [uid, why] of cases)
    assert.deepEqual(
      uidErrors('path', uid).map(({ field, message }) => `${field}: ${message}`),
      why === undefined ? [] : [`path: Invalid value: ${JSON.stringify(uid)}: ${why}`],
      uid,
    );
});
