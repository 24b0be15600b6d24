// The four wire types of protocol buffers that are still in use, and the error of bytes that are not a message.
// Groups (wire types 3 and 4) were withdrawn before proto3 and are refused.
// https://protobuf.dev/programming-guides/encoding

export const VARINT = 0;
export const FIXED64 = 1;
/** Strings, bytes, messages and packed lists: a length, then as many bytes. */
export const LENGTH = 2;
export const FIXED32 = 5;

export type Wire = typeof VARINT | typeof FIXED64 | typeof LENGTH | typeof FIXED32;

/** Bytes that cannot be decoded. Messages follow Go's protobuf library, since API clients see them. */
export class ProtobufError extends Error {}
