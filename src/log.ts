/**
 * One JSON line for each fact: a static message with fields beside it. Secrets, names and people's words are never among the
 * fields; what is an e-mail address is hidden wherever it stands, for addresses of managers and errors of mail servers have it.
 * `interaction` is the same on every line that one interaction caused, from the click to the last delivery.
 */
import { pino } from 'pino';
import type { DestinationStream, Logger } from 'pino';

export type Log = Logger;

/** Logs to standard error, so that standard output is free for a command's data. */
export function createLog(level: string): Log {
  return logTo(level, pino.destination({ dest: 2, sync: true }));
}

/** The same lines to somewhere else. */
export function logTo(level: string, destination: DestinationStream): Log {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: errorFacts },
      formatters: { log: withoutEmails },
    },
    destination,
  );
}

/** What an operator needs of an error. A database error also carries the values of its query, which are people's words. */
function errorFacts(error: unknown): object {
  if (!(error instanceof Error)) return { message: hidden(String(error)) };
  const { code } = error as { code?: unknown };
  return {
    type: error.name,
    message: hidden(error.message),
    ...(code === undefined ? {} : { code }),
    ...(error.stack === undefined ? {} : { stack: hidden(error.stack) }),
  };
}

function withoutEmails(facts: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [name, typeof value === 'string' ? hidden(value) : value]),
  );
}

/**
 * But not a channel of Teams, `19:…@thread.tacv2`, nor the path of a package. As long as RFC 5321 lets the parts be: without an
 * end, a long text would be read to its end from each character.
 */
const EMAIL = /[^\s@<>:"'(),;/]{1,64}@(?!thread\.)[^\s@<>:"'(),;/]{1,255}\.[^\s@<>:"'(),;./]+/g;
/** MySQL quotes the value it would not take; where its end is not to be seen, everything after it is taken for it. */
const QUOTED_VALUE =
  /(Duplicate entry|Incorrect [\w ]{1,40}:|Truncated incorrect \w{1,20} value:) '[\s\S]*?(?:'(?= for |\n {4}at )|$)/g;

function hidden(text: string): string {
  const unquoted = text.replace(QUOTED_VALUE, "$1 '…'");
  // Without one there is nothing to look for, which takes some steps for each character.
  return unquoted.includes('@') ? unquoted.replace(EMAIL, '…@…') : unquoted;
}
