// What the loss of a server, a member of etcd or a machine costs: three servers with three members and three agents on machines of their
// own, under load. Called by bench/ha.ts.

import { FAULTS } from '../../test/support/several-servers/faults.ts';
import { measure } from '../../test/support/several-servers/measure.ts';
import { createPromised, Promised } from '../../test/support/several-servers/promised.ts';
import { SeveralServers } from '../../test/support/several-servers/scene.ts';
import { figure, median } from '../support/figure.ts';

const ROUNDS = 3;

/** `words` pick faults by name. */
export async function failover(words: readonly string[]): Promise<void> {
  const scene = await SeveralServers.start('tph-bench-ha');
  try {
    await createPromised(await scene.client(scene.servers[0]!), 3);
    const promised = new Promised();
    let lost = 0;
    for (const fault of FAULTS.filter(
      ({ name }) => words.length === 0 || words.some((word) => name.includes(word)),
    )) {
      const pods: number[] = [];
      const writes: number[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        const costs = await measure(scene, fault, round);
        pods.push(costs.pod / 1_000);
        writes.push(costs.write / 1_000);
        lost += costs.lost.length;
        process.stderr.write(
          `${fault.name}: pod after ${costs.pod} ms, writes paused ${costs.write} ms, lost ${costs.lost}\n`,
        );
      }
      figure(`ha ${fault.name}: next pod, median`, median(pods), 's');
      figure(`ha ${fault.name}: next pod, longest`, Math.max(...pods), 's');
      figure(`ha ${fault.name}: no write by the virtual address, median`, median(writes), 's');
      figure(`ha ${fault.name}: no write by the virtual address, longest`, Math.max(...writes), 's');
    }
    promised.stop();
    figure('ha: acknowledged writes lost', lost, 'writes');
    figure('ha: pods of a StatefulSet that ran twice', promised.twice.size, 'pods');
  } finally {
    await scene.end();
  }
}
