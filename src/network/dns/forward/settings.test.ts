import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SteppedClock } from '../../../kit/clock.fake.ts';
import { NodeResolver } from './node-resolver.ts';
import { forwardSettings, stubDomainOf } from './settings.ts';

describe('the ConfigMap kube-dns', () => {
  it('names servers by domain, and others for the rest', () => {
    const settings = forwardSettings({
      stubDomains: '{"Acme.local.": ["1.2.3.4", "1.2.3.5:5353", "2001:db8::1", "[2001:db8::2]:54"]}',
      upstreamNameservers: '["8.8.8.8", "8.8.4.4:54"]',
      autopath: 'true',
    });
    assert.deepEqual(Object.fromEntries(settings.stubDomains), {
      'acme.local': [
        { host: '1.2.3.4', port: 53 },
        { host: '1.2.3.5', port: 5353 },
        { host: '2001:db8::1', port: 53 },
        { host: '2001:db8::2', port: 54 },
      ],
    });
    assert.deepEqual(settings.upstream, [
      { host: '8.8.8.8', port: 53 },
      { host: '8.8.4.4', port: 54 },
    ]);
    assert.equal(settings.autopath, true);
    assert.equal(stubDomainOf(settings, 'a.acme.local'), 'acme.local');
    assert.equal(stubDomainOf(settings, 'xacme.local'), undefined);
  });

  it('changes nothing when it is empty', () => {
    const settings = forwardSettings({ stubDomains: ' ', upstreamNameservers: '[]' });
    assert.deepEqual(
      [settings.stubDomains.size, settings.upstream, settings.autopath],
      [0, undefined, false],
    );
  });

  for (const [what, data, message] of [
    ['JSON', { stubDomains: '{' }, /^stubDomains: is not JSON$/],
    ['a map', { stubDomains: '["1.2.3.4"]' }, /^stubDomains: must map domains to lists of servers$/],
    ['lists', { stubDomains: '{"a": "1.2.3.4"}' }, /^stubDomains\[a\]: must be a list of servers$/],
    ['domains', { stubDomains: '{"a b": ["1.2.3.4"]}' }, /^stubDomains: a b is not a domain$/],
    [
      'servers',
      { stubDomains: '{"a": ["dns.test"]}' },
      /^stubDomains\[a\]: "dns.test" is not IP or IP:port$/,
    ],
    ['ports', { upstreamNameservers: '["1.2.3.4:0"]' }, /"1.2.3.4:0" is not IP or IP:port$/],
    ['texts', { upstreamNameservers: '[1]' }, /^upstreamNameservers: 1 is not IP or IP:port$/],
    [
      'three servers',
      { upstreamNameservers: '["1.1.1.1","1.1.1.2","1.1.1.3","1.1.1.4"]' },
      /more than 3 servers$/,
    ],
    [
      'short texts',
      { stubDomains: `{"a": [${'"1.2.3.4",'.repeat(10_000)}]}` },
      /more than 65536 characters$/,
    ],
    ['a truth', { autopath: 'yes' }, /^autopath: must be true or false$/],
  ] as const)
    it(`must have ${what}`, () => assert.throws(() => forwardSettings(data), { message }));
});

describe('the node’s resolv.conf', () => {
  it('names servers of both families and search domains, and is read again', async () => {
    const clock = new SteppedClock();
    let text =
      '# x\nnameserver 10.0.0.2\n nameserver fe80::1%eth0\nsearch a\nnameserver x\nsearch B.test. c\n';
    let reads = 0;
    const node = new NodeResolver(clock, () => {
      reads++;
      return text;
    });
    assert.deepEqual(
      node.servers.map(({ host }) => host),
      ['10.0.0.2', 'fe80::1%eth0'],
    );
    assert.deepEqual(node.searches, ['b.test', 'c']);
    text = 'nameserver 10.0.0.3\n';
    assert.equal(reads, 1);
    await clock.step(1_000);
    assert.deepEqual([node.servers.map(({ host }) => host), node.searches], [['10.0.0.3'], []]);
    const without = new NodeResolver(clock, () => {
      throw new Error('no such file');
    });
    assert.deepEqual(without.servers, []);
  });
});
