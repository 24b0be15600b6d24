// Several servers over etcd: `npm run bench -- ha`.
import { storeFigures } from './ha/store.ts';

await storeFigures();
