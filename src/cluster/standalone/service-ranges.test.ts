import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serviceRanges } from './service-ranges.ts';

test('Services have one range, or one of each family', () => {
  assert.deepEqual(serviceRanges('10.96.0.7/16', '10.0.0.1'), ['10.96.0.0/16']);
  assert.deepEqual(serviceRanges('fd00::/112, 10.96.0.0/16', 'fd01::1'), ['fd00::/112', '10.96.0.0/16']);
});

test('other ranges are refused in upstream’s words', () => {
  const refused = (text: string, message: RegExp, advertised = '10.0.0.1') =>
    assert.throws(() => serviceRanges(text, advertised), message);
  refused('10.96.0.0/16,fd00::/112,fd01::/112', /must not contain more than two entries/);
  refused('10.96.0.0/16,x', /--service-cluster-ip-range\[1\] is not a valid cidr/);
  refused('10.96.0.0/16,10.97.0.0/16', /must be of different IP family/);
  refused('fd00::/112', /service IP family "fd00::\/112" must match public address family "10.0.0.1"/);
});
