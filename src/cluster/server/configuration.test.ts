import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configurationOf } from './configuration.ts';
import { flagProblem, type ServerFlags } from './flags.ts';
import type { SavedServer } from './saved-server.ts';

const flags: ServerFlags = {
  dataDir: '/data',
  bindAddress: '0.0.0.0',
  advertiseAddress: '192.0.2.1',
  securePort: 6443,
  tlsSan: [],
  loadBalancerPool: [],
  clusterInit: false,
  caHash: [],
  etcdClientPort: 2379,
  etcdPeerPort: 2380,
  clusterReset: false,
  without: [],
  storage: {},
  encrypt: false,
  logLevel: 'info',
};
const saved: SavedServer = {
  name: 'first',
  serviceCidrs: ['10.11.0.0/16'],
  clusterCidrs: ['10.12.0.0/16'],
  engine: 'etcd',
  members: ['https://192.0.2.1:2379'],
};
const external = { endpoints: ['https://198.51.100.1:2379'] };

test('a server is what its flags say, else what it was, else what servers usually are', () => {
  const first = configurationOf({ ...flags, name: 'a' }, undefined);
  assert.deepEqual(
    [first.name, first.engine, first.serviceCidrs, first.clusterCidrs],
    [...['a', 'embedded'], ['10.96.0.0/16'], ['10.128.0.0/16']],
  );
  const later = configurationOf(flags, saved);
  assert.deepEqual(
    [later.name, later.engine, later.members, later.serviceCidrs],
    [...['first', 'etcd'], saved.members, saved.serviceCidrs],
  );
  assert.deepEqual(
    configurationOf({ ...flags, clusterCidr: '10.13.0.0/16,2001:db8::/56' }, saved).clusterCidrs,
    ['10.13.0.0/16', '2001:db8::/56'],
  );
});

test('the engine is chosen once: from the embedded store to etcd, or to one that others look after', () => {
  const embedded: SavedServer = { ...saved, engine: 'embedded', members: [] };
  assert.equal(configurationOf({ ...flags, clusterInit: true }, embedded).engine, 'etcd');
  assert.equal(configurationOf({ ...flags, clusterInit: true }, saved).engine, 'etcd');
  assert.equal(configurationOf({ ...flags, etcd: external }, embedded).engine, 'external');
  assert.equal(configurationOf(flags, { ...saved, engine: 'external', external }).external, external);
  assert.throws(() => configurationOf({ ...flags, etcd: external }, saved), /has an etcd of its own/);
  assert.throws(
    () => configurationOf({ ...flags, clusterInit: true }, { ...saved, engine: 'external', external }),
    /uses an etcd that others look after/,
  );
});

test('names and addresses of --tls-san are told apart, and the server’s own name is among them', () => {
  const { place } = configurationOf(
    { ...flags, name: 'a', tlsSan: ['api.example.org', '192.0.2.7', '2001:db8::1'] },
    undefined,
  );
  assert.deepEqual(place.names, ['a', 'api.example.org']);
  assert.deepEqual(place.addresses.slice(0, 2), ['192.0.2.7', '2001:db8::1']);
});

test('flags that do not go together are refused with what to do', () => {
  const problem = (more: Partial<ServerFlags>) => flagProblem({ ...flags, ...more });
  assert.equal(problem({}), undefined);
  assert.match(problem({ bindAddress: 'host' })!, /give an IP address/);
  assert.match(problem({ advertiseAddress: '0.0.0.0' })!, /at which other machines find this one/);
  assert.match(problem({ name: 'A' })!, /lower-case/);
  assert.match(problem({ token: 'x' })!, /give --server/);
  assert.match(problem({ server: 'http://a:6443' })!, /https:\/\/HOST:PORT/);
  assert.match(problem({ server: 'https://a:6443', clusterInit: true })!, /leave out --server/);
  assert.match(problem({ clusterResetRestorePath: '/x' })!, /give --cluster-reset/);
  assert.match(problem({ clusterReset: true, etcd: external })!, /leave out/);
  assert.throws(
    () => configurationOf({ ...flags, clusterCidr: '10.1.0.0/16,10.2.0.0/16' }, undefined),
    /one range/,
  );
});
