// Where a server stores everything: says to the control plane where that is, and runs the member of the servers' own etcd if it is there.
// Called by server.ts.
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock, Timer } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import type { Random } from '../../kit/random.ts';
import type { EtcdSettings } from '../control-plane/settings.ts';
import { EtcdAdministration } from '../etcd-member/administration.ts';
import { type EtcdCertificates, ensureEtcdCertificates } from '../etcd-member/certificates.ts';
import { EtcdMember } from '../etcd-member/member.ts';
import { clientUrl, localUrl, type MemberPlace, peerUrl } from '../etcd-member/member-flags.ts';
import { checkEtcdPrograms } from '../etcd-member/restore-member.ts';
import { UserError } from '../progress.ts';
import { clusterPaths } from '../state/paths.ts';
import type { ComponentStatus } from '../supervisor/supervisor.ts';
import type { ServerConfiguration } from './configuration.ts';
import { hasEmbeddedStore, moveStore, putStoreAway, stampOf } from './move-store.ts';
import { saveServer } from './saved-server.ts';

export interface StoreEngineOptions {
  readonly configuration: ServerConfiguration;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** What takes long is told. */
  readonly tell: (text: string) => void;
}

/** Milliseconds between two looks at who is a member, and at the certificates' ends. */
const LOOK_EVERY = 60_000;

export class StoreEngine {
  readonly #options: StoreEngineOptions;
  readonly #place: MemberPlace;
  readonly #directory: string;
  #member: EtcdMember | undefined;
  #members: readonly string[];
  #look: Timer | undefined;

  constructor(options: StoreEngineOptions) {
    this.#options = options;
    const { flags, name, place, members = [] } = options.configuration;
    this.#place = {
      name,
      address: place.advertiseAddress,
      clientPort: flags.etcdClientPort,
      peerPort: flags.etcdPeerPort,
    };
    this.#directory = join(flags.dataDir, 'etcd');
    this.#members = members;
  }

  get components(): readonly ComponentStatus[] {
    const status = this.#member?.status;
    return status ? [status] : [];
  }

  /** Where the control plane finds etcd; undefined: it has the embedded store. */
  get settings(): EtcdSettings | undefined {
    const { configuration } = this.#options;
    if (configuration.engine === 'external') return configuration.external;
    if (configuration.engine === 'embedded') return undefined;
    const { pki } = clusterPaths(configuration.flags.dataDir);
    const file = (name: string) => join(pki, name);
    const own = clientUrl(this.#place);
    return {
      prefersFirst: true,
      endpoints: [localUrl(this.#place), ...this.#members.filter((url) => url !== own)],
      tls: {
        ca: file('etcd/ca.crt'),
        cert: file('apiserver-etcd-client.crt'),
        key: file('apiserver-etcd-client.key'),
      },
    };
  }

  /** Resolves when the control plane may start. */
  async open(): Promise<void> {
    const { configuration, clock } = this.#options;
    if (configuration.engine !== 'etcd') return;
    checkEtcdPrograms();
    const certificates = this.#certificates();
    const member = this.#newMember(certificates);
    this.#member = member;
    await this.#start(member, certificates);
    this.#save(await member.ready(this.#others));
    putStoreAway(configuration.flags.dataDir, clock);
    this.#look = clock.every(LOOK_EVERY, () => void this.#lookAround(member));
  }

  async close(): Promise<void> {
    this.#look?.cancel();
    await this.#member?.stop();
  }

  /** This machine's member forgets all others: a majority of them is lost. */
  async reset(): Promise<void> {
    checkEtcdPrograms();
    const member = this.#newMember(this.#certificates());
    if (!member.hasData) throw new UserError(`${this.#directory}: there is no member of etcd to go on with`);
    this.#member = member;
    member.start(true);
    this.#save(await member.ready([]));
    await member.stop();
  }

  get #others(): readonly string[] {
    return this.#members.filter((url) => url !== clientUrl(this.#place));
  }

  async #start(member: EtcdMember, certificates: EtcdCertificates): Promise<void> {
    const { flags } = this.#options.configuration;
    const others = this.#others;
    if (member.hasData && others.length > 0 && (await this.#wasRemoved(others, certificates))) {
      if (!flags.server)
        throw new UserError(
          'this server was removed from the cluster: to join it again, start it with what tiphys server token prints',
        );
      member.moveAside(stampOf(this.#options.clock));
    }
    if (member.hasData) return member.start();
    // What is there has not got as far as being a member.
    if (existsSync(this.#directory)) rmSync(this.#directory, { recursive: true });
    if (others.length > 0) return member.join(others);
    if (this.#members.length > 0)
      throw new UserError(
        `${this.#directory} is gone, and no other member is known: start with --cluster-reset --cluster-reset-restore-path FILE`,
      );
    if (hasEmbeddedStore(flags.dataDir)) await this.#move();
    member.start();
  }

  async #move(): Promise<void> {
    const { configuration, clock, random, log, tell } = this.#options;
    const began = clock.monotonic();
    const keys = await moveStore({
      flags: configuration.flags,
      place: this.#place,
      directory: this.#directory,
      clock,
      random,
    });
    const ms = Math.round(clock.monotonic() - began);
    log.info('the embedded store was moved to etcd', { keys, ms });
    tell(`${keys} keys of the embedded store are in etcd now (${ms} ms)`);
  }

  /** False, too, when nobody can say. */
  async #wasRemoved(others: readonly string[], certificates: EtcdCertificates): Promise<boolean> {
    const own = peerUrl(this.#place);
    const members = await new EtcdAdministration(others, certificates).members().catch(() => undefined);
    if (!members || members.some((one) => one.peerUrls.includes(own))) return false;
    const elsewhere = members.find((one) => one.name === this.#place.name);
    if (elsewhere && !this.#options.configuration.flags.server)
      throw new UserError(
        `the other servers know this one at ${elsewhere.peerUrls.join()}, not at ${own}: give it that address again ` +
          '(--advertise-address), or remove it and join it anew',
      );
    return true;
  }

  #newMember(certificates: EtcdCertificates): EtcdMember {
    const { configuration, clock, log, tell } = this.#options;
    const { dataDir, storage } = configuration.flags;
    return new EtcdMember({
      place: this.#place,
      dataDir: this.#directory,
      pki: clusterPaths(dataDir).pki,
      logFile: join(dataDir, 'etcd.log'),
      certificates,
      quotaBytes: storage.quotaBytes,
      clock,
      log,
      tell,
    });
  }

  #certificates(): EtcdCertificates {
    const { configuration, clock, random } = this.#options;
    const directory = clusterPaths(configuration.flags.dataDir).pki;
    return ensureEtcdCertificates({ directory, clock, random }, this.#place);
  }

  async #lookAround(member: EtcdMember): Promise<void> {
    try {
      this.#certificates();
      const urls = (await member.local.members()).flatMap((one) => one.clientUrls);
      if (urls.length > 0 && urls.join() !== this.#members.join()) this.#save(urls);
    } catch (error) {
      this.#options.log.debug('etcd was not asked for its members', { error });
    }
  }

  #save(members: readonly string[]): void {
    this.#members = members;
    const { configuration } = this.#options;
    saveServer(configuration.flags.dataDir, { ...configuration, members });
  }
}
