// The messages of etcd's v3 API that the store uses, by the field numbers of etcd's rpc.proto and kv.proto.
// Called by methods.ts.
import { bigInt64, bool, bytes, enumeration, int64, string, uint64 } from '../../../kit/protobuf/codec.ts';
import { message, optional, repeated } from '../../../kit/protobuf/message.ts';

export interface Header {
  readonly member_id: number;
  readonly revision: number;
}
const header = message<Header>({
  member_id: [2, uint64],
  revision: [3, int64],
});

export interface KeyValue {
  readonly key: Buffer;
  readonly create_revision: number;
  readonly mod_revision: number;
  readonly version: number;
  readonly value: Buffer;
  readonly lease: bigint;
}
/** As etcd also keeps it on its disk. */
export const keyValue = message<KeyValue>({
  key: [1, bytes],
  create_revision: [2, int64],
  mod_revision: [3, int64],
  version: [4, int64],
  value: [5, bytes],
  lease: [6, bigInt64],
});

export interface RangeRequest {
  readonly key: Buffer;
  readonly range_end?: Buffer;
  readonly limit?: number;
  readonly revision?: number;
  readonly keys_only?: boolean;
  readonly count_only?: boolean;
}
export const rangeRequest = message<RangeRequest>({
  key: [1, bytes],
  range_end: [2, bytes],
  limit: [3, int64],
  revision: [4, int64],
  keys_only: [8, bool],
  count_only: [9, bool],
});

export interface RangeResponse {
  readonly header: Header;
  readonly kvs: KeyValue[];
  readonly more: boolean;
}
export const rangeResponse = message<RangeResponse>({
  header: [1, header],
  kvs: [2, repeated(keyValue)],
  more: [3, bool],
});

interface PutRequest {
  readonly key: Buffer;
  readonly value: Buffer;
  readonly lease?: bigint;
}
const putRequest = message<PutRequest>({
  key: [1, bytes],
  value: [2, bytes],
  lease: [3, bigInt64],
});

const deleteRequest = message<{ readonly key: Buffer }>({ key: [1, bytes] });

export interface RequestOp {
  readonly request_range?: RangeRequest;
  readonly request_put?: PutRequest;
  readonly request_delete_range?: { readonly key: Buffer };
}
const requestOp = message<RequestOp>({
  request_range: [1, rangeRequest],
  request_put: [2, putRequest],
  request_delete_range: [3, deleteRequest],
});

interface ResponseOp {
  readonly response_range?: RangeResponse | undefined;
}
const responseOp = message<ResponseOp>({ response_range: [1, optional(rangeResponse)] });

export interface Compare {
  readonly target: 'version' | 'create' | 'mod' | 'value';
  readonly key: Buffer;
  readonly version?: number;
  readonly mod_revision?: number;
}
/** Field 1, the relation, is left out: 0 is `equal`. */
const compare = message<Compare>({
  target: [2, enumeration('version', 'create', 'mod', 'value')],
  key: [3, bytes],
  version: [4, int64],
  mod_revision: [6, int64],
});

export interface TxnRequest {
  readonly compare: Compare[];
  readonly success: RequestOp[];
  readonly failure: RequestOp[];
}
export const txnRequest = message<TxnRequest>({
  compare: [1, repeated(compare)],
  success: [2, repeated(requestOp)],
  failure: [3, repeated(requestOp)],
});

export interface TxnResponse {
  readonly header: Header;
  readonly succeeded: boolean;
  readonly responses: ResponseOp[];
}
export const txnResponse = message<TxnResponse>({
  header: [1, header],
  succeeded: [2, bool],
  responses: [3, repeated(responseOp)],
});

export const compactionRequest = message<{ revision: number; physical: boolean }>({
  revision: [1, int64],
  physical: [2, bool],
});

/** An answer of which only the header counts. */
export const headerOnly = message<{ header: Header }>({ header: [1, header] });

interface WatchCreate {
  readonly key: Buffer;
  readonly range_end: Buffer;
  readonly start_revision: number;
  readonly progress_notify: boolean;
  readonly fragment: boolean;
}
const watchCreate = message<WatchCreate>({
  key: [1, bytes],
  range_end: [2, bytes],
  start_revision: [3, int64],
  progress_notify: [4, bool],
  fragment: [8, bool],
});
export const nothing = message<object>({});

export interface WatchRequest {
  readonly create_request?: WatchCreate;
}
export const watchRequest = message<WatchRequest>({
  create_request: [1, watchCreate],
});

export interface WatchEvent {
  readonly type: 'put' | 'delete';
  readonly kv: KeyValue;
}
const watchEvent = message<WatchEvent>({
  type: [1, enumeration('put', 'delete')],
  kv: [2, keyValue],
});

export interface WatchResponse {
  readonly header: Header;
  readonly created: boolean;
  readonly canceled: boolean;
  readonly compact_revision: number;
  readonly cancel_reason: string;
  readonly fragment: boolean;
  readonly events: WatchEvent[];
}
export const watchResponse = message<WatchResponse>({
  header: [1, header],
  created: [3, bool],
  canceled: [4, bool],
  compact_revision: [5, int64],
  cancel_reason: [6, string],
  fragment: [7, bool],
  events: [11, repeated(watchEvent)],
});

export interface LeaseId {
  readonly ID: bigint;
}
export const leaseId = message<LeaseId>({ ID: [1, bigInt64] });
export const leaseGrant = message<{ TTL: number; ID: bigint }>({ TTL: [1, int64], ID: [2, bigInt64] });

export interface LeaseAnswer {
  readonly ID: bigint;
  /** Seconds: granted, or left; -1 when it has ended. */
  readonly TTL: number;
}
/** Of LeaseGrant and LeaseTimeToLive. */
export const leaseAnswer = message<LeaseAnswer>({ ID: [2, bigInt64], TTL: [3, int64] });

export interface AlarmMember {
  readonly memberID: number;
  readonly alarm: 'NONE' | 'NOSPACE' | 'CORRUPT';
}
/** Action 0 is to list them. */
export const alarmRequest = message<{ action: number }>({ action: [1, int64] });
export const alarmResponse = message<{ header: Header; alarms: AlarmMember[] }>({
  header: [1, header],
  alarms: [
    2,
    repeated(
      message<AlarmMember>({
        memberID: [1, uint64],
        alarm: [2, enumeration('NONE', 'NOSPACE', 'CORRUPT')],
      }),
    ),
  ],
});

export interface StatusResponse {
  readonly header: Header;
  readonly dbSize: number;
  readonly leader: number;
}
export const statusResponse = message<StatusResponse>({
  header: [1, header],
  dbSize: [3, int64],
  leader: [4, uint64],
});
