// The thread of the relay: what its sockets cost, the node agent does not notice. Gets a plan with each message and answers with what of
// it could not be done. Started by relay.ts from this file, or from the bundle made of it.
import { parentPort } from 'node:worker_threads';
import { systemClock } from '../../kit/clock.ts';
import { systemRandom } from '../../kit/random.ts';
import { Datagrams } from './datagrams.ts';
import { Outlet } from './outlet.ts';
import type { DatagramEntrance, RelayPlan } from './plan.ts';
import type { RelayAnswer, RelayMessage } from './relay.ts';

const datagrams = new Map<string, Datagrams>();
const outlets = new Map<string, Outlet>();

async function follow(plan: RelayPlan): Promise<RelayAnswer['refused']> {
  const wanted = new Map<string, DatagramEntrance & { readonly address: string }>(
    plan.datagrams.flatMap((one) =>
      one.addresses.map((address) => [`${address} ${one.port}`, { ...one, address }] as const),
    ),
  );
  for (const [key, one] of datagrams)
    if (!wanted.has(key)) {
      one.close();
      datagrams.delete(key);
    }
  const paths = new Map(plan.outlets.map((one) => [one.path, one]));
  for (const [path, one] of outlets)
    if (!paths.has(path)) {
      one.close();
      outlets.delete(path);
    }
  for (const one of plan.outlets) {
    const known = outlets.get(one.path);
    known?.lead(one);
    if (known) continue;
    const made = new Outlet(one);
    await made.listen();
    outlets.set(one.path, made);
  }
  const refused: RelayAnswer['refused'][number][] = [];
  for (const [key, { name, address, port, to }] of wanted) {
    const known = datagrams.get(key);
    known?.lead(to);
    if (known) continue;
    const made = new Datagrams(address, systemClock, systemRandom.float());
    made.lead(to);
    try {
      await made.bind(address, port);
      datagrams.set(key, made);
    } catch (error) {
      made.close();
      refused.push({
        entrance: name,
        address,
        reason: (error as NodeJS.ErrnoException).code ?? String(error),
      });
    }
  }
  return refused;
}

let work: Promise<unknown> = Promise.resolve();
parentPort?.on('message', ({ id, plan }: RelayMessage) => {
  work = work.then(async () => {
    const answer: RelayAnswer = await follow(plan).then(
      (refused) => ({ id, refused }),
      (error) => ({ id, refused: [], error: String(error) }),
    );
    parentPort?.postMessage(answer);
  });
});
