import type { Log } from '../src/log';
import { createLog } from '../src/log';
import type { Schedule } from '../src/schedule';
import { startSchedule } from '../src/schedule';

let schedule: Schedule | null = null;
let log: Log;

beforeEach(() => {
  jest.useFakeTimers({ now: new Date('2026-11-20T08:00:30Z') });
  log = createLog('silent');
});

afterEach(async () => {
  await schedule?.stop();
  jest.useRealTimers();
});

it('runs at once, and then each minute', async () => {
  const runs: string[] = [];
  schedule = startSchedule({
    log,
    everyMinute: () => {
      runs.push(new Date().toISOString().slice(11, 16));
      return Promise.resolve();
    },
  });

  expect(runs).toEqual(['08:00']);
  await jest.advanceTimersByTimeAsync(3 * 60_000);
  expect(runs).toEqual(['08:00', '08:01', '08:02', '08:03']);
});

it('goes on after a run that failed, and logs why', async () => {
  const errors = jest.spyOn(log, 'error');
  let runs = 0;
  schedule = startSchedule({
    log,
    everyMinute: () => {
      runs += 1;
      return Promise.reject(new Error('the database is away'));
    },
  });

  await jest.advanceTimersByTimeAsync(2 * 60_000);

  expect(runs).toBe(3);
  expect(errors).toHaveBeenCalledTimes(3);
  expect(errors).toHaveBeenLastCalledWith(
    { err: expect.objectContaining({ message: 'the database is away' }) },
    expect.any(String),
  );
});

it('survives chores that throw before they promise anything', async () => {
  let runs = 0;
  schedule = startSchedule({
    log,
    everyMinute: () => {
      runs += 1;
      throw new Error('a bug');
    },
  });

  await jest.advanceTimersByTimeAsync(60_000);

  expect(runs).toBe(2);
});

it('never runs twice at a time', async () => {
  let runs = 0;
  let finish = (): void => undefined;
  schedule = startSchedule({
    log,
    everyMinute: () => {
      runs += 1;
      return new Promise((done) => {
        finish = done;
      });
    },
  });

  await jest.advanceTimersByTimeAsync(5 * 60_000);
  expect(runs).toBe(1);

  finish();
  await jest.advanceTimersByTimeAsync(60_000);
  expect(runs).toBe(2);
  finish();
});

it('runs again after the process was blocked for minutes', async () => {
  const runs: string[] = [];
  schedule = startSchedule({
    log,
    everyMinute: () => {
      runs.push(new Date().toISOString().slice(11, 16));
      return Promise.resolve();
    },
  });

  jest.setSystemTime(new Date('2026-11-20T08:07:30Z'));
  await jest.advanceTimersByTimeAsync(2 * 60_000);

  expect(runs.filter((time) => time >= '08:07').length).toBeGreaterThan(0);
});

it('stops when the run under way has finished, and starts no other', async () => {
  let runs = 0;
  let finish = (): void => undefined;
  const started = startSchedule({
    log,
    everyMinute: () => {
      runs += 1;
      return new Promise((done) => {
        finish = done;
      });
    },
  });
  let stopped = false;

  const stopping = started.stop().then(() => {
    stopped = true;
  });
  await jest.advanceTimersByTimeAsync(1000);
  expect(stopped).toBe(false);

  finish();
  await stopping;
  await jest.advanceTimersByTimeAsync(3 * 60_000);
  expect(runs).toBe(1);
});
