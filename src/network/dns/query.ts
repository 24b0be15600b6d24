// Which messages are answered as queries: one question, as a client of the cluster asks it. Everything else is refused by its
// header, before names are decoded: a message of 64 KiB can hold ten thousand names of 127 labels each. Pure. Called by server.ts.
// The counts are those of CoreDNS (DefaultMsgAcceptFunc of github.com/miekg/dns).
import type { Packet } from 'dns-packet';
import dnsPacket from 'dns-packet';

const HEADER = 12;
/** Bytes of a query: a name has at most 255, and EDNS options come to a few hundred. */
export const MAX_QUERY = 4096;
const QUESTIONS = 1;
const MOST = { answers: 1, authorities: 1, additionals: 2 };
const RCODE = { FORMERR: 1, NOTIMP: 4, REFUSED: 5 } as const;

/** A query; or the response that refuses the message; or undefined for what gets no response. */
export type Accepted = { readonly query: Packet } | { readonly refusal: Buffer } | undefined;

export function acceptQuery(message: Buffer): Accepted {
  if (message.length < HEADER || message.length > MAX_QUERY) return undefined;
  const isResponse = (message[2]! & 0x80) !== 0;
  if (isResponse) return undefined;
  const opcode = (message[2]! >> 3) & 0xf;
  if (opcode !== 0) return { refusal: refusalOf(message, RCODE.NOTIMP) };
  if (!hasAcceptedCounts(message)) return { refusal: refusalOf(message, RCODE.FORMERR) };
  const query = decoded(message);
  if (!query) return { refusal: refusalOf(message, RCODE.FORMERR) };
  return query.questions![0]!.class === 'IN' ? { query } : { refusal: refusalOf(message, RCODE.REFUSED) };
}

function hasAcceptedCounts(message: Buffer): boolean {
  const [questions, answers, authorities, additionals] = [4, 6, 8, 10].map((at) => message.readUInt16BE(at));
  return (
    questions === QUESTIONS &&
    answers! <= MOST.answers &&
    authorities! <= MOST.authorities &&
    additionals! <= MOST.additionals
  );
}

/** Undefined for what cannot be decoded, and for a name that text cannot hold: the response would repeat another one. */
function decoded(message: Buffer): Packet | undefined {
  try {
    const query = dnsPacket.decode(message);
    const question = dnsPacket.encode({ type: 'query', questions: query.questions }).subarray(HEADER);
    return message.subarray(HEADER, HEADER + question.length).equals(question) ? query : undefined;
  } catch {
    return undefined;
  }
}

/** A response of a header alone. */
function refusalOf(message: Buffer, rcode: number): Buffer {
  const header = Buffer.alloc(HEADER);
  message.copy(header, 0, 0, 3);
  header[2] = 0x80 | (message[2]! & 0x79);
  header[3] = rcode;
  return header;
}
