// The OPT record of responses (RFC 6891): this server's own size, no options. Sent to those who sent one. Pure.
import { TYPE } from './codes.ts';

/** The largest UDP message that this server takes and sends: it is not fragmented, and no great help to those who forge the
 *  sender (dnsflagday.net/2020). */
export const MOST_UDP = 1232;
export const OPT_LENGTH = 11;

export function optRecord(rcode: number, dnssecOk: boolean): Buffer {
  const record = Buffer.alloc(OPT_LENGTH);
  record[2] = TYPE.OPT;
  record.writeUInt16BE(MOST_UDP, 3);
  record[5] = rcode >> 4;
  record[7] = dnssecOk ? 0x80 : 0;
  return record;
}
