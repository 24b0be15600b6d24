// The text of whatever was thrown: JavaScript can throw any value. Used in logs, events and statuses.
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
