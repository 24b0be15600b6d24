import assert from 'node:assert/strict';
import { it } from 'node:test';
import { bytesText, coresText } from './amounts.ts';

it('cores and bytes have few digits', () => {
  assert.deepEqual([0, 0.0004, 0.05, 0.25, 1.5, 12, 194.2].map(coresText), [
    '0',
    '1m',
    '50m',
    '0.25',
    '1.5',
    '12',
    '194',
  ]);
  const of = [0, 512, 1536, 16 * 2 ** 20, 23.5 * 2 ** 30, 1.5 * 2 ** 40].map(bytesText);
  assert.deepEqual(of, ['0 B', '512 B', '1.5 KiB', '16 MiB', '23.5 GiB', '1.5 TiB']);
});
