// One question to one reply: names of the cluster from its zone, every other name from the forwarder, aliases followed from the one
// to the other. What has been answered before is answered at once. Called by server/.

import { addAll } from '../../kit/lists.ts';
import { type Forwarder, failure } from './forward/forwarder.ts';
import { RCODE, TYPE } from './message/codes.ts';
import { encodeReply } from './message/encode.ts';
import { anotherQuestion, type Question } from './message/question.ts';
import { type DnsRecord, nameRecord } from './message/record.ts';
import type { Reply } from './message/reply.ts';
import { unpackAnswers } from './message/unpack.ts';
import type { Found } from './zone/records.ts';
import { soaRecord, TTL } from './zone/soa.ts';
import type { Zone } from './zone/zone.ts';

export interface ResolverOptions {
  readonly zone: Zone;
  /** Whether all Services, endpoints and namespaces are known. */
  readonly isSynced: () => boolean;
  /** Resolves when they are, or when nobody should wait for them any longer. */
  readonly started: Promise<unknown>;
  /** Of all other names; undefined where they are refused. */
  readonly forwarder: Forwarder | undefined;
  /** Names to try in place of one that a pod's search list made and that does not exist; undefined if there are none. */
  readonly searched: (name: string, client: string) => readonly string[] | undefined;
  /** A search was answered. */
  readonly onSearched: () => void;
}

/** Aliases that are followed for one question, as in CoreDNS: they may form a loop. */
const MAX_ALIASES = 10;
/** Questions that wait for the start. */
const MOST_HELD = 4_000;

export class Resolver {
  readonly #options: ResolverOptions;
  #held = 0;

  constructor(options: ResolverOptions) {
    this.#options = options;
  }

  /** `client` is the address of who asks. */
  resolve(question: Question, client: string): Reply | Promise<Reply> {
    return this.#kept(question) ?? this.#make(question, client, true);
  }

  #kept(question: Question): Reply | undefined {
    return this.#options.zone.kept(question) ?? this.#options.forwarder?.cache.get(question.key);
  }

  #make(question: Question, client: string, searches: boolean): Reply | Promise<Reply> {
    const { zone, isSynced, searched } = this.#options;
    const { name, type } = question;
    if (type === TYPE.AXFR || type === TYPE.IXFR) return failure(RCODE.REFUSED);
    if (!zone.contains(name)) {
      const found = zone.findReverse(name, type);
      return found ? zone.reply(question, found) : this.#forward(question, client);
    }
    const found = zone.find(name, type);
    if (!found) {
      // It may exist.
      if (!isSynced()) return this.#whenStarted(question, client, searches);
      const instead =
        searches && (type === TYPE.A || type === TYPE.AAAA) ? searched(name, client) : undefined;
      return instead ? this.#search(question, client, instead) : zone.negative(question, RCODE.NXDOMAIN);
    }
    const isAlias = found.alias !== undefined && type !== TYPE.CNAME;
    return isAlias ? this.#follow(question, client, found) : zone.reply(question, found);
  }

  /** A name that is asked for while the caches fill waits for them: to most programs SERVFAIL is final. */
  async #whenStarted(question: Question, client: string, searches: boolean): Promise<Reply> {
    const { started, isSynced } = this.#options;
    if (this.#held >= MOST_HELD) return failure(RCODE.SERVFAIL);
    this.#held++;
    try {
      await started;
    } finally {
      this.#held--;
    }
    return isSynced() ? this.#make(question, client, searches) : failure(RCODE.SERVFAIL);
  }

  #forward(question: Question, client: string): Reply | Promise<Reply> {
    const { forwarder } = this.#options;
    if (!forwarder || forwarder.noticesLoop(question.name)) return failure(RCODE.REFUSED);
    return forwarder.ask(question, client);
  }

  /** An ExternalName Service: its CNAME, and the records of the target. A loop is a name without records, as in CoreDNS. */
  async #follow(question: Question, client: string, first: Found): Promise<Reply> {
    const { zone } = this.#options;
    const answers = [...first.answers];
    const seen = new Set([question.name]);
    for (let target = first.alias!; ; ) {
      if (seen.has(target) || seen.size > MAX_ALIASES) return zone.negative(question, RCODE.NOERROR);
      seen.add(target);
      if (!zone.contains(target)) return this.#followOutside(question, client, answers, target);
      const found = zone.find(target, question.type);
      addAll(answers, found?.answers ?? []);
      if (found?.alias === undefined)
        return this.#aliased(question, answers, found ? RCODE.NOERROR : RCODE.NXDOMAIN);
      target = found.alias;
    }
  }

  async #followOutside(
    question: Question,
    client: string,
    answers: DnsRecord[],
    target: string,
  ): Promise<Reply> {
    if (!this.#options.forwarder) return this.#aliased(question, answers, RCODE.NOERROR);
    const asked = anotherQuestion(question, target);
    const reply = await this.#plain(asked, client);
    if (reply.rcode !== RCODE.NOERROR && reply.rcode !== RCODE.NXDOMAIN) return failure(RCODE.SERVFAIL);
    return this.#aliased(question, [...answers, ...unpackAnswers(asked, reply)], reply.rcode);
  }

  #aliased(question: Question, answers: readonly DnsRecord[], rcode: number): Reply {
    const { domain } = this.#options.zone;
    const isNegative = answers.at(-1)?.type === TYPE.CNAME;
    const authorities = isNegative ? [soaRecord(domain)] : [];
    return encodeReply(question, { rcode, authoritative: true, origin: 'kubernetes', answers, authorities });
  }

  /** The first of `names` that exists, as an alias of the name that was asked for. */
  async #search(question: Question, client: string, names: readonly string[]): Promise<Reply> {
    const { zone, onSearched } = this.#options;
    for (const name of names) {
      const asked = anotherQuestion(question, name);
      const reply = await this.#plain(asked, client);
      if (reply.rcode !== RCODE.NOERROR) continue;
      onSearched();
      const alias = nameRecord(question.name, TYPE.CNAME, name, TTL);
      const answers = [alias, ...unpackAnswers(asked, reply)];
      return encodeReply(question, {
        rcode: RCODE.NOERROR,
        authoritative: true,
        origin: 'autopath',
        answers,
      });
    }
    return zone.negative(question, RCODE.NXDOMAIN);
  }

  /** Of a name that was not searched for. */
  #plain(question: Question, client: string): Reply | Promise<Reply> {
    return this.#kept(question) ?? this.#make(question, client, false);
  }
}
