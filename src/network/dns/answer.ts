// One DNS query to one response: the cluster zone from records.ts, every other name to the forwarder. Names are matched
// without case, answered in the case that was asked. Called by server.ts.
import type { Packet, Answer as PacketAnswer, Question } from 'dns-packet';
import { AUTHORITATIVE_ANSWER, RECURSION_AVAILABLE, RECURSION_DESIRED } from 'dns-packet';
import type { DnsSource } from './zone/dns-source.ts';
import { type DnsRecord, type Found, lookup, reverseLookup } from './zone/records.ts';

export interface Zone {
  readonly source: DnsSource;
  /** E.g. cluster.local */
  readonly domain: string;
  /** Forwards a query for a name outside the cluster; undefined without upstream servers. Rejects when none answers. */
  readonly forward?: (query: Packet) => Promise<Packet>;
}

/** TTL of answers, in seconds. */
const TTL = 5;
/** How many aliases are followed for one query: they may form a loop. */
const MAX_ALIASES = 8;
const RCODE = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, REFUSED: 5 } as const;

export async function answer(zone: Zone, query: Packet, aliases = 0): Promise<Packet> {
  const question = query.questions?.[0];
  if (!question) return respond(query, RCODE.FORMERR, []);
  const name = question.name.toLowerCase().replace(/\.$/, '');
  if (name === zone.domain || name.endsWith(`.${zone.domain}`))
    return authoritative(zone, query, question, name, aliases);
  const found = reverseLookup(zone.source, zone.domain, name, question.type);
  if (found) return direct(zone, query, question, found);
  return forwarded(zone, query);
}

async function forwarded(zone: Zone, query: Packet): Promise<Packet> {
  if (!zone.forward) return respond(query, RCODE.REFUSED, []);
  try {
    return { ...(await zone.forward(query)), id: query.id };
  } catch {
    return respond(query, RCODE.SERVFAIL, []);
  }
}

async function authoritative(
  zone: Zone,
  query: Packet,
  question: Question,
  name: string,
  aliases: number,
): Promise<Packet> {
  const found = lookup(zone.source, zone.domain, name, question.type);
  if (!found) return respond(query, RCODE.NXDOMAIN, [], [soa(zone)]);
  const alias = found.answers.find((record) => record.type === 'CNAME');
  if (alias && question.type !== 'CNAME') return followAlias(zone, query, question, alias, aliases);
  return direct(zone, query, question, found);
}

function direct(zone: Zone, query: Packet, question: Question, { answers, additionals }: Found): Packet {
  if (answers.length === 0) return respond(query, RCODE.NOERROR, [], [soa(zone)]);
  const own = answers.map((record) => packetAnswer(record, question.name));
  const more = additionals.map((record) => packetAnswer(record, record.name));
  return { ...respond(query, RCODE.NOERROR, own), additionals: more };
}

/** An ExternalName Service: the CNAME, and the records of its target where they can be resolved. */
async function followAlias(
  zone: Zone,
  query: Packet,
  question: Question,
  alias: DnsRecord,
  aliases: number,
): Promise<Packet> {
  if (aliases >= MAX_ALIASES) return respond(query, RCODE.SERVFAIL, []);
  const target = { ...query, questions: [{ ...question, name: alias.data as string }] };
  const rest = await answer(zone, target, aliases + 1);
  const first = packetAnswer(alias, question.name);
  return respond(query, RCODE.NOERROR, [first, ...(rest.answers ?? [])]);
}

const packetAnswer = (record: DnsRecord, name: string): PacketAnswer =>
  ({ type: record.type, name, ttl: TTL, class: 'IN', data: record.data }) as PacketAnswer;

function soa(zone: Zone): PacketAnswer {
  const data = {
    mname: `ns.dns.${zone.domain}`,
    rname: `hostmaster.${zone.domain}`,
    serial: 1,
    refresh: 7200,
    retry: 1800,
    expire: 86400,
    minimum: TTL,
  };
  return { type: 'SOA', name: zone.domain, ttl: TTL, class: 'IN', data };
}

function respond(
  query: Packet,
  rcode: number,
  answers: PacketAnswer[],
  authorities: PacketAnswer[] = [],
): Packet {
  const flags = AUTHORITATIVE_ANSWER | RECURSION_AVAILABLE | ((query.flags ?? 0) & RECURSION_DESIRED) | rcode;
  return { type: 'response', id: query.id, flags, questions: query.questions, answers, authorities };
}
