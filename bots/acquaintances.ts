/**
 * The people a chat has told us of: each is asked for once at a time. For a name an hour ago is soon enough; what somebody may see
 * is never decided by what was true before.
 */
import type { Clock } from '../src/clock';
import type { Address, Language, Person } from '../src/domain/person';
import { within } from '../src/patience';

const KEPT_MS = 60 * 60_000;
const KEPT_PEOPLE = 5_000;
/** Somebody waits for an answer: a person without a name is better than a late one. */
const PATIENCE_MS = 800;

/** What a chat knows of somebody. */
export interface Told {
  readonly person: Person;
  /** The workspaces, organisations and tenants of their account. */
  readonly homes: readonly Address[];
}

interface Known extends Told {
  readonly askedAt: number;
}

export class Acquaintances {
  readonly #known = new Map<string, Known>();
  readonly #asking = new Map<string, Promise<Told | null>>();

  /** @param chat its name, for errors */
  constructor(
    private readonly chat: string,
    private readonly clock: Clock,
  ) {}

  /** As they are, or as they were last known when the chat does not tell in time; null when it never told. */
  async soon(id: string, ask: () => Promise<Told | null>): Promise<Person | null> {
    const told = this.#fresh(id) ?? (await within(PATIENCE_MS, this.#ask(id, ask)));
    return (told ?? this.#known.get(id))?.person ?? null;
  }

  /** As the chat says they are now. @throws Error when it does not know them, or cannot say */
  async find(id: string, ask: () => Promise<Told | null>): Promise<Told> {
    const told = await this.#ask(id, ask);
    if (told === null) throw new Error(`${this.chat} did not say who this is`);
    return told;
  }

  /** Their language, if it is known already. */
  languageOf(id: string): Language | null {
    return this.#known.get(id)?.person.language ?? null;
  }

  /** What was learnt of somebody who is known, without asking. */
  amend(person: Person): void {
    const known = this.#known.get(person.id);
    if (known !== undefined) this.#known.set(person.id, { ...known, person });
  }

  #fresh(id: string): Told | null {
    const known = this.#known.get(id);
    return known !== undefined && this.clock.now().getTime() - known.askedAt < KEPT_MS ? known : null;
  }

  #ask(id: string, ask: () => Promise<Told | null>): Promise<Told | null> {
    const underWay = this.#asking.get(id);
    if (underWay !== undefined) return underWay;
    const asking = ask()
      .then((told) => this.#remember(id, told))
      .finally(() => this.#asking.delete(id));
    this.#asking.set(id, asking);
    return asking;
  }

  #remember(id: string, told: Told | null): Told | null {
    if (told === null) return null;
    this.#known.delete(id);
    this.#known.set(id, { ...told, askedAt: this.clock.now().getTime() });
    const oldest = this.#known.keys().next();
    if (this.#known.size > KEPT_PEOPLE && oldest.done === false) this.#known.delete(oldest.value);
    return told;
  }
}
