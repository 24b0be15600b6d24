// What a kind of fault is: how it is caused while clients read and write. When `cause` has resolved, nothing is wrong any more
// from outside, and the cluster must recover by itself.
import type { Random } from '../../../src/kit/random.ts';
import type { Failpoints } from '../failpoints/failpoints.ts';
import type { ClusterUnderTest } from '../server/cluster.ts';
import type { Disk, FileSystem } from '../server/disk.ts';
import type { NetworkProxy } from '../server/proxy.ts';

export interface FaultContext {
  readonly cluster: ClusterUnderTest;
  readonly failpoints: Failpoints;
  /** All clients connect through it. */
  readonly proxy: NetworkProxy;
  /** Of a fault that asks for one. */
  readonly disk?: Disk;
  readonly random: Random;
  sleep(ms: number): Promise<void>;
}

/** `C`: what it strikes. */
export interface Fault<C = FaultContext> {
  readonly name: string;
  /** The data lie on a file system of their own. */
  readonly disk?: FileSystem;
  /** Timers of the cluster that are shortened for this fault, in milliseconds. */
  readonly intervals?: readonly (readonly [number, number])[];
  readonly cause: (context: C) => Promise<void>;
}

/** A whole number from `from` up to `to`, exclusive. */
export const between = ({ random }: Pick<FaultContext, 'random'>, from: number, to: number): number =>
  from + Math.floor(random.float() * (to - from));
