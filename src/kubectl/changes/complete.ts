// Completion of the words behind verbs that change objects: types and names, or nodes. Called by their `complete`; loads discovery only then.
import type { Completion, Context } from '../command/command.ts';

type CompletionContext = Pick<Context, 'session' | 'args'>;

/** `TYPE NAME…` of any type, or of these only. */
export const completesObjects =
  (types?: readonly string[]) =>
  async ({ session, args }: CompletionContext, toComplete: string): Promise<Completion> => {
    const { completeTypesAndNames } = await import('../command/complete-resources.ts');
    return completeTypesAndNames(session, args, toComplete, types ? { types } : {});
  };

/** Names of one type. */
export const completesNames =
  (type: string) =>
  async ({ session, args }: CompletionContext, toComplete: string): Promise<Completion> => {
    const { completeNames } = await import('../command/complete-resources.ts');
    return completeNames(session, type, args, toComplete);
  };
