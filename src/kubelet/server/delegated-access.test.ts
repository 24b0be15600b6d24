import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnyResource, ObjectOf } from '../../api/meta/v1/resource.ts';
import type { Client } from '../../client/client.ts';
import { delegatedAccess } from './delegated-access.ts';

/** A client that answers every review with `status` and keeps what was asked. */
function reviewing(status: object) {
  const specs: object[] = [];
  const client: Pick<Client, 'create'> = {
    create: async <R extends AnyResource>(_kind: R, object: ObjectOf<R>) => {
      const review = object as ObjectOf<R> & { spec: object };
      specs.push(review.spec);
      return { ...review, status };
    },
  };
  return { specs, access: delegatedAccess(client) };
}

const attributes = {
  user: { name: 'ann', uid: '7', groups: ['ops'], extra: { team: ['blue'] } },
  verb: 'get',
  resource: 'nodes',
  subresource: 'stats',
  name: 'node1',
  path: '/stats/summary',
} as const;

test('a request is authorized by a SubjectAccessReview that names everything known of the caller', async () => {
  const { specs, access } = reviewing({ allowed: true });
  assert.equal(await access.authorize(attributes), true);
  assert.deepEqual(specs, [
    {
      user: 'ann',
      groups: ['ops'],
      uid: '7',
      extra: { team: ['blue'] },
      resourceAttributes: {
        verb: 'get',
        version: 'v1',
        resource: 'nodes',
        subresource: 'stats',
        name: 'node1',
      },
    },
  ]);
  assert.equal(await reviewing({ allowed: false }).access.authorize(attributes), false);
});

test('a bearer token belongs to the user whom the TokenReview names, or to no user', async () => {
  const user = { username: 'ann', uid: '7', groups: ['ops'], extra: { team: ['blue'] } };
  const { access } = reviewing({ authenticated: true, user });
  assert.deepEqual(await access.authenticateToken('good'), attributes.user);
  assert.equal(await reviewing({ authenticated: false, user }).access.authenticateToken('bad'), undefined);
});
