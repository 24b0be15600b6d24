// Conditions as the rules of this room find them, without times and generations. `True` ones say that nothing is wrong.
export interface Verdict {
  readonly type: string;
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
}

/** What is wrong, for a condition that is then False. */
export interface Fault {
  readonly reason: string;
  readonly message: string;
}

export const fine = (type: string, reason: string = type, message = ''): Verdict => ({
  type,
  status: 'True',
  reason,
  message,
});

export const faulty = (type: string, { reason, message }: Fault): Verdict => ({
  type,
  status: 'False',
  reason,
  message,
});

export const verdictOf = (type: string, fault: Fault | undefined, reason: string = type): Verdict =>
  fault ? faulty(type, fault) : fine(type, reason);

/** Users' texts in messages: the beginning is enough for who wrote them. */
export const shown = (text: string): string => JSON.stringify(text.slice(0, 80));
