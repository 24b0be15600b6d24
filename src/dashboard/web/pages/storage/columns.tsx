// The columns of the tables of storage.
import type { VolumeSnapshot } from '../../../../api/kinds/snapshot/v1/volume-snapshot.ts';
import { approximate } from '../../../../api/quantity/quantity.ts';
import { objectHref } from '../../app/links.ts';
import { ageText } from '../../pieces/age.ts';
import { bytesText } from '../../pieces/amounts/amounts.ts';
import { MiniMeter } from '../../pieces/amounts/meter.tsx';
import { Badge } from '../../pieces/small.tsx';
import { naturalKey } from '../../pieces/table-order.ts';
import { toneOf } from '../../pieces/tones.ts';
import type { TableColumn } from '../../pieces/virtual-table.tsx';
import type { ClaimRow, ClassRow, VolumeRow } from './rows.ts';

const kind = (group: string, plural: string) => ({ group, version: 'v1', plural });
export const CLAIMS = kind('', 'persistentvolumeclaims');
export const VOLUMES = kind('', 'persistentvolumes');
export const CLASSES = kind('storage.k8s.io', 'storageclasses');
export const SNAPSHOTS = kind('snapshot.storage.k8s.io', 'volumesnapshots');
const PODS = kind('', 'pods');

export const hrefOf = objectHref;

const nameColumn = <Row extends { readonly name: string }>(width = 24): TableColumn<Row> => ({
  ...{ id: 'name', title: 'Name', width },
  sortKey: ({ name }) => naturalKey(name),
  cell: ({ name }) => name,
});

const ageColumn = <Row extends { readonly created: number }>(now: number): TableColumn<Row> => ({
  ...{ id: 'age', title: 'Age', width: 7, numeric: true },
  sortKey: ({ created }) => -created,
  cell: ({ created }) => ageText(created, now),
});

const phaseColumn = <Row extends { readonly phase: string }>(): TableColumn<Row> => ({
  ...{ id: 'status', title: 'Status', width: 11, narrow: true },
  sortKey: ({ phase }) => phase,
  cell: ({ phase }) => <Badge tone={toneOf(phase) ?? 'plain'}>{phase}</Badge>,
});

const textColumn = <Row,>(
  id: string,
  title: string,
  width: number,
  of: (row: Row) => string,
): TableColumn<Row> => ({ id, title, width, sortKey: of, cell: (row) => <span class="dim">{of(row)}</span> });

export const claimColumns = (now: number, namespaces: boolean): TableColumn<ClaimRow>[] => [
  nameColumn(22),
  ...(namespaces ? [textColumn<ClaimRow>('namespace', 'Namespace', 14, ({ namespace }) => namespace)] : []),
  phaseColumn(),
  {
    ...{ id: 'size', title: 'Size', width: 18, narrow: true },
    sortKey: ({ size }) => size,
    cell: ({ size, used, name }) =>
      used === undefined ? (
        bytesText(size)
      ) : (
        <MiniMeter
          share={used / size}
          label={`Used of ${name}`}
          text={`${bytesText(used)} of ${bytesText(size)}`}
        />
      ),
  },
  textColumn('class', 'Class', 12, (row) => row.class),
  textColumn('modes', 'Modes', 7, ({ modes }) => modes),
  {
    ...{ id: 'users', title: 'Used by', width: 20 },
    sortKey: ({ users }) => users?.join() ?? '',
    cell: ({ users, namespace }) => {
      if (!users) return <span class="faint">–</span>;
      const [first, ...others] = users;
      if (!first) return <span class="faint">nobody</span>;
      return (
        <>
          <a href={objectHref(PODS, namespace, first)}>{first}</a>
          {others.length > 0 && <span class="faint"> +{others.length}</span>}
        </>
      );
    },
  },
  {
    ...{ id: 'why', title: 'Why it waits', width: 34 },
    sortKey: ({ why }) => why,
    cell: ({ why }) => (
      <span class="warn" title={why}>
        {why}
      </span>
    ),
  },
  ageColumn(now),
];

export const volumeColumns = (now: number): TableColumn<VolumeRow>[] => [
  nameColumn(30),
  phaseColumn(),
  {
    ...{ id: 'size', title: 'Size', width: 9, numeric: true, narrow: true },
    sortKey: ({ size }) => size,
    cell: ({ size }) => bytesText(size),
  },
  {
    ...{ id: 'claim', title: 'Claim', width: 24 },
    sortKey: ({ claim }) => claim,
    cell: ({ claim }) => {
      const [namespace = '', name] = claim.split('/');
      return name ? (
        <a href={objectHref(CLAIMS, namespace, name)}>{claim}</a>
      ) : (
        <span class="faint">none</span>
      );
    },
  },
  textColumn('class', 'Class', 12, (row) => row.class),
  textColumn('policy', 'Reclaim', 9, ({ policy }) => policy),
  textColumn('modes', 'Modes', 7, ({ modes }) => modes),
  textColumn('driver', 'Driver', 18, ({ driver }) => driver),
  textColumn('message', 'Message', 20, ({ message }) => message),
  ageColumn(now),
];

export const classColumns = (now: number): TableColumn<ClassRow>[] => [
  {
    ...nameColumn<ClassRow>(24),
    cell: ({ name, isDefault }) => (
      <>
        {name} {isDefault && <Badge tone="good">default</Badge>}
      </>
    ),
  },
  {
    ...textColumn<ClassRow>('provisioner', 'Provisioner', 26, ({ provisioner }) => provisioner),
    narrow: true,
  },
  textColumn('policy', 'Reclaim', 9, ({ policy }) => policy),
  textColumn('binding', 'Binding', 20, ({ binding }) => binding),
  textColumn('expands', 'Expansion', 10, ({ expands }) => (expands ? 'allowed' : 'no')),
  ageColumn(now),
];

export const snapshotColumns = (now: number, namespaces: boolean): TableColumn<VolumeSnapshot>[] => [
  {
    ...{ id: 'name', title: 'Name', width: 24 },
    sortKey: ({ metadata }) => naturalKey(metadata.name ?? ''),
    cell: ({ metadata }) => metadata.name,
  },
  ...(namespaces
    ? [textColumn<VolumeSnapshot>('namespace', 'Namespace', 14, ({ metadata }) => metadata.namespace ?? '')]
    : []),
  {
    ...{ id: 'status', title: 'Status', width: 12, narrow: true },
    sortKey: stateOf,
    cell: (snapshot) => <Badge tone={toneOf(stateOf(snapshot)) ?? 'plain'}>{stateOf(snapshot)}</Badge>,
  },
  {
    ...{ id: 'size', title: 'Size', width: 9, numeric: true },
    sortKey: ({ status }) => approximate(status?.restoreSize ?? '0'),
    cell: ({ status }) => (status?.restoreSize ? bytesText(approximate(status.restoreSize)) : ''),
  },
  textColumn(
    'source',
    'Of',
    24,
    ({ spec }) => spec.source.persistentVolumeClaimName ?? spec.source.volumeSnapshotContentName ?? '',
  ),
  textColumn('class', 'Class', 14, ({ spec }) => spec.volumeSnapshotClassName ?? ''),
  textColumn('message', 'Message', 24, ({ status }) => status?.error?.message ?? ''),
  {
    ...{ id: 'age', title: 'Age', width: 7, numeric: true },
    sortKey: ({ metadata }) => -Date.parse(metadata.creationTimestamp ?? ''),
    cell: ({ metadata }) => ageText(Date.parse(metadata.creationTimestamp ?? ''), now),
  },
];

const stateOf = ({ status }: VolumeSnapshot): string =>
  status?.error ? 'Error' : status?.readyToUse ? 'Ready' : 'Pending';
