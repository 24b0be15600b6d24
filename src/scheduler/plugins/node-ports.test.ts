import assert from 'node:assert/strict';
import { it } from 'node:test';
import { cacheOf, filterAnswers } from '../testing/cache.fake.ts';
import { aContainer, aNode, aPod, type Container } from '../testing/objects.fake.ts';
import { nodePorts } from './node-ports.ts';

type Port = NonNullable<Container['ports']>[number];

const claiming = (port: Partial<Port>) =>
  aPod({ containers: [aContainer({}, { ports: [{ containerPort: 1, hostPort: 80, ...port }] })] });

const fits = (inPlace: Partial<Port>, incoming: Partial<Port>) => {
  const answers = filterAnswers(
    nodePorts,
    cacheOf([aNode('a')], { a: [claiming(inPlace)] }),
    claiming(incoming),
  );
  if (typeof answers === 'string') return answers;
  return answers.a === 'Success' ? 'fits' : answers.a;
};

const taken = "Unschedulable: node(s) didn't have free ports for the requested pod ports";

it('refuses a port that is taken, and lets other ports and protocols be', () => {
  assert.equal(fits({}, {}), taken);
  assert.equal(fits({}, { hostPort: 81 }), 'fits');
  assert.equal(fits({}, { protocol: 'UDP' }), 'fits');
});

it('tells addresses apart, but 0.0.0.0 takes the port on all of them', () => {
  assert.equal(fits({ hostIP: '127.0.0.1' }, { hostIP: '127.0.0.2' }), 'fits');
  assert.equal(fits({ hostIP: '127.0.0.1' }, { hostIP: '127.0.0.1' }), taken);
  assert.equal(fits({ hostIP: '127.0.0.1' }, {}), taken);
});

it('counts the ports of sidecars, and skips pods that have none', () => {
  const sidecar = aContainer({}, { restartPolicy: 'Always', ports: [{ containerPort: 1, hostPort: 80 }] });
  const cache = cacheOf([aNode('a')], { a: [aPod({ initContainers: [sidecar] })] });
  assert.deepEqual(filterAnswers(nodePorts, cache, claiming({})), { a: taken });
  assert.equal(filterAnswers(nodePorts, cache, aPod()), 'Skip');
});
