// The flag that all kinds of secrets have.
import { boolFlag } from '../../../command/flag.ts';

export const appendHashFlag = () => boolFlag(false, 'Append a hash of the secret to its name.');

/** What stands before a refusal of the server; upstream has no colon here. */
export const FAILED = 'failed to create secret ';
