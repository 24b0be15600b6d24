// The API server under load, without nodes: over TLS, with a bearer token and RBAC, with durable writes. The load generators
// share the machine's cores with the server, as in the reference figures. `npm run bench -- api [PART…]`.
import { withCluster } from './support/api/bench-cluster.ts';
import { custom } from './support/api/custom.ts';
import { fanouts } from './support/api/fanouts.ts';
import { pods } from './support/api/pods.ts';
import { requests } from './support/api/requests.ts';
import { connectionMemory, watchMemory } from './support/api/watch-memory.ts';

const PARTS = { requests, custom, fanouts, watches: watchMemory, connections: connectionMemory, pods };

const words = process.argv.slice(2);
for (const [name, part] of Object.entries(PARTS))
  if (words.length === 0 || words.includes(name)) await withCluster(part);
