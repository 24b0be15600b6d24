// `tiphys status`: the clusters of this machine.
import { Command } from 'commander';
import { listServers } from '../../cluster/server/server-records.ts';
import { listRecords } from '../../cluster/state/registry.ts';
import type { ClusterStatus } from '../../cluster/status.ts';
import { nodeSummary } from '../output/node-summary.ts';
import { type Column, type Format, print } from '../output/print.ts';
import { knownCluster, outputOption } from './options.ts';

const columns: Column<ClusterStatus>[] = [
  { title: 'NAME', cell: (c) => c.name },
  { title: 'STATUS', cell: (c) => c.status },
  { title: 'API', cell: (c) => c.api },
  { title: 'REGISTRY', cell: (c) => c.registry ?? '' },
  { title: 'NODES', cell: (c) => nodeSummary(c.nodes) },
  { title: 'PODS', cell: (c) => (c.pods === undefined ? '' : String(c.pods)) },
  { title: 'DATA', cell: (c) => c.dataDir },
];

/** One line for each component that was started again. */
const restarts = ({ name, components }: ClusterStatus): string[] =>
  components
    .filter((component) => component.restarts > 0)
    .map(({ name: component, state, restarts: count, lastReason, lastTime }) => {
      const last = [lastTime, lastReason].filter(Boolean).join(': ');
      return `${name}: ${component} (${state}): ${count} restart${count > 1 ? 's' : ''}, the last ${last}\n`;
    });

/** One line for each store whose disk takes no writes. */
const alarms = ({ name, store }: ClusterStatus): string[] =>
  store?.alarm ? [`${name}: ALARM ${store.alarm}: the disk takes no writes; reads go on\n`] : [];

/** One line for each store of which the disk has lost something. */
const damages = ({ name, store }: ClusterStatus): string[] =>
  store?.damage
    ? [`${name}: DAMAGE on disk: ${store.damage}; save what is in memory: tiphys snapshot save\n`]
    : [];

/** One line for each file that is not applied as it is. */
const unapplied = ({ name, manifests = [] }: ClusterStatus): string[] =>
  manifests.map(({ file, problem }) => `${name}: manifests/${file}: ${problem.split('\n').join('; ')}\n`);

export const statusCommand = (): Command =>
  new Command('status')
    .description('Show the clusters and servers of this machine, or one of them')
    .option('--name <name>', 'only this cluster or server')
    .addOption(outputOption())
    .action(async ({ name, output }: { name?: string; output: Format }) => {
      const { clusterStatus, serverStatus } = await import('../../cluster/status.ts');
      const servers = listServers().filter((server) => name === undefined || server.name === name);
      const records = name && servers.length > 0 ? [] : name ? [knownCluster(name).record] : listRecords();
      const rows = await Promise.all([...records.map(clusterStatus), ...servers.map(serverStatus)]);
      if (rows.length === 0 && output === 'table')
        process.stderr.write('No clusters on this machine; tiphys up starts one.\n');
      else await print(output, rows, columns);
      if (output === 'table')
        process.stdout.write(
          [restarts, alarms, damages, unapplied].flatMap((of) => rows.flatMap(of)).join(''),
        );
      // A connection to an API server that does not answer would keep this process until its own, longer time-out.
      process.exit(rows.some((row) => row.status !== 'Running') ? 3 : 0);
    });
