// Thrown for a malformed selector. The API server returns 400 with this message.
export class SelectorError extends Error {}
