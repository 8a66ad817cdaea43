/** The desk's time, beside a database whose clock does what clocks do. */
import { pino } from 'pino';
import { DeskClock } from '../src/store/desk-clock';

const MINUTE_MS = 60_000;
const START = Date.parse('2026-11-23T09:00:00Z');

let database: number;
let steady: number;
let clock: DeskClock;

beforeEach(async () => {
  [database, steady] = [START, 0];
  jest.useFakeTimers({ now: 0 });
  jest.spyOn(performance, 'now').mockImplementation(() => steady);
  clock = await DeskClock.of({ now: () => Promise.resolve(new Date(database)) }, pino({ level: 'silent' }));
});

afterEach(() => {
  clock.stop();
  jest.restoreAllMocks();
  jest.useRealTimers();
});

/** Real time goes on, for the database and for the machine. */
const pass = async (ms: number): Promise<void> => {
  for (let passed = 0; passed < ms; passed += 10_000) {
    database += 10_000;
    steady += 10_000;
    await clock.look();
  }
};

const now = (): number => clock.now().getTime();

it('is the database’s, whatever the clock of the machine says', () => {
  expect(now()).toBe(START);
});

it('goes on between two looks', () => {
  steady += 700;

  expect(now()).toBe(START + 700);
});

it('never goes back when the database’s clock is set back, and is right again in a while', async () => {
  database -= 10 * MINUTE_MS;
  let last = now();
  for (let minute = 0; minute < 21; minute += 1) {
    await pass(MINUTE_MS);
    expect(now()).toBeGreaterThan(last);
    last = now();
  }

  expect(Math.abs(now() - database)).toBeLessThan(1000);
});

it('follows at once when the database’s clock is set on', async () => {
  database += 10 * MINUTE_MS;
  await clock.look();

  expect(now()).toBe(database);
});

it('goes back when it was hopelessly wrong', async () => {
  database -= 365 * 24 * 60 * MINUTE_MS;
  await clock.look();

  expect(now()).toBe(database);
});
