/**
 * A courier's hold on one row: kept for as long as the delivery takes, and known to have ended when it was not. A process
 * that stood still for longer than its lease (a stopped machine, a black-holed database) wakes up believing it still has
 * the row; it must look at the time before it shows anything.
 */
import type { Clock } from '../clock';
import type { Log } from '../log';
import type { OutboxRow } from '../store/rows';
import type { Store } from '../store/store';
import { LEASE_MS } from '../store/outbox';

const RENEW_MS = LEASE_MS / 3;
/** What is begun must be over before somebody else may begin it: one call to a chat, of 8 s at most, and the note of it. */
const ENOUGH_MS = 10_000;

export interface LeaseParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
}

export class Lease {
  private readonly timer: NodeJS.Timeout;

  /** @param until when the lease that was just taken ends */
  private constructor(
    private readonly parts: LeaseParts,
    /** As leased. */
    readonly row: OutboxRow,
    private until: number,
  ) {
    this.timer = setInterval(() => void this.renew(), RENEW_MS);
    this.timer.unref();
  }

  /** Null when somebody else has the row, or its place is to be left alone. */
  static async take(parts: LeaseParts, row: OutboxRow): Promise<Lease | null> {
    const now = parts.clock.now();
    const until = new Date(now.getTime() + LEASE_MS);
    const taken = await parts.store.writeOne((session) => session.outbox.lease(row, now, until));
    return taken ? new Lease(parts, { ...row, attempts: row.attempts + 1 }, until.getTime()) : null;
  }

  /** Whether something may be begun: nobody else can have the row before it is over. */
  isHeld(): boolean {
    return this.parts.clock.now().getTime() + ENOUGH_MS < this.until;
  }

  /** Keeps it no longer; what is noted of the row decides from here. */
  end(): void {
    clearInterval(this.timer);
  }

  private async renew(): Promise<void> {
    try {
      const until = new Date(this.parts.clock.now().getTime() + LEASE_MS);
      const renewed = await this.parts.store.writeOne((session) => session.outbox.renew(this.row, until));
      if (renewed) this.until = until.getTime();
    } catch (err) {
      this.parts.log.warn({ key: this.row.key, interaction: this.row.cause, err }, 'a lease could not be renewed');
    }
  }
}
