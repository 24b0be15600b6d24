import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  addQuantity,
  canonicalQuantity,
  compareQuantity,
  formatQuantity,
  milliValue,
  parseQuantity,
  QuantityError,
  quantityOf,
  subtractQuantity,
  wholeValue,
} from './quantity.ts';

test('a quantity is written back in canonical form', () => {
  const forms: [string, string][] = [
    ['0', '0'],
    ['0Gi', '0'],
    ['-0', '0'],
    ['0.5', '500m'],
    ['1000m', '1'],
    ['1500m', '1500m'],
    ['1024Mi', '1Gi'],
    ['1.5Gi', '1536Mi'],
    ['0.5Mi', '512Ki'],
    ['1Ki', '1Ki'],
    ['0.1Mi', '104857600m'],
    ['2000k', '2M'],
    ['1e3', '1e3'],
    ['1000e3', '1e6'],
    ['12e4', '120e3'],
    ['1E', '1E'],
    ['0.9n', '1n'],
    ['1.2345', '1234500u'],
    ['1.', '1.'],
    ['.5', '500m'],
    ['+1', '+1'],
    ['8Ei', '9223372036854775807'],
    ['+', '0'],
    ['.', '0'],
    ['e3', '0'],
    ['1E1', '10'],
    ['1e-30', '1e-9'],
    ['9.2e18', '9200e15'],
    ['-1500m', '-1500m'],
    ['512', '512'],
    ['1.500', '1.500'],
  ];
  for (const [text, canonical] of forms) assert.equal(canonicalQuantity(text), canonical, text);
});

test('an invalid quantity is refused with upstream’s message', () => {
  const expectError = (text: string, reason: RegExp) =>
    assert.throws(
      () => parseQuantity(text),
      (e) => e instanceof QuantityError && reason.test(e.message),
      text,
    );
  expectError('', /must match the regular expression/);
  expectError('1 Gi', /must match the regular expression/);
  expectError('banana', /must match the regular expression/);
  expectError('1.2.3', /must match the regular expression/);
  expectError('1Xi', /must match the regular expression/);
  expectError('1Km', /unable to parse quantity's suffix/);
  expectError('1mm', /unable to parse quantity's suffix/);
});

test('values round up to whole units and to thousandths', () => {
  assert.equal(milliValue('250m'), 250);
  assert.equal(milliValue('1'), 1000);
  assert.equal(milliValue('1.5'), 1500);
  assert.equal(milliValue('1u'), 1);
  assert.equal(wholeValue('1m'), 1);
  assert.equal(wholeValue('64Mi'), 67108864);
  assert.equal(wholeValue('1.5Gi'), 1610612736);
  assert.equal(wholeValue('1e3'), 1000);
  assert.equal(wholeValue('-1.5'), -2);
  assert.equal(wholeValue(parseQuantity('3Ti')), 3 * 1024 ** 4);
});

test('sums and differences keep the format of the first that is not zero', () => {
  const sum = (a: string, b: string) => formatQuantity(addQuantity(parseQuantity(a), parseQuantity(b)));
  assert.equal(sum('1Gi', '512Mi'), '1536Mi');
  assert.equal(sum('0', '512Mi'), '512Mi');
  assert.equal(sum('900m', '100m'), '1');
  const rest = subtractQuantity(parseQuantity('1'), parseQuantity('250m'));
  assert.equal(formatQuantity(rest), '750m');
  assert.equal(compareQuantity(parseQuantity('1000m'), parseQuantity('1')), 0);
  assert.equal(compareQuantity(parseQuantity('1Gi'), parseQuantity('1G')), 1);
  assert.equal(formatQuantity(quantityOf(16384, 'BinarySI')), '16Ki');
});

test('an amount above 2^63-1 is capped before any power of ten is computed', () => {
  const largest = 2n ** 63n - 1n;
  for (const text of ['1e999999999', '1e2147483647', '9223372036854775808', '1000E', '9.3E', '1e19', '8Ei'])
    assert.equal(canonicalQuantity(text), String(largest), text);
  assert.equal(canonicalQuantity('-1e999999999'), String(-largest));
  assert.equal(canonicalQuantity('1e-999999999'), '1e-9');
  assert.equal(canonicalQuantity('0e999999999'), '0');
  assert.equal(milliValue('1e999999999'), wholeValue('1e999999999'));
  assert.ok(BigInt(milliValue('1e18')) < largest && BigInt(wholeValue('8Ei')) < largest);
});

test('a text longer than a quantity can be is refused without reading it', () => {
  for (const text of [`${'1'.repeat(300)}x`, '0'.repeat(2_000_000), `${'.'.repeat(2_000_000)}x`])
    assert.throws(() => parseQuantity(text), QuantityError);
});
