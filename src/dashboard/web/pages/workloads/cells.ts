// What the tables of the kinds of workloads say about health. Pure.
import type { Kind } from '../../api/kind.ts';
import { type Cell, type ColumnDefinition, type Row, textOf } from '../../api/table-rows.ts';
import type { Workload } from './tree.ts';

const number = (cell: Cell): number | undefined => {
  const value = typeof cell === 'number' ? cell : Number.parseInt(textOf(cell), 10);
  return Number.isNaN(value) ? undefined : value;
};

/** `cell` gives the value of a column by its name. */
export function workloadOf(kind: Kind, definitions: readonly ColumnDefinition[], row: Row): Workload {
  const at = (name: string) => definitions.findIndex((definition) => definition.name === name);
  const cell = (name: string): Cell => row.cells[at(name)];
  const pair = (name: string): [number | undefined, number | undefined] => {
    const [ready = '', wanted = ''] = textOf(cell(name)).split('/', 2);
    return [number(ready), number(wanted)];
  };
  const common = { kind, row, restarts: 0, status: '' };
  switch (kind.kind) {
    case 'Pod': {
      const [ready, wanted] = pair('Ready');
      return {
        ...common,
        ready,
        wanted,
        status: textOf(cell('Status')),
        restarts: number(cell('Restarts')) ?? 0,
      };
    }
    case 'ReplicaSet':
    case 'ReplicationController':
    case 'DaemonSet':
      return { ...common, ready: number(cell('Ready')), wanted: number(cell('Desired')) };
    case 'Job': {
      const [ready, wanted] = pair('Completions');
      return { ...common, ready, wanted, status: textOf(cell('Status')) };
    }
    case 'CronJob':
      return { ...common, ready: undefined, wanted: undefined, status: textOf(cell('Schedule')) };
    default: {
      const [ready, wanted] = pair('Ready');
      return { ...common, ready, wanted };
    }
  }
}
