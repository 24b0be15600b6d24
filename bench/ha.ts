// Several servers: `npm run bench -- ha store` measures the store over etcd, `ha failover` loses servers and machines in turn (further
// words pick faults by name); without a word both.
import { failover } from './ha/failover.ts';
import { storeFigures } from './ha/store.ts';

const [part, ...words] = process.argv.slice(2);
if (part !== 'failover') await storeFigures();
if (part !== 'store') await failover(words);
