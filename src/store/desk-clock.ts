/**
 * The desk's time: the database's, so that every process agrees on what is due and whose lease has ended, whatever the clock
 * of its own machine says. It never goes back while it is asked, so nothing that was due becomes due again; set back, it
 * runs at half speed until it is right. Between two looks at the database it runs by the machine's steady counter.
 */
import type { Clock } from '../clock';
import type { Log } from '../log';
import type { Store } from './store';

const LOOK_EVERY_MS = 10_000;
/** An answer that took longer says too little of when it was true. */
const EXACT_MS = 500;
/** A clock that is further off was wrong before: then it is better right than steady. */
const HOPELESS_MS = 60 * 60_000;

export class DeskClock implements Clock {
  private readonly timer: NodeJS.Timeout;
  private rate = 1;

  private constructor(
    private readonly store: Pick<Store, 'now'>,
    private readonly log: Log,
    private timeMs: number,
    private readMs: number,
  ) {
    this.timer = setInterval(() => void this.look(), LOOK_EVERY_MS);
    this.timer.unref();
  }

  /** @throws Error of the driver when the database cannot be asked */
  static async of(store: Pick<Store, 'now'>, log: Log): Promise<DeskClock> {
    const asked = performance.now();
    const time = await store.now();
    const answered = performance.now();
    return new DeskClock(store, log, time.getTime() + (answered - asked) / 2, answered);
  }

  now(): Date {
    return new Date(this.timeMs + (performance.now() - this.readMs) * this.rate);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** Asks the database. Public for whoever cannot wait for the next look. */
  async look(): Promise<void> {
    const asked = performance.now();
    try {
      const time = await this.store.now();
      const answered = performance.now();
      if (answered - asked > EXACT_MS) return;
      this.set(time.getTime() + (answered - asked) / 2, answered);
    } catch (err) {
      this.log.warn({ err }, 'the time could not be asked of the database');
    }
  }

  private set(rightMs: number, at: number): void {
    const shownMs = this.now().getTime();
    const ahead = shownMs - rightMs;
    const steps = ahead < 0 || ahead > HOPELESS_MS;
    if (Math.abs(ahead) > LOOK_EVERY_MS) this.log.warn({ ms: Math.round(-ahead) }, 'the clock of the database was set');
    this.timeMs = steps ? rightMs : shownMs;
    this.readMs = at;
    this.rate = !steps && ahead > EXACT_MS ? 0.5 : 1;
  }
}
