// A client that writes without a pause and watches, through whatever happens to the servers: run as a program of its own inside a machine.
// Prints a line of JSON when it is told to end: what was acknowledged, in order, and what its informer shows.
import { ConfigMap } from '../../../src/api/kinds/core/v1/config-map.ts';
import { isAlreadyExists } from '../../../src/api/status/status-error.ts';
import { InformerFactory } from '../../../src/client/informer/factory.ts';
import { connectionOf } from '../../../src/client/kubeconfig/connection.ts';
import { readKubeconfig } from '../../../src/client/kubeconfig/kubeconfig.ts';
import { RestClient } from '../../../src/client/rest/rest-client.ts';
import { HttpsTransport } from '../../../src/client/transport/https-transport.ts';
import { systemClock as clock } from '../../../src/kit/clock.ts';
import { silentLogger as log } from '../../../src/kit/log.ts';
import { systemRandom as random } from '../../../src/kit/random.ts';

export interface WriterReport {
  /** Name, uid and resourceVersion of each object as the answer to its creation had them. */
  readonly acknowledged: readonly (readonly [string, string, number])[];
  /** What the informer shows at the end. */
  readonly watched: readonly string[];
  /** Milliseconds of the longest time without an acknowledgement. */
  readonly longestGap: number;
}

const transport = new HttpsTransport({ ...connectionOf(readKubeconfig(process.argv[2]!)), clock });
const client = new RestClient({ transport, clock });
const informers = new InformerFactory({ client, clock, random, log });
const informer = informers.informer(ConfigMap, { namespace: 'default' });
informers.start();

let ending = false;
process.on('SIGTERM', () => {
  ending = true;
});
const acknowledged: [string, string, number][] = [];
let longestGap = 0;
let last = clock.monotonic();
for (let i = 0; !ending; i++) {
  const name = `written-${i}`;
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default' } } as const;
  for (let done = false; !done && !ending; ) {
    try {
      const { metadata } = await client.create(ConfigMap, object);
      acknowledged.push([name, metadata.uid!, Number(metadata.resourceVersion)]);
      done = true;
    } catch (error) {
      // An attempt whose answer was lost has succeeded.
      done = isAlreadyExists(error);
      if (!done) await clock.sleep(20);
    }
  }
  longestGap = Math.max(longestGap, clock.monotonic() - last);
  last = clock.monotonic();
}
const final = acknowledged.at(-1)?.[0];
while (final && !informer.lister.get(final, 'default')) await clock.sleep(50);
const watched = informer.lister.list().map(({ metadata }) => metadata.name!);
const report: WriterReport = { acknowledged, watched, longestGap: Math.round(longestGap) };
process.stdout.write(`${JSON.stringify(report)}\n`, () => process.exit(0));
