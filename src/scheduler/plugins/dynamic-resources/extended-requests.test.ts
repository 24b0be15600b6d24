import assert from 'node:assert/strict';
import { it } from 'node:test';
import { aContainer, aPod } from '../../../sim/objects/pod.ts';
import { extendedRequests } from './extended-requests.ts';

const GPU = 'example.com/gpu';
const asking = (name: string, gpus: number, extra = {}) =>
  aContainer(name, { resources: { requests: { cpu: '1', [GPU]: `${gpus}` } }, ...extra });
/** `request=count …; container:request …`. */
const told = (...args: Parameters<typeof aPod>) => {
  const { requests, mappings } = extendedRequests(aPod(...args), new Map([[GPU, 'gpus']]));
  const asked = requests.map(
    ({ name, exactly }) => `${name.replace(/ontainer-|equest-/g, '')}=${exactly!.count}`,
  );
  const mapped = mappings.map(
    ({ containerName, requestName }) => `${containerName}:${requestName.replace(/ontainer-|equest-/g, '')}`,
  );
  return `${asked.join(' ')}; ${mapped.join(' ')}`;
};

it('each container that asks has a request of its own', () => {
  const containers = [asking('a', 1), aContainer('b'), asking('c', 2)];
  assert.equal(told('p', { containers }), 'c0-r1=1 c2-r1=2; a:c0-r1 c:c2-r1');
});

it('init containers that end use the devices of later ones, and share what they need besides', () => {
  const initContainers = [
    asking('i', 1),
    asking('j', 4),
    asking('s', 1, { restartPolicy: 'Always' }),
    asking('k', 5),
  ];
  const containers = [asking('a', 2)];
  assert.equal(
    told('p', { initContainers, containers }),
    'c2-r1=1 c3-r1=3 c4-r1=2; s:c2-r1 a:c4-r1 i:c2-r1 j:c2-r1 j:c4-r1 j:c3-r1 k:c4-r1 k:c3-r1',
  );
});

it('resources are asked for by name, each with its class', () => {
  const amounts = { 'b.example.com/x': '1', 'a.example.com/y': '2' };
  const pod = aPod('p', { containers: [aContainer('main', { resources: { requests: amounts } })] });
  const classes = new Map([
    ['b.example.com/x', 'X'],
    ['a.example.com/y', 'Y'],
  ]);
  assert.deepEqual(
    extendedRequests(pod, classes).requests.map(({ name, exactly }) => [name, exactly!.deviceClassName]),
    [
      ['container-0-request-0', 'Y'],
      ['container-0-request-1', 'X'],
    ],
  );
});
