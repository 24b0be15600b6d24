// All built-in kinds, by version and name. In a module of its own: loading the definitions takes longer than anything else in a command.
import { builtInKinds } from '../../api/scheme/kinds.ts';
import { otherKinds } from '../../api/scheme/other-kinds.ts';
import { Scheme } from '../../api/scheme/scheme.ts';

export const builtInScheme = new Scheme([...builtInKinds, ...otherKinds]);
