// Secrets: stringData is write-only; its values are moved to data, base64-encoded, and override values with the same key.
// Upstream: conversion of stringData in pkg/apis/core/v1/conversion.go.
import type { Secret } from '../../api/kinds/core/v1/secret.ts';
import { setKey } from '../../api/patch/json.ts';
import type { Strategy } from '../registry/strategy.ts';

function encodeStringData(secret: Secret): void {
  if (!secret.stringData) return;
  const data = { ...secret.data };
  for (const [key, value] of Object.entries(secret.stringData))
    setKey(data, key, Buffer.from(value).toString('base64'));
  secret.data = data;
  delete secret.stringData;
}

export const secretStrategy: Strategy<Secret> = {
  prepareCreate: encodeStringData,
  prepareUpdate: encodeStringData,
};
