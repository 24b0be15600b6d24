// Claims, volumes, classes and snapshots: who uses what, how full it is, and why a claim waits.
import type { PersistentVolume } from '../../../../api/kinds/core/v1/persistent-volume.ts';
import type { PersistentVolumeClaim } from '../../../../api/kinds/core/v1/persistent-volume-claim.ts';
import type { VolumeSnapshot } from '../../../../api/kinds/snapshot/v1/volume-snapshot.ts';
import type { StorageClass } from '../../../../api/kinds/storage/v1/storage-class.ts';
import { kindOf } from '../../api/discovery.ts';
import { collectionPath } from '../../api/kind.ts';
import { type Live, useLive } from '../../api/live.ts';
import { view } from '../../api/views.ts';
import { namespaceChoice, route, setQuery } from '../../app/route.ts';
import '../list/list.css';
import { useNow, usePolled } from '../../pieces/polled.ts';
import { Empty, Refused, Spinner } from '../../pieces/small.tsx';
import { inOrder, orderOf, orderText } from '../../pieces/table-order.ts';
import { Tabs } from '../../pieces/tabs.tsx';
import { type TableColumn, VirtualTable } from '../../pieces/virtual-table.tsx';
import {
  CLAIMS,
  CLASSES,
  claimColumns,
  classColumns,
  hrefOf,
  SNAPSHOTS,
  snapshotColumns,
  VOLUMES,
  volumeColumns,
} from './columns.tsx';
import { claimRow, classRow, type Known, volumeRow } from './rows.ts';

interface Answer {
  readonly users: NonNullable<Known['users']>;
  readonly use: Known['use'];
}

const EVERY_MS = 20_000;
const TABS = [
  { id: 'claims', title: 'Claims' },
  { id: 'volumes', title: 'Volumes' },
  { id: 'classes', title: 'Classes' },
  { id: 'snapshots', title: 'Snapshots' },
] as const;

export default function StoragePage() {
  const namespace = namespaceChoice.value;
  const tab = route.value.query.get('tab') ?? 'claims';
  const tabs = TABS.filter(({ id }) => id !== 'snapshots' || kindOf(SNAPSHOTS.group, SNAPSHOTS.plural));
  return (
    <div class="page list-page">
      <header class="page-head">
        <h1>Storage</h1>
        <span class="dim">{namespace && `of namespace ${namespace}`}</span>
      </header>
      <Tabs tabs={tabs} chosen={tab} onChoose={(id) => setQuery({ tab: id, sort: undefined })} />
      {tab === 'volumes' ? (
        <Volumes />
      ) : tab === 'classes' ? (
        <Classes />
      ) : tab === 'snapshots' ? (
        <Snapshots namespace={namespace} />
      ) : (
        <Claims namespace={namespace} />
      )}
    </div>
  );
}

function Claims({ namespace }: { readonly namespace: string }) {
  const now = useNow();
  const claims = useLive<PersistentVolumeClaim>(collectionPath(CLAIMS, namespace));
  const classes = useLive<StorageClass>(collectionPath(CLASSES));
  const volumes = useLive<PersistentVolume>(collectionPath(VOLUMES));
  const users = usePolled(`volumes ${namespace}`, () => view<Answer>('volumes', { namespace }), EVERY_MS);
  const readable = <T,>({ items, state }: Live<T>) => (state.value === 'refused' ? undefined : items.value);
  const known: Known = {
    ...{ classes: readable(classes), volumes: readable(volumes) },
    ...{ users: users.value?.users, use: users.value?.use ?? {} },
  };
  return (
    <Rows
      live={claims}
      label="Claims"
      rows={claims.items.value.map((claim) => claimRow(claim, known))}
      keyOf={({ key }) => key}
      columns={claimColumns(now, namespace === '')}
      href={(row) => hrefOf(CLAIMS, row.namespace, row.name)}
    />
  );
}

function Volumes() {
  const now = useNow();
  const volumes = useLive<PersistentVolume>(collectionPath(VOLUMES));
  return (
    <Rows
      live={volumes}
      label="Volumes"
      rows={volumes.items.value.map(volumeRow)}
      keyOf={({ name }) => name}
      columns={volumeColumns(now)}
      href={({ name }) => hrefOf(VOLUMES, '', name)}
    />
  );
}

function Classes() {
  const now = useNow();
  const classes = useLive<StorageClass>(collectionPath(CLASSES));
  return (
    <Rows
      live={classes}
      label="Classes"
      rows={classes.items.value.map(classRow)}
      keyOf={({ name }) => name}
      columns={classColumns(now)}
      href={({ name }) => hrefOf(CLASSES, '', name)}
    />
  );
}

function Snapshots({ namespace }: { readonly namespace: string }) {
  const now = useNow();
  const snapshots = useLive<VolumeSnapshot>(collectionPath(SNAPSHOTS, namespace));
  return (
    <Rows
      live={snapshots}
      label="Snapshots"
      rows={snapshots.items.value}
      keyOf={({ metadata }) => metadata.uid ?? ''}
      columns={snapshotColumns(now, namespace === '')}
      href={({ metadata }) => hrefOf(SNAPSHOTS, metadata.namespace, metadata.name ?? '')}
    />
  );
}

interface RowsProps<Row> {
  readonly live: Live<unknown>;
  readonly label: string;
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  readonly columns: readonly TableColumn<Row>[];
  readonly href: (row: Row) => string;
}

function Rows<Row>({ live, label, rows, columns, ...rest }: RowsProps<Row>) {
  if (live.state.value === 'refused') return <Refused error={live.error.value} what={label.toLowerCase()} />;
  if (rows.length === 0)
    return live.state.value === 'loading' ? <Spinner /> : <Empty title={`No ${label.toLowerCase()}`} />;
  const order = orderOf(route.value.query.get('sort') ?? 'name');
  const sortKey = columns.find(({ id }) => id === order.column)?.sortKey;
  return (
    <VirtualTable
      label={label}
      columns={columns}
      rows={sortKey ? inOrder(rows, sortKey, order.down) : rows}
      order={order}
      onOrder={(next) => setQuery({ sort: orderText(next) })}
      {...rest}
    />
  );
}
