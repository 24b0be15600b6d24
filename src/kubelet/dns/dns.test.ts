import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aBoundPod } from '../../sim/objects/pod.ts';
import { hostsFile, podHostname, sandboxHostname } from './hosts-file.ts';
import { parseResolvConf, podDns } from './resolv-conf.ts';

const settings = {
  clusterDNS: ['10.96.0.10'],
  clusterDomain: 'cluster.local',
  host: parseResolvConf('# x\nnameserver 192.0.2.53\nsearch example.com\noptions timeout:1\n'),
};
const cluster = {
  servers: ['10.96.0.10'],
  searches: ['default.svc.cluster.local', 'svc.cluster.local', 'cluster.local', 'example.com'],
  options: ['ndots:5'],
};

test('ClusterFirst asks the cluster and searches its domains first', () => {
  assert.deepEqual(podDns(aBoundPod('p'), settings), cluster);
});

test('on the host’s network only ClusterFirstWithHostNet asks the cluster', () => {
  assert.deepEqual(podDns(aBoundPod('p', { hostNetwork: true }), settings), settings.host);
  const spec = { hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' as const };
  assert.deepEqual(podDns(aBoundPod('p', spec), settings), cluster);
});

test('None is only what dnsConfig says; else dnsConfig adds and overrides', () => {
  const dnsConfig = {
    nameservers: ['1.1.1.1'],
    searches: ['my.dom'],
    options: [{ name: 'ndots', value: '2' }, { name: 'edns0' }],
  };
  assert.deepEqual(podDns(aBoundPod('p', { dnsPolicy: 'None', dnsConfig }), settings), {
    servers: ['1.1.1.1'],
    searches: ['my.dom'],
    options: ['ndots:2', 'edns0'],
  });
  assert.deepEqual(podDns(aBoundPod('p', { dnsConfig }), settings).options, ['ndots:2', 'edns0']);
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
