// What the loss of a server, a member of etcd, an agent or a machine costs: three servers with three members and three agents on machines of
// their own and two networks, under load. Called by bench/ha.ts.

import { largest } from '../../src/kit/lists.ts';
import { measureAgent } from '../../test/support/several-servers/agent-lost.ts';
import { AGENT_FAULTS, FAULTS } from '../../test/support/several-servers/faults.ts';
import { measure } from '../../test/support/several-servers/measure.ts';
import { Promised } from '../../test/support/several-servers/promised.ts';
import { SeveralServers } from '../../test/support/several-servers/scene.ts';
import { figure, median } from '../support/figure.ts';

const ROUNDS = 3;

/** `words` pick faults by name. */
export async function failover(words: readonly string[]): Promise<void> {
  const picked = ({ name }: { readonly name: string }) =>
    words.length === 0 || words.some((word) => name.includes(word));
  const scene = await SeveralServers.start('tph-bench-ha', { routed: true });
  try {
    const promised = await Promised.start(scene, await scene.client(scene.servers[0]!), 3);
    let lost = 0;
    let former = 0;
    for (const fault of FAULTS.filter(picked)) {
      const costs = await rounds(fault.name, (round) => measure(scene, fault, round));
      show(
        fault.name,
        'next pod',
        costs.map(({ pod }) => pod),
      );
      show(
        fault.name,
        'no write by the virtual address',
        costs.map(({ write }) => write),
      );
      lost += costs.flatMap((one) => one.lost).length;
    }
    for (const fault of AGENT_FAULTS.filter(picked)) {
      const costs = await rounds(fault.name, (round) => measureAgent(scene, fault, scene.agents[round]!));
      show(
        fault.name,
        'node given up',
        costs.map(({ givenUp }) => givenUp),
      );
      show(
        fault.name,
        'pods run elsewhere',
        costs.map(({ moved }) => moved),
      );
      show(
        fault.name,
        'no answer of a Service',
        costs.map(({ noAnswer }) => noAnswer),
      );
      show(
        fault.name,
        'node ready again',
        costs.map(({ back }) => back),
      );
      lost += costs.flatMap((one) => one.lost).length;
      former += costs.flatMap((one) => one.former).length;
    }
    figure('ha: acknowledged writes lost', lost, 'writes');
    figure('ha: pods of a StatefulSet or indexes of a Job that ran twice', promised.twice.length, 'pods');
    figure('ha: pods that others had got and that still ran when their node was ready', former, 'pods');
  } finally {
    await scene.end();
  }
}

async function rounds<T>(name: string, round: (n: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let n = 0; n < ROUNDS; n++) {
    results.push(await round(n));
    process.stderr.write(`${name}: ${JSON.stringify(results.at(-1))}\n`);
  }
  return results;
}

function show(fault: string, what: string, ms: readonly number[]): void {
  figure(`ha ${fault}: ${what}, median`, median(ms) / 1_000, 's');
  figure(`ha ${fault}: ${what}, longest`, largest(ms) / 1_000, 's');
}
