// The examples of Kubernetes' documentation of its libraries, and of upstream's comments on them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resultOf } from './evaluate.fake.ts';

const holds = (...expressions: string[]): void => {
  for (const expression of expressions) assert.equal(resultOf(expression), true, expression);
};

test('lists', () => {
  holds(
    "['a', 'b'].isSorted() && [1, 3, 2].isSorted() == false && [].isSorted()",
    "[1, 3].sum() == 4 && [1.0, 3.0].sum() == 4.0 && ['1m', '1s'].map(t, duration(t)).sum() == duration('61s')",
    "[1, 3].min() == 1 && [1, 3].max() == 3 && ['a', 'b'].max() == 'b'",
    "[1, 2, 2, 3].indexOf(2) == 1 && ['a', 'b', 'b', 'c'].lastIndexOf('b') == 2 && [1].indexOf(2) == -1",
    '[1, 2, 3, 4].slice(1, 3) == [2, 3] && [[1], [2, 3]].flatten() == [1, 2, 3] && [2, 1].sort() == [1, 2]',
    '[1, 2, 1].distinct() == [1, 2] && lists.range(3) == [0, 1, 2] && [1, 2].reverse() == [2, 1]',
  );
  assert.equal(resultOf('[1].filter(x, x > 1).min()'), 'error: min called on empty list');
});

test('sets', () => {
  holds(
    'sets.contains([1, 2, 3, 4], [2, 3]) && sets.contains([], []) && !sets.contains([1], [2])',
    'sets.equivalent([1, 2], [2, 1, 1]) && sets.intersects([1], [1, 2]) && !sets.intersects([1], [2])',
  );
});

test('regular expressions', () => {
  holds(
    "'abc 123'.find('[0-9]+') == '123' && 'abc 123'.find('xyz') == ''",
    "'123 abc 456'.findAll('[0-9]*') == ['123', '', '', '', '', '456'] || '123 abc 456'.findAll('[0-9]+') == ['123', '456']",
    "'123 abc 456'.findAll('[0-9]+', 1) == ['123'] && 'x'.matches('^[a-z]$')",
  );
});

test('URLs', () => {
  holds(
    "url('https://example.com:80/').getHost() == 'example.com:80' && url('https://[::1]:80/path').getHostname() == '::1'",
    "url('https://example.com/path with spaces/').getEscapedPath() == '/path%20with%20spaces/'",
    "url('https://example.com/path?k1=a&k2=b&k2=c').getQuery() == {'k1': ['a'], 'k2': ['b', 'c']}",
    "url('/path').getScheme() == '' && url('https://example.com:80/').getPort() == '80'",
    "isURL('https://example.com:80/path?query') && isURL('/absolute-path') && !isURL('https://a:b:c/') && !isURL('../relative-path')",
  );
  assert.match(
    String(resultOf("url('../x')")),
    /^error: URL parse error during conversion from string: parse "\.\.\/x": invalid URI/,
  );
});

test('addresses', () => {
  holds(
    "isIP('127.0.0.1') && isIP('::1') && !isIP('127.0.0.256') && !isIP(':::1') && ip.isCanonical('2001:db8::abcd')",
    "!ip.isCanonical('2001:DB8::ABCD') && ip('127.0.0.1').family() == 4 && ip('::1').isLoopback() && ip('0.0.0.0').isUnspecified()",
    "ip('224.0.0.1').isLinkLocalMulticast() && ip('fe80::1').isLinkLocalUnicast() && ip('192.168.0.1').isGlobalUnicast()",
    "cidr('192.168.0.0/24').containsIP('192.168.0.1') && !cidr('192.168.0.0/24').containsIP(ip('192.168.1.1'))",
    "cidr('192.168.0.0/16').containsCIDR('192.168.10.0/24') && cidr('192.168.1.5/24').masked() == cidr('192.168.1.0/24')",
    "cidr('192.168.0.0/24').prefixLength() == 24 && string(cidr('192.168.0.0/24').ip()) == '192.168.0.0' && !isCIDR('192.168.0.0/')",
  );
  assert.equal(
    resultOf("ip('::ffff:1.2.3.4')"),
    'error: IPv4-mapped IPv6 address "::ffff:1.2.3.4" is not allowed',
  );
});

test('quantities', () => {
  holds(
    "isQuantity('1.3Gi') && !isQuantity('200K') && quantity('50000000G').isInteger() && quantity('50k').asInteger() == 50000",
    "quantity('50k').add(quantity('20k')).sub(quantity('100k')).sub(-50000) == quantity('20k') && quantity('-50').sign() == -1",
    "quantity('200M').isGreaterThan(quantity('0.2G')) == false && quantity('150Mi').isGreaterThan(quantity('100Mi'))",
    "quantity('200M').compareTo(quantity('0.2G')) == 0 && quantity('50.703k').asApproximateFloat() == 50703.0",
  );
  assert.equal(resultOf("quantity('1.5').asInteger()"), 'error: cannot convert value to integer');
});

test('versions', () => {
  holds(
    "isSemver('1.0.0') && !isSemver('hello') && isSemver('v1.0', true) && !isSemver('v1.0') && semver('1.2.3').major() == 1",
    "semver('1.0.0-alpha').isLessThan(semver('1.0.0')) && semver('1.10.0').compareTo(semver('1.9.0')) == 1",
    "semver('v01.2', true) == semver('1.2.0')",
  );
});

test('formats', () => {
  holds(
    "!format.dns1123Label().validate('my-label-name').hasValue() && format.dns1123Label().validate('No').hasValue()",
    "format.named('dns1123Label') == optional.of(format.dns1123Label()) && format.named('x') == optional.none()",
    "!format.uuid().validate('123e4567-e89b-12d3-a456-426614174000').hasValue() && format.date().validate('2021-02-30').hasValue()",
    "!format.byte().validate('aGVsbG8=').hasValue() && !format.datetime().validate('2021-01-01T00:00:00Z').hasValue()",
    "!format.dns1123LabelPrefix().validate('my-label-prefix-').hasValue()",
  );
});
