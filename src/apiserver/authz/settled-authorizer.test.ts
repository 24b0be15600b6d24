import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Attributes, type Authorizer, resourceAttributes } from './attributes.ts';
import { SettledAuthorizer } from './settled-authorizer.ts';
import { person } from './stored.fake.ts';

const eve = person('eve');
const named = (name: string): Attributes => resourceAttributes({ verb: 'get', resource: 'pods', name });

/** Allows names that begin with a; answers later. */
function remote(): { asked: string[]; settled: SettledAuthorizer } {
  const asked: string[] = [];
  const authorizer: Authorizer = {
    authorize: async (_, { name }) => {
      asked.push(name);
      return { allowed: name.startsWith('a'), reason: name };
    },
  };
  return { asked, settled: new SettledAuthorizer(authorizer) };
}

test('code that cannot wait gets the answers of an authorizer that takes its time, each asked once', async () => {
  const { asked, settled } = remote();
  let runs = 0;
  const result = settled.settle(() => {
    runs++;
    return ['a1', 'b', 'a2', 'a1'].map((name) => settled.authorize(eve, named(name)).allowed);
  });
  assert.deepEqual(await result, [true, false, true, true]);
  assert.deepEqual(asked, ['a1', 'b', 'a2']);
  assert.equal(runs, 4);
});

test('answers are of one run: the next asks again, and another user gets none of them', async () => {
  const { asked, settled } = remote();
  const ask = (user = eve) => settled.settle(() => settled.authorize(user, named('a')).allowed);
  await ask();
  await ask();
  await settled.settle(() => [
    settled.authorize(eve, named('a')),
    settled.authorize(person('eve', 'g'), named('a')),
  ]);
  assert.equal(asked.length, 4);
});

test('runs that wait at the same time do not mix their answers', async () => {
  const { settled } = remote();
  const ask = (name: string) => settled.settle(() => settled.authorize(eve, named(name)).reason);
  assert.deepEqual(await Promise.all([ask('x'), ask('y'), ask('x')]), ['x', 'y', 'x']);
});

test('errors of the code pass, as do answers that are there at once', async () => {
  const local = new SettledAuthorizer({ authorize: () => ({ allowed: true, reason: '' }) });
  assert.equal(
    local.settle(() => local.authorize(eve, named('b')).allowed),
    true,
  );
  const { settled } = remote();
  await assert.rejects(async () => {
    await settled.settle(() => {
      settled.authorize(eve, named('a'));
      throw new Error('mine');
    });
  }, /^Error: mine$/);
});

test('a run that asks without end is stopped', async () => {
  const { settled } = remote();
  let n = 0;
  await assert.rejects(async () => {
    await settled.settle(() => {
      n++;
      for (let i = 0; i < n; i++) settled.authorize(eve, named(`${i}`));
    });
  }, /too many authorization checks/);
});
