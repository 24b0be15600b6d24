// What a malformed selector throws; the front door answers it with 400 and this message.
export class SelectorError extends Error {}
