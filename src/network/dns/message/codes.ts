// Numbers of the DNS protocol that this server tells apart.

export const TYPE = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  DNAME: 39,
  OPT: 41,
  HTTPS: 65,
  IXFR: 251,
  AXFR: 252,
  ANY: 255,
} as const;

export const CLASS_IN = 1;

export const RCODE = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
  /** Its upper bits stand in the OPT record. */
  BADVERS: 16,
} as const;

/** Bytes of a message before its question. */
export const HEADER = 12;
/** Bytes of a name on the wire. */
export const MAX_NAME = 255;
export const MAX_LABEL = 63;
