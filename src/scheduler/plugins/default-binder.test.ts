import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Client } from '../../client/client.ts';
import { podInfo } from '../cache/pod-info.ts';
import { CycleState } from '../framework/cycle-state.ts';
import { aPod } from '../testing/objects.fake.ts';
import { defaultBinder } from './default-binder.ts';

it('posts a Binding that holds for this pod only, not for a later one of the same name', async () => {
  const posts: unknown[][] = [];
  const post = async (...call: unknown[]) => void posts.push(call);
  const pod = podInfo(aPod());
  const { name } = pod.pod.metadata;
  const client: Pick<Client, 'post'> = { post: (...call) => post(...call).then(() => ({}) as never) };
  assert.equal((await defaultBinder(client).bind(new CycleState(), pod, 'a')).code, 'Success');
  assert.deepEqual(posts[0]?.slice(1), [
    name,
    'd',
    'binding',
    {
      apiVersion: 'v1',
      kind: 'Binding',
      metadata: { name, namespace: 'd', uid: pod.uid },
      target: { kind: 'Node', name: 'a' },
    },
  ]);
});
