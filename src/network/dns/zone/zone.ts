// The cluster's own names: replies from records.ts, each encoded once and kept until an object that it depends on changes.
// Called by resolver.ts.
import { RCODE, TYPE } from '../message/codes.ts';
import { encodeReply } from '../message/encode.ts';
import type { Question } from '../message/question.ts';
import type { Reply } from '../message/reply.ts';
import type { DnsSource } from './dns-source.ts';
import { REVERSE4, REVERSE6 } from './names.ts';
import { type Found, lookup, reverseLookup, type ZoneData } from './records.ts';
import { ServiceBook } from './service-book.ts';
import { negative } from './soa.ts';

export interface ZoneOptions {
  readonly source: DnsSource;
  /** E.g. cluster.local */
  readonly domain: string;
}

/** Bytes of replies that are kept; beyond that all are made anew. */
const MOST_BYTES = 16 * 1024 * 1024;
/** Of a reply besides its records: its key, its objects. */
const OVERHEAD = 600;

export class Zone {
  readonly domain: string;
  readonly #data: ZoneData;
  readonly #replies = new Map<string, Reply>();
  /** Keys of replies by the Service that they depend on. */
  readonly #keys = new Map<string, string[]>();
  #bytes = 0;

  constructor({ source, domain }: ZoneOptions) {
    this.domain = domain;
    this.#data = { source, domain, services: new ServiceBook(source, domain) };
  }

  /** A reply that has been made before. */
  kept(question: Question): Reply | undefined {
    return this.#replies.get(question.key);
  }

  contains(name: string): boolean {
    return name === this.domain || name.endsWith(`.${this.domain}`);
  }

  /** For a name that the zone contains. Undefined while the cluster's objects are not known, when the name may exist. */
  find(name: string, type: number): Found | undefined {
    return lookup(this.#data, name, type);
  }

  /** For any other name: of an address of the cluster. */
  findReverse(name: string, type: number): Found | undefined {
    return name.endsWith(REVERSE4) || name.endsWith(REVERSE6)
      ? reverseLookup(this.#data, name, type)
      : undefined;
  }

  /** The reply to a question of which `found` is the answer. */
  reply(question: Question, found: Found): Reply {
    const { answers, additionals, service } = found;
    const reply = answers.length
      ? encodeReply(question, { ...POSITIVE, answers, additionals })
      : this.negative(question, RCODE.NOERROR);
    if (service !== undefined && isUsual(question.type)) this.#keep(question.key, service, reply);
    return reply;
  }

  negative({ name, question }: Question, rcode: number): Reply {
    const zone = this.contains(name) ? this.domain : (name.endsWith(REVERSE4) ? REVERSE4 : REVERSE6).slice(1);
    // Behind the name are its last byte, type and class; a zone has a byte before each label, its text only between them.
    return negative(rcode, question.length - 5 - (zone.length + 1));
  }

  /** `service` is `namespace/name`: it or one of its slices has changed. */
  drop(service: string): void {
    this.#data.services.drop(service);
    const keys = this.#keys.get(service);
    if (!keys) return;
    this.#keys.delete(service);
    for (const key of keys) {
      const reply = this.#replies.get(key);
      if (reply && this.#replies.delete(key)) this.#bytes -= sizeOf(key, reply);
    }
  }

  #keep(key: string, service: string, reply: Reply): void {
    const size = sizeOf(key, reply);
    if (this.#bytes + size > MOST_BYTES) {
      this.#replies.clear();
      this.#keys.clear();
      this.#bytes = 0;
    }
    this.#bytes += size;
    this.#replies.set(key, reply);
    const keys = this.#keys.get(service);
    if (keys) keys.push(key);
    else this.#keys.set(service, [key]);
  }
}

const POSITIVE = { rcode: RCODE.NOERROR, authoritative: true, origin: 'kubernetes' } as const;

/** The types that resolvers ask for. A client can ask for 65,000 others. */
const isUsual = (type: number): boolean => type <= TYPE.SRV || type === TYPE.HTTPS;

const sizeOf = (key: string, { records, ends }: Reply): number =>
  OVERHEAD + key.length + records.length + 8 * ends.length;
