// One round: a load in a namespace of its own, a fault in the middle of it, recovery, and the checks of what was recorded.
import { systemClock } from '../../src/kit/clock.ts';
import { messageOf } from '../../src/kit/message-of.ts';
import type { Random } from '../../src/kit/random.ts';
import { eventually } from '../support/eventually.ts';
import { checkHistory } from './check/check.ts';
import { isCovered } from './check/watches.ts';
import { type History, isEvent, type Operation } from './history.ts';
import type { Address, Connection } from './traffic/connection.ts';
import { Load } from './traffic/load.ts';
import type { Profile } from './traffic/profiles.ts';

export interface RoundOptions {
  /** Its name. */
  readonly fault: string;
  readonly cause: () => Promise<void>;
  /** Ends whatever the fault may have left. */
  readonly clear: () => void;
  readonly cluster: RoundCluster;
  readonly profile: Profile;
  readonly namespace: string;
  /** Where clients connect. */
  readonly address: Address;
  readonly random: Random;
}

/** What a round needs of the cluster under test. */
export interface RoundCluster {
  /** Straight to a server, or to where `address` says. */
  connect(address?: () => Address): Connection;
  /** Resolves when it reads and writes. */
  recovered(): Promise<void>;
}

export interface RoundResult {
  readonly fault: string;
  readonly profile: string;
  readonly operations: number;
  readonly acknowledged: number;
  readonly refused: number;
  readonly unknown: number;
  readonly events: number;
  readonly bookmarks: number;
  readonly streams: number;
  readonly recovered: boolean;
  /** From the end of the fault until the cluster reads and writes, in milliseconds. */
  readonly recoveryMs: number;
  /** Set when no watch saw everything, so that there is no complete history to judge by. */
  readonly inconclusive: boolean;
  readonly violations: readonly string[];
}

/** Milliseconds of load before the fault and after recovery. */
const BEFORE = 500;
const AFTER = 300;

export async function runRound(options: RoundOptions): Promise<{ result: RoundResult; history: History }> {
  const { fault, cluster, profile, namespace, address, random } = options;
  const from = await createNamespace(options);
  const connect = () => cluster.connect(() => address);
  const load = new Load({
    profile,
    namespace,
    from,
    random,
    connect,
    connectDirectly: () => cluster.connect(),
  });
  const { history } = load;
  let recoveryMs = 0;
  let recovered = false;
  const violations: string[] = [];
  try {
    await systemClock.sleep(BEFORE);
    await options.cause();
    const over = systemClock.monotonic();
    await cluster.recovered();
    recovered = true;
    recoveryMs = Math.round(systemClock.monotonic() - over);
    await systemClock.sleep(AFTER);
    await load.finish();
  } catch (error) {
    violations.push(
      `${recovered ? 'the load did not end' : 'the cluster did not recover'}: ${messageOf(error)}`,
    );
  } finally {
    options.clear();
    await load.stop();
  }
  const inconclusive = violations.length === 0 && !isComplete(history, profile);
  if (!inconclusive) violations.push(...checkHistory(history));
  const result = { ...countsOf(history), recovered, recoveryMs, inconclusive, violations };
  return { result: { fault, profile: profile.name, ...result }, history };
}

async function createNamespace({ cluster, namespace }: RoundOptions): Promise<number> {
  const connection = cluster.connect();
  const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
  try {
    return await eventually('a namespace', async () => {
      const path = '/api/v1/namespaces';
      const made = await connection.call({ method: 'POST', path, body });
      // An earlier try may have taken effect although its answer came too late.
      const found =
        made.status === 409 ? await connection.call({ method: 'GET', path: `${path}/${namespace}` }) : made;
      return found.status < 300 ? Number(found.body.metadata.resourceVersion) : undefined;
    });
  } finally {
    connection.close();
  }
}

function isComplete(history: History, { resources }: Profile): boolean {
  return resources.every(({ name }) => {
    const final = history.operations.findLast((o) => o.kind === 'write' && o.key === `${name}/last`);
    return final?.outcome.is === 'ok' && 'revision' in final.outcome.answer
      ? isCovered(history, name, final.outcome.answer.revision)
      : false;
  });
}

function countsOf({ operations, watches }: History) {
  const count = (is: Operation['outcome']['is']) =>
    operations.filter(({ outcome }) => outcome.is === is).length;
  const streams = watches.flatMap((watch) => watch.streams);
  const items = streams.flatMap((stream) => stream.items);
  return {
    operations: operations.length,
    acknowledged: count('ok'),
    refused: count('refused'),
    unknown: count('unknown'),
    events: items.filter(isEvent).length,
    bookmarks: items.filter((item) => !isEvent(item)).length,
    streams: streams.length,
  };
}
