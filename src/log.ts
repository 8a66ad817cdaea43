/** One JSON line for each fact: a static message with fields beside it. Secrets and people's words are never among the fields. */
import { pino } from 'pino';
import type { Logger } from 'pino';

export type Log = Logger;

/** Logs to standard error, so that standard output is free for a command's data. */
export function createLog(level: string): Log {
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ dest: 2, sync: true }),
  );
}
