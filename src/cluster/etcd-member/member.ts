// The member of the servers' etcd on this machine: founds a cluster, joins one, or goes on with what it has. Every step can be
// repeated after a crash. Called by server/.
import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { messageOf } from '../../kit/message-of.ts';
import { UserError } from '../progress.ts';
import { EtcdAdministration, EtcdRefusal, type Member } from './administration.ts';
import type { EtcdCertificates } from './certificates.ts';
import { clientUrl, localUrl, type MemberPlace, memberFlags, peerUrl } from './member-flags.ts';
import { MemberProcess } from './member-process.ts';
import { initialCluster, joinStep } from './membership.ts';

export interface EtcdMemberOptions {
  readonly place: MemberPlace;
  /** Of etcd. */
  readonly dataDir: string;
  readonly pki: string;
  readonly logFile: string;
  readonly certificates: EtcdCertificates;
  readonly quotaBytes: number | undefined;
  readonly clock: Clock;
  readonly log: Logger;
  /** What takes long is told. */
  readonly tell: (text: string) => void;
}

/** Milliseconds between two looks. */
const PAUSE_MS = 250;
/** After so many of them the user learns what is waited for. A member serves nobody before there is a leader. */
const TELL_AFTER_MS = 3_000;

export class EtcdMember {
  readonly #options: EtcdMemberOptions;
  #process: MemberProcess | undefined;

  constructor(options: EtcdMemberOptions) {
    this.#options = options;
  }

  get hasData(): boolean {
    return existsSync(join(this.#options.dataDir, 'member', 'wal'));
  }

  get status() {
    return this.#process?.status;
  }

  /** Of this member alone. */
  get local(): EtcdAdministration {
    return this.#administration([localUrl(this.#options.place)]);
  }

  /** The first member of a new cluster, or one that goes on. */
  start(forceNew = false): void {
    const { place } = this.#options;
    this.#start(`${place.name}=${peerUrl(place)}`, 'new', forceNew);
  }

  /** Becomes a member of the cluster behind these endpoints. */
  async join(endpoints: readonly string[]): Promise<void> {
    const { place } = this.#options;
    const others = this.#administration(endpoints);
    // Whether an attempt whose answer was lost has succeeded, the list of members tells.
    const members = await this.#patiently('etcd to take this machine in', () => this.#enter(others));
    this.#start(initialCluster(members, place.name, peerUrl(place)), 'existing', false);
  }

  async #enter(others: EtcdAdministration): Promise<readonly Member[]> {
    const { place, tell } = this.#options;
    const own = peerUrl(place);
    const members = await others.members();
    const step = joinStep(members, place.name, own);
    if (step.kind === 'start') return members;
    if (step.kind === 'replace') {
      await this.#refuseLiving(step.member);
      tell(`the member ${step.member.name || own} does not answer; this machine takes its place`);
      await others.remove(step.member.id);
    }
    return others.addLearner(own);
  }

  /**
   * Resolves when the cluster has a leader, and this member votes. `others`: client URLs; before it votes a member tells of itself
   * only. Gives the client URLs of all members.
   */
  async ready(others: readonly string[]): Promise<readonly string[]> {
    const { place, tell } = this.#options;
    const local = localUrl(place);
    const etcd = this.#administration([local, ...others]);
    const status = await this.#until('the other members of etcd: a majority of them has to run', async () => {
      const found = await etcd.status(local);
      return found.leader !== '0' && found;
    });
    let members = await this.#patiently('the members of etcd', () => etcd.members());
    if (members.find(({ id }) => id === status.id)?.isLearner) {
      tell('this member of etcd reads what there is');
      await this.#patiently('this member of etcd to have everything', () => etcd.promote(status.id));
      members = await this.#patiently('the members of etcd', () => etcd.members());
    }
    return [clientUrl(place), ...clientUrls(members).filter((url) => url !== clientUrl(place))];
  }

  async stop(): Promise<void> {
    await this.#process?.stop();
  }

  /** The data of a member that is none any more. */
  moveAside(stamp: string): void {
    const { dataDir } = this.#options;
    if (existsSync(dataDir)) renameSync(dataDir, `${dataDir}-before-${stamp}`);
  }

  /** Of members that were moved aside: etcd's directories are large. */
  forget(stamp: string): void {
    rmSync(`${this.#options.dataDir}-before-${stamp}`, { recursive: true, force: true });
  }

  #administration(endpoints: readonly string[]): EtcdAdministration {
    return new EtcdAdministration(endpoints, this.#options.certificates);
  }

  #start(cluster: string, state: 'new' | 'existing', forceNew: boolean): void {
    const { place, dataDir, pki, logFile, quotaBytes, clock, log } = this.#options;
    const flags = memberFlags({
      ...place,
      dataDir,
      pki,
      initialCluster: cluster,
      state,
      quotaBytes,
      forceNew,
    });
    this.#process = new MemberProcess({ flags, logFile, clock, log });
    this.#process.start();
  }

  async #refuseLiving(member: Member): Promise<void> {
    for (const url of member.clientUrls) {
      const answers = await this.local.status(url).then(
        () => true,
        () => false,
      );
      if (answers)
        throw new UserError(
          `a server ${member.name} at ${url} is a member already, and answers: give this one another --name, ` +
            `or remove that one first (tiphys server remove ${member.name})`,
        );
    }
  }

  /** While etcd says that it is not possible yet: another learner is there, or members do not know of one another yet. */
  #patiently<T>(what: string, work: () => Promise<T>): Promise<T> {
    return this.#until(what, async () => {
      try {
        return { value: await work() };
      } catch (error) {
        if (error instanceof UserError) throw error;
        if (error instanceof EtcdRefusal && !MAY_PASS.some((part) => error.message.includes(part)))
          throw new UserError(`etcd: ${error.message}`);
        this.#options.log.debug('etcd', { waits: what, error });
        return undefined;
      }
    }).then(({ value }) => value);
  }

  async #until<T extends object>(what: string, look: () => Promise<T | false | undefined>): Promise<T> {
    const { clock, tell, log } = this.#options;
    const began = clock.monotonic();
    for (let told = false; ; ) {
      const found = await look().catch((error: unknown) => {
        if (error instanceof UserError) throw error;
        log.debug('etcd does not answer yet', { error: messageOf(error) });
      });
      if (found) return found;
      if (!told && clock.monotonic() - began > TELL_AFTER_MS) {
        tell(`waiting for ${what}`);
        told = true;
      }
      await clock.sleep(PAUSE_MS);
    }
  }
}

/** Of etcd's refusals: the reason passes. */
const MAY_PASS = [
  'already exist',
  'too many learner',
  'in sync with leader',
  'unhealthy cluster',
  'not enough started',
  'leader changed',
  'no leader',
  'not leader',
];

const clientUrls = (members: readonly Member[]): string[] => members.flatMap((one) => one.clientUrls);
