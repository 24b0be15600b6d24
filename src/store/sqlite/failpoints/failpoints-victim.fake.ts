// The process that failpoints.test.ts lets die: writes /a, then /b with the failpoint armed, and prints what was acknowledged.
import { systemClock } from '../../../kit/clock.ts';
import { openSqliteStore } from '../sqlite-store.ts';
import { arm, type FailpointName, startFailingStoreWorker } from './failpoints.fake.ts';

const [directory = '', name] = process.argv.slice(2);
const worker = startFailingStoreWorker();
const store = await openSqliteStore({ directory, clock: systemClock, worker });
const value = () => Buffer.alloc(20_000, 'x');
await store.create('/a', value);
arm(worker, { name: name as FailpointName });
await store.create('/b', value);
process.stdout.write('acknowledged');
