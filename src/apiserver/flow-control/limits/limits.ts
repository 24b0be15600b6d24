// Seats of a priority level as its configuration says: the nominal number, and how far lending and borrowing may change it.
// Pure functions, called by configuration.ts.
// Upstream: finishQueueSetReconfigsLocked in staging/src/k8s.io/apiserver/pkg/util/flowcontrol/apf_controller.go.
import type { PriorityLevelConfiguration } from '../../../api/kinds/flowcontrol/v1/priority-level-configuration.ts';

export interface Queuing {
  readonly queues: number;
  readonly handSize: number;
  readonly queueLengthLimit: number;
}

export interface LevelConfig {
  readonly name: string;
  readonly uid: string;
  readonly exempt: boolean;
  readonly shares: number;
  readonly lendablePercent: number;
  /** Undefined: no limit but the server's. */
  readonly borrowingLimitPercent: number | undefined;
  /** Undefined: requests over the limit are rejected at once. */
  readonly queuing: Queuing | undefined;
}

export interface Limits {
  readonly nominal: number;
  readonly lower: number;
  readonly upper: number;
  /** The most seats that one request is counted as. */
  readonly maxSeats: number;
}

/** Undefined for a specification that is not consistent: the object is then treated as if it did not exist, as upstream. */
export function levelConfig({ metadata, spec }: PriorityLevelConfiguration): LevelConfig | undefined {
  const name = metadata.name ?? '';
  const exempt = spec?.type === 'Exempt';
  // A level cannot change between exempt and limited.
  if (exempt !== (name === 'exempt') || (!exempt && !spec?.limited)) return undefined;
  const { limited } = spec!;
  const response = limited?.limitResponse;
  if (response && (response.type === 'Queue') !== (response.queuing !== undefined)) return undefined;
  const queuing = response?.queuing && queuingOf(response.queuing);
  if (queuing && !dealable(queuing)) return undefined;
  return {
    name,
    uid: metadata.uid ?? '',
    exempt,
    shares: (exempt ? spec?.exempt?.nominalConcurrencyShares : limited?.nominalConcurrencyShares) ?? 0,
    lendablePercent: (exempt ? spec?.exempt?.lendablePercent : limited?.lendablePercent) ?? 0,
    borrowingLimitPercent: limited?.borrowingLimitPercent,
    queuing,
  };
}

/** Bits of a flow's hash that dealing a hand may use (shufflesharding.MaxHashBits). */
const HASH_BITS = 60;

const dealable = ({ queues, handSize }: Queuing): boolean =>
  handSize >= 1 && handSize <= queues && Math.ceil(Math.log2(queues) * handSize) <= HASH_BITS;

/** Upstream's defaults. */
const queuingOf = ({ queues = 64, handSize = 8, queueLengthLimit = 50 }: Partial<Queuing>): Queuing => ({
  queues,
  handSize,
  queueLengthLimit,
});

/** One request takes at most this part of a level's seats, so that several fit. */
const MAX_PART = 0.15;

export function limitsOf(config: LevelConfig, serverSeats: number, allShares: number): Limits {
  const nominal = allShares > 0 ? Math.ceil((serverSeats * config.shares) / allShares) : 0;
  const percent = (value: number) => Math.round((nominal * value) / 100);
  const { borrowingLimitPercent: borrowing } = config;
  const byHand = Math.floor(nominal / (config.queuing?.handSize ?? 1));
  return {
    nominal,
    lower: nominal - percent(config.lendablePercent),
    upper: nominal + (borrowing === undefined ? serverSeats : percent(borrowing)),
    maxSeats: Math.max(1, Math.min(Math.ceil(nominal * MAX_PART), byHand)),
  };
}
