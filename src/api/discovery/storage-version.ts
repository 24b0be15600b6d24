// The hash of a storage version in discovery documents, as upstream computes it. Clients only compare it.
// Called for custom kinds. Upstream: StorageVersionHash in staging/src/k8s.io/apiserver/pkg/endpoints/discovery/storageversionhash.go.
import { createHash } from 'node:crypto';

export const storageVersionHash = (group: string, version: string, kind: string): string =>
  createHash('sha256').update(`${group}/${version}/${kind}`).digest().subarray(0, 8).toString('base64');
