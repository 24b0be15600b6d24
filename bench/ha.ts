// Several servers: `npm run bench -- ha store` measures the store over etcd, `ha load` how a server loads what is in etcd, `ha failover`
// loses servers and machines in turn (further words pick faults by name); without a word all of them.
import { failover } from './ha/failover.ts';
import { loadFigures } from './ha/load.ts';
import { storeFigures } from './ha/store.ts';

const [part, ...words] = process.argv.slice(2);
const wanted = (name: string) => part === undefined || part === name;
if (wanted('store')) await storeFigures();
if (wanted('load')) await loadFigures();
if (wanted('failover')) await failover(words);
