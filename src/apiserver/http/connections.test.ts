import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { type Connection, Connections, limitsFor, MAX_HEADER_BYTES } from './connections.ts';

describe('limits on connections', () => {
  let connections: Connections;
  let closed: string[];

  beforeEach(() => {
    connections = new Connections({ connections: 4, perAddress: 3, idle: 90_000, anonymousIdle: 15_000 });
    closed = [];
  });

  const open = (name: string, given: Partial<Connection> = {}) => {
    const connection: Connection = {
      address: '10.0.0.1',
      authenticated: false,
      active: 0,
      usedAt: 0,
      headerBytes: 0,
      close: () => {
        closed.push(name);
        connections.remove(connection);
      },
      ...given,
    };
    return { connection, isOpen: connections.add(connection) };
  };

  it('long headers are for users, and for some connections without one at a time', () => {
    const many = new Connections({ connections: 1000, perAddress: 1000, idle: 1, anonymousIdle: 1 });
    const start = (authenticated: boolean) => {
      const headerBytes = many.headerBytesFor(authenticated);
      const connection: Connection = {
        ...{ address: '', authenticated, active: 0, usedAt: 0, close: () => {} },
        headerBytes,
      };
      many.add(connection);
      return connection;
    };
    const long = Array.from({ length: 128 }, () => start(false));
    assert.ok(long.every(({ headerBytes }) => headerBytes === MAX_HEADER_BYTES));
    assert.equal(start(false).headerBytes, 16 * 1024);
    assert.equal(start(true).headerBytes, MAX_HEADER_BYTES);
    long[0]!.authenticated = true;
    assert.equal(start(false).headerBytes, MAX_HEADER_BYTES);
    assert.equal(start(false).headerBytes, 16 * 1024);
  });

  it('a new connection takes the place of the one without a user that has been idle for longest', () => {
    open('user', { authenticated: true, usedAt: 0 });
    open('newer', { address: '10.0.0.2', usedAt: 20 });
    open('older', { address: '10.0.0.3', usedAt: 10 });
    open('last', { address: '10.0.0.4', usedAt: 30 });
    assert.equal(open('new', { address: '10.0.0.5', usedAt: 40 }).isOpen, true);
    assert.deepEqual([closed, connections.size], [['older'], 4]);
  });

  it('idle connections of users are closed when there are no others', () => {
    for (let i = 0; i < 4; i++) open(`user-${i}`, { authenticated: true, usedAt: i, address: `10.0.0.${i}` });
    open('new', { address: '10.0.1.1' });
    assert.deepEqual(closed, ['user-0']);
  });

  it('a connection is refused when all others have requests under way', () => {
    for (let i = 0; i < 4; i++) open(`busy-${i}`, { active: 1, address: `10.0.0.${i}` });
    assert.equal(open('new', { address: '10.0.1.1' }).isOpen, false);
    assert.deepEqual([closed, connections.size], [[], 4]);
  });

  it('one address cannot take the place of others', () => {
    open('other', { address: '10.0.0.9' });
    for (let i = 0; i < 3; i++) open(`a-${i}`, { usedAt: i + 1 });
    open('a-3', { usedAt: 9 });
    assert.deepEqual(closed, ['a-0']);
  });

  it('idle connections are closed, those without a user sooner, busy ones never', () => {
    open('anonymous', { usedAt: 0 });
    open('user', { authenticated: true, usedAt: 0 });
    open('busy', { active: 1, usedAt: 0, address: '10.0.0.2' });
    connections.sweep(15_000);
    assert.deepEqual(closed, []);
    connections.sweep(15_001);
    assert.deepEqual(closed, ['anonymous']);
    connections.sweep(90_001);
    assert.deepEqual(closed, ['anonymous', 'user']);
    connections.sweep(1e9);
    assert.equal(connections.size, 1);
  });

  it('leave half of the descriptors to others', () => {
    assert.deepEqual([limitsFor(1024).connections, limitsFor(1024).perAddress], [512, 256]);
    assert.equal(limitsFor(1_048_576).connections, 5000);
    assert.equal(limitsFor(Number.NaN).connections, 5000);
  });
});
