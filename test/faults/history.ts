/**
 * What people did and were told, written outside the system under test as it happens: each deed is noted before it is sent
 * (`invoke`), and once more when its outcome is known. Nothing is ever changed or taken out.
 */
import { appendFileSync } from 'node:fs';

/** `fail`: they were told that nothing was done. `unknown`: no answer, or one that promised nothing. */
export type Phase = 'invoke' | 'ok' | 'fail' | 'unknown';
export type Deed = 'open' | 'claim' | 'reply' | 'say';

export interface Entry {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly who: string;
  /** `answer`: one HTTP answer to a delivery; `fault`: what the test breaks, until its `ok`. */
  readonly op: Deed | 'answer' | 'fault';
  /** Unique words of a deed; of a claim, the message that was clicked; of a fault, its name. */
  readonly key: string;
  readonly phase: Phase;
  /** The number in the answer. */
  readonly ticket?: number;
  /** Of an answer; status 0 when there was none. */
  readonly status?: number;
  readonly elapsedMs?: number;
}

/** One deed with the last that is known of it. */
export interface Outcome {
  readonly who: string;
  readonly deed: Deed;
  readonly key: string;
  readonly phase: Phase;
  readonly ticket: number | null;
}

export class History {
  private readonly list: Entry[] = [];

  /** @param file each entry is also written there at once, one line of JSON each */
  constructor(private readonly file: string | null = null) {}

  get entries(): readonly Entry[] {
    return this.list;
  }

  /** @param entry with `at` when it is noted later than it happened */
  note(entry: Omit<Entry, 'at'> & { readonly at?: number }): void {
    const noted = { at: Date.now(), ...entry };
    this.list.push(noted);
    if (this.file !== null) appendFileSync(this.file, `${JSON.stringify(noted)}\n`);
  }

  /** A delivery was answered, or not. */
  answered(
    who: string,
    key: string,
    { status, elapsedMs }: { readonly status: number; readonly elapsedMs: number },
    at = Date.now(),
  ): void {
    this.note({ at, who, op: 'answer', key, phase: status === 0 ? 'unknown' : 'ok', status, elapsedMs });
  }

  /** Something is broken while the work runs. */
  async broken<T>(fault: string, work: () => Promise<T>): Promise<T> {
    this.note({ who: 'nemesis', op: 'fault', key: fault, phase: 'invoke' });
    try {
      return await work();
    } finally {
      this.note({ who: 'nemesis', op: 'fault', key: fault, phase: 'ok' });
    }
  }
}

const DEEDS: readonly string[] = ['open', 'claim', 'reply', 'say'];

export function outcomesOf(entries: readonly Entry[]): Outcome[] {
  const found = new Map<string, Outcome>();
  for (const { who, op, key, phase, ticket } of entries) {
    if (!DEEDS.includes(op)) continue;
    const id = `${op} ${who} ${key}`;
    const earlier = found.get(id);
    found.set(id, { who, deed: op as Deed, key, phase, ticket: ticket ?? earlier?.ticket ?? null });
  }
  return [...found.values()];
}
