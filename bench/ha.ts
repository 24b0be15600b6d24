// Several servers: `npm run bench -- ha store` measures the store over etcd, `ha load` how a server loads what is in etcd, `ha failover`
// loses servers and machines in turn (further words pick faults by name); without a word all of them. `KUBE_APISERVER=FILE npm run bench --
// ha beside` measures creations in turns with a kube-apiserver that is not part of this project.
import { besideFigures } from './ha/beside.ts';
import { failover } from './ha/failover.ts';
import { loadFigures } from './ha/load.ts';
import { storeFigures } from './ha/store.ts';

const [part, ...words] = process.argv.slice(2);
const wanted = (name: string) => part === undefined || part === name;
if (wanted('store')) await storeFigures();
if (wanted('load')) await loadFigures();
if (wanted('failover')) await failover(words);
const { KUBE_APISERVER } = process.env;
if (part === 'beside' && KUBE_APISERVER) await besideFigures(KUBE_APISERVER);
