/** One JSON line for each fact: a static message with fields beside it. Secrets and people's words are never among the fields. */
import { pino } from 'pino';
import type { Logger } from 'pino';

export type Log = Logger;

/** Logs to standard error, so that standard output is free for a command's data. */
export function createLog(level: string): Log {
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, serializers: { err: errorFacts } },
    pino.destination({ dest: 2, sync: true }),
  );
}

/** What an operator needs of an error. A database error also carries the values of its query, which are people's words. */
function errorFacts(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) };
  const { code } = error as { code?: unknown };
  return { type: error.name, message: error.message, ...(code === undefined ? {} : { code }), stack: error.stack };
}
