/**
 * Runs the helpdesk's chores each minute. The only file that knows node-cron, and it is only a heartbeat: a chore looks at
 * what is due by then, so a beat that came late or never (a blocked process, a stopped one) costs nothing but time.
 */
import { schedule } from 'node-cron';
import type { Log } from './log';

export interface ScheduleParts {
  readonly log: Log;
  /** Must catch up with whatever earlier runs missed. */
  readonly everyMinute: () => Promise<void>;
}

export interface Schedule {
  /** Starts no further run and lets the one under way finish. */
  stop(): Promise<void>;
}

/** Runs the chores at once and then each minute, never two runs at a time; one that fails is logged and tried again. */
export function startSchedule({ log, everyMinute }: ScheduleParts): Schedule {
  let underWay: Promise<void> | null = null;

  const run = async (): Promise<void> => {
    try {
      await everyMinute();
    } catch (err) {
      log.error({ err }, 'the chores of this minute failed');
    }
  };
  const beat = (): void => {
    if (underWay !== null) return log.warn('the chores of an earlier minute are still running');
    underWay = run().finally(() => {
      underWay = null;
    });
  };

  const task = schedule('* * * * *', beat, { suppressMissedWarning: true });
  beat();
  return {
    stop: async () => {
      await task.destroy();
      await underWay;
    },
  };
}
