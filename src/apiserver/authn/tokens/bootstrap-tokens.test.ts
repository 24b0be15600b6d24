import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import type { Secret } from '../../../api/kinds/core/v1/secret.ts';
import { SteppedClock } from '../../../kit/clock.fake.ts';
import { Item } from '../../watch-cache/item.ts';
import { BootstrapTokens } from './bootstrap-tokens.ts';

describe('bootstrap tokens', () => {
  const clock = new SteppedClock(Date.parse('2026-01-01T00:00:00Z'));
  const ID = 'abcdef';
  const VALUE = '0123456789abcdef';
  let stored: Map<string, Secret>;
  const tokens = new BootstrapTokens({
    secrets: {
      get: (namespace, name) => {
        const found = stored.get(`${namespace}/${name}`);
        return found && new Item(Buffer.from(JSON.stringify(found)), found, {});
      },
    } as ConstructorParameters<typeof BootstrapTokens>[0]['secrets'],
    clock,
    audiences: ['api'],
  });

  function put(data: Record<string, string> = {}, more: object = {}, name = `bootstrap-token-${ID}`): void {
    const all = { 'token-id': ID, 'token-secret': VALUE, 'usage-bootstrap-authentication': 'true', ...data };
    const encoded = Object.entries(all).map(([key, value]) => [key, Buffer.from(value).toString('base64')]);
    stored.set(`kube-system/${name}`, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name, namespace: 'kube-system' },
      type: 'bootstrap.kubernetes.io/token',
      data: Object.fromEntries(encoded),
      ...more,
    } as Secret);
  }

  beforeEach(() => {
    stored = new Map();
  });
  const who = (text = `${ID}.${VALUE}`, audiences = ['api']) => tokens.authenticate(text, audiences);

  it('a token is a user in the group of bootstrappers and those of its Secret', () => {
    put({ 'auth-extra-groups': 'system:bootstrappers:b,system:bootstrappers:a' });
    assert.deepEqual(who(), {
      user: {
        name: 'system:bootstrap:abcdef',
        groups: [
          'system:bootstrappers',
          'system:bootstrappers:a',
          'system:bootstrappers:b',
          'system:authenticated',
        ],
      },
      audiences: ['api'],
    });
    assert.equal(who(undefined, ['vault']), undefined);
  });

  it('another secret, form or name is nobody', () => {
    put();
    for (const text of [
      `${ID}.0123456789abcdeF`,
      `${ID}.0123456789abcdee`,
      `${ID}.`,
      `${ID}`,
      `other1.${VALUE}`,
      ` ${ID}.${VALUE}`,
      `${ID}.${VALUE}\n`,
    ])
      assert.equal(who(text), undefined, text);
  });

  it('the Secret must be of its type, say its id, allow authentication and be there to stay', () => {
    const cases: [Record<string, string>, object?][] = [
      [{}, { type: 'Opaque' }],
      [{ 'token-id': 'abcdee' }],
      [{ 'token-secret': '' }],
      [{ 'usage-bootstrap-authentication': 'True' }],
      [{ 'usage-bootstrap-authentication': '' }],
      [{ expiration: '2026-01-01T00:00:00Z' }],
      [{ expiration: 'tomorrow' }],
      [{ expiration: '2027-01-01' }],
      [{ 'auth-extra-groups': 'system:masters' }],
      [{ 'auth-extra-groups': 'system:bootstrappers:a,' }],
      [{ 'auth-extra-groups': 'system:bootstrappers:A' }],
      [{}, { data: undefined }],
    ];
    for (const [data, more] of cases) {
      put(data, more);
      assert.equal(who(), undefined, JSON.stringify([data, more]));
    }
    put({}, { metadata: { name: `bootstrap-token-${ID}`, deletionTimestamp: '2025-01-01T00:00:00Z' } });
    assert.equal(who(), undefined);
    put({ expiration: '2026-01-01T01:00:00+00:30' });
    assert.ok(who());
  });
});
