// How an object fares, by the columns that the server shows of it: what rows are coloured by and what the pulse page lists. Pure.

export type Health = 'good' | 'busy' | 'bad' | 'done' | 'none';

/** The cell of the column with that name (in capitals). */
type CellOf = (column: string) => string | undefined;

const GOOD = new Set(['Active', 'Approved,Issued', 'Available', 'Bound', 'Ready', 'Running', 'True']);
const DONE = new Set(['Complete', 'Completed', 'Released', 'Succeeded']);
const BUSY = new Set([
  ...['ContainerCreating', 'NotReady,SchedulingDisabled', 'Pending', 'PodInitializing', 'SchedulingGated'],
  ...['SuccessCriteriaMet', 'Suspended', 'Terminating', 'FailureTarget'],
]);
const BAD = new Set([
  ...['Denied', 'Error', 'Evicted', 'Failed', 'False', 'Lost', 'NotReady', 'OOMKilled', 'Unknown'],
]);

export function healthOf(resource: string, cell: CellOf, isLeaving: boolean): Health {
  if (isLeaving) return 'busy';
  if (resource === 'pods') return ofPod(cell('STATUS') ?? '', cell('READY') ?? '');
  if (resource === 'nodes') return ofNode(cell('STATUS') ?? '');
  if (resource === 'events') return cell('TYPE') === 'Warning' ? 'busy' : 'none';
  if (resource === 'daemonsets') return counted(cell('READY'), cell('DESIRED'));
  if (resource === 'replicasets' || resource === 'replicationcontrollers')
    return cell('DESIRED') === '0' ? 'done' : counted(cell('READY'), cell('DESIRED'));
  const [ready, wanted] = (cell('READY') ?? '').split('/');
  if (wanted !== undefined) return counted(ready, wanted);
  return ofWord(cell('STATUS') ?? cell('READY') ?? cell('AVAILABLE') ?? '');
}

const counted = (ready: string | undefined, wanted: string | undefined): Health => {
  if (ready === undefined || wanted === undefined || wanted === '') return 'none';
  return Number(ready) < Number(wanted) ? 'busy' : 'good';
};

function ofPod(status: string, ready: string): Health {
  if (status === 'Running') {
    const [have, wanted] = ready.split('/');
    return have === wanted ? 'good' : 'busy';
  }
  if (status.startsWith('Init:')) {
    const count = status.slice('Init:'.length).split('/');
    return count.length === 2 || BUSY.has(count[0]!) ? 'busy' : 'bad';
  }
  return BUSY.has(status) ? 'busy' : DONE.has(status) ? 'done' : 'bad';
}

const ofNode = (status: string): Health => {
  const words = status.split(',');
  if (!words.includes('Ready')) return 'bad';
  return words.includes('SchedulingDisabled') ? 'busy' : 'good';
};

function ofWord(word: string): Health {
  if (GOOD.has(word)) return 'good';
  if (DONE.has(word)) return 'done';
  if (BUSY.has(word)) return 'busy';
  return BAD.has(word) ? 'bad' : 'none';
}
