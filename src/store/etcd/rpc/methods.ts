// The calls of etcd's v3 API that the store makes. Names and paths: etcd's rpc.proto.
import type { Method } from '../../../kit/grpc/client.ts';
import * as m from './messages.ts';

export const RANGE: Method<m.RangeRequest, m.RangeResponse> = {
  path: '/etcdserverpb.KV/Range',
  request: m.rangeRequest,
  response: m.rangeResponse,
};
export const TXN: Method<m.TxnRequest, m.TxnResponse> = {
  path: '/etcdserverpb.KV/Txn',
  request: m.txnRequest,
  response: m.txnResponse,
};
export const COMPACT: Method<{ revision: number; physical: boolean }, { header: m.Header }> = {
  path: '/etcdserverpb.KV/Compact',
  request: m.compactionRequest,
  response: m.headerOnly,
};
export const WATCH: Method<m.WatchRequest, m.WatchResponse> = {
  path: '/etcdserverpb.Watch/Watch',
  request: m.watchRequest,
  response: m.watchResponse,
};
export const LEASE_GRANT: Method<{ TTL: number; ID: bigint }, m.LeaseAnswer> = {
  path: '/etcdserverpb.Lease/LeaseGrant',
  request: m.leaseGrant,
  response: m.leaseAnswer,
};
export const LEASE_TIME_TO_LIVE: Method<m.LeaseId, m.LeaseAnswer> = {
  path: '/etcdserverpb.Lease/LeaseTimeToLive',
  request: m.leaseId,
  response: m.leaseAnswer,
};
export const ALARM: Method<{ action: number }, { header: m.Header; alarms: m.AlarmMember[] }> = {
  path: '/etcdserverpb.Maintenance/Alarm',
  request: m.alarmRequest,
  response: m.alarmResponse,
};
export const STATUS: Method<object, m.StatusResponse> = {
  path: '/etcdserverpb.Maintenance/Status',
  request: m.nothing,
  response: m.statusResponse,
};
