import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aBoundPod } from '../../sim/objects/pod.ts';
import { hostsFile, podHostname, sandboxHostname } from './hosts-file.ts';
import { type DnsSettings, parseResolvConf, podDns } from './resolv-conf.ts';

const settings = {
  clusterDNS: ['10.96.0.10'],
  clusterDomain: 'cluster.local',
  host: parseResolvConf('# x\nnameserver 192.0.2.53\nsearch example.com.\noptions timeout:1\n'),
  nodeIPs: ['10.0.0.1', 'fd00::1'],
};
const cluster = {
  servers: ['10.96.0.10'],
  searches: ['default.svc.cluster.local', 'svc.cluster.local', 'cluster.local', 'example.com'],
  options: ['ndots:5'],
};
const dnsOf = (spec: Parameters<typeof aBoundPod>[1] = {}, more: Partial<DnsSettings> = {}) =>
  podDns(aBoundPod('p', spec), { ...settings, ...more });

test('ClusterFirst asks the cluster and searches its domains first', () => {
  assert.deepEqual(dnsOf(), { config: cluster, warnings: [] });
  const both = ['10.96.0.10', 'fd00:96::a'];
  assert.deepEqual(dnsOf({}, { clusterDNS: both }).config.servers, both);
});

test('on the host’s network only ClusterFirstWithHostNet asks the cluster', () => {
  assert.deepEqual(dnsOf({ hostNetwork: true }).config, settings.host);
  assert.deepEqual(dnsOf({ hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' }).config, cluster);
  assert.deepEqual(dnsOf({ dnsPolicy: 'Default' }).config, settings.host);
});

test('None is only what dnsConfig says; else dnsConfig adds and overrides', () => {
  const dnsConfig = {
    nameservers: ['1.1.1.1', '2001:db8::53'],
    searches: ['my.dom'],
    options: [{ name: 'ndots', value: '2' }, { name: 'edns0' }, { name: 'trust-ad', value: '' }],
  };
  assert.deepEqual(dnsOf({ dnsPolicy: 'None', dnsConfig }).config, {
    servers: ['1.1.1.1', '2001:db8::53'],
    searches: ['my.dom'],
    options: ['ndots:2', 'edns0', 'trust-ad'],
  });
  assert.deepEqual(dnsOf({ dnsConfig }).config, {
    servers: ['10.96.0.10', '1.1.1.1', '2001:db8::53'],
    searches: [...cluster.searches, 'my.dom'],
    options: ['ndots:2', 'edns0', 'trust-ad'],
  });
  // An option without a value replaces one that has a value.
  const plain = { ...dnsConfig, options: [{ name: 'ndots' }] };
  assert.deepEqual(dnsOf({ dnsConfig: plain }).config.options, ['ndots']);
});

test('three servers and 32 search domains fit, of 2,048 characters together and 253 each; the pod is told what is left', () => {
  const nameservers = ['1.1.1.1', '1.1.1.2', '1.1.1.3'];
  const { config, warnings } = dnsOf({ dnsConfig: { nameservers } });
  assert.deepEqual(config.servers, ['10.96.0.10', '1.1.1.1', '1.1.1.2']);
  assert.deepEqual(warnings, [
    {
      reason: 'DNSConfigForming',
      message:
        'Nameserver limits were exceeded, some nameservers have been omitted, the applied nameserver line is: 10.96.0.10 1.1.1.1 1.1.1.2',
    },
  ]);
  const searched = (searches: string[]) => dnsOf({ dnsPolicy: 'None', dnsConfig: { searches } });
  const short = Array.from({ length: 33 }, (_, i) => `s${i}`);
  assert.deepEqual(searched(short).config.searches, short.slice(0, 32));
  assert.deepEqual(searched(short.slice(0, 32)).warnings, []);
  assert.deepEqual(searched(['a', 'b'.repeat(254), 'c']).config.searches, ['a', 'c']);
  // 8 of 228 characters and the spaces between them are 1,831; a ninth fits if it has 216.
  const long = Array.from({ length: 8 }, (_, i) => `${i}${'x'.repeat(227)}`);
  assert.equal(searched([...long, 'y'.repeat(216)]).config.searches.length, 9);
  const over = searched([...long, 'y'.repeat(217), 'z']);
  assert.deepEqual(over.config.searches, long);
  assert.equal(
    over.warnings[0]?.message,
    `Search Line limits were exceeded, some search paths have been omitted, the applied search line is: ${long.join(' ')}`,
  );
});

test('without a cluster’s server a pod gets the node’s, and is told', () => {
  const { config, warnings } = dnsOf({}, { clusterDNS: [] });
  assert.deepEqual(config, settings.host);
  assert.equal(warnings[0]?.reason, 'MissingClusterDNS');
  assert.match(
    warnings[0]!.message,
    /^pod: "p_default\(.*\)"\. kubelet does not have ClusterDNS IP configured and cannot create Pod using "ClusterFirst" policy\. Falling back to "Default" policy\.$/,
  );
  assert.deepEqual(dnsOf({ dnsPolicy: 'Default' }, { clusterDNS: [] }).warnings, []);
});

test('where pods must not ask the node’s servers they ask nobody', () => {
  const none = { servers: ['127.0.0.1', '::1'], searches: ['.'], options: [] };
  assert.deepEqual(dnsOf({ dnsPolicy: 'Default' }, { host: undefined }).config, none);
  assert.deepEqual(dnsOf({}, { host: undefined }).config, {
    ...cluster,
    searches: cluster.searches.slice(0, 3),
  });
});

test('of a node’s resolv.conf the last search line counts, and the last of each option', () => {
  const text =
    'domain a.test\nsearch b.test\nsearch c.test. .\noptions ndots:3 rotate\noptions ndots:1\nnameserver\n';
  assert.deepEqual(parseResolvConf(text), {
    servers: [],
    searches: ['c.test', '.'],
    options: ['ndots:1', 'rotate'],
  });
});

test('the hosts file names the pod, with its domain when it has a subdomain, and the aliases', () => {
  const pod = aBoundPod('p', {
    hostname: 'h',
    subdomain: 's',
    hostAliases: [{ ip: '1.2.3.4', hostnames: ['a.b', 'c'] }],
  });
  const text = hostsFile(pod, ['10.0.0.2'], 'cluster.local', '');
  assert.match(text, /^# Kubernetes-managed hosts file\.\n127\.0\.0\.1\tlocalhost\n/);
  assert.match(text, /^10\.0\.0\.2\th\.s\.default\.svc\.cluster\.local\th$/m);
  assert.match(text, /# Entries added by HostAliases\.\n1\.2\.3\.4\ta\.b\tc\n$/);
  const onHost = hostsFile(aBoundPod('p', { hostNetwork: true }), [], 'cluster.local', '127.0.0.1 x\n');
  assert.equal(onHost, '# Kubernetes-managed hosts file (host network).\n127.0.0.1 x\n');
});

test('a host name is cut to 63 characters and never ends in a dash', () => {
  const name = `${'a'.repeat(62)}-b`;
  assert.equal(podHostname(aBoundPod(name), 'cluster.local').hostname, 'a'.repeat(62));
  const pod = aBoundPod('p', { subdomain: 's', setHostnameAsFQDN: true });
  assert.equal(sandboxHostname(pod, 'cluster.local'), 'p.s.default.svc.cluster.local');
});
