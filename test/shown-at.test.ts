import { shownAt } from '../src/shown-at';
import type { Session } from '../src/store/store';
import { Store } from '../src/store/store';
import type { TestDatabase } from './support/databases';
import { databases } from './support/databases';

const PLACE = 'slack:C1';
const REF = 'slack:C1:1.2';
const AT = new Date(0);

describe.each(databases())('which ticket a message shows, on $name', ({ create }) => {
  let database: TestDatabase;
  let store: Store;

  beforeEach(async () => {
    database = await create();
    store = await Store.open(database.url);
    await store.migrate();
  });

  afterEach(async () => {
    await store.close();
    await database.drop();
  });

  /** A courier has posted ticket 42 and not yet noted where. */
  const posting = (): Promise<void> =>
    store.write(async ({ outbox }) => {
      const what = { kind: 'show-ticket', ticketId: 42, version: 1, view: 'line' } as const;
      await outbox.add([{ to: PLACE, what }], 'test', AT);
      const [row] = await outbox.due(AT, 1);
      await outbox.lease(row!, AT, new Date(60_000));
    });
  const note = ({ tickets }: Session): Promise<void> =>
    tickets.shown({ ticketId: 42, place: PLACE, view: 'line', ref: REF, shownVersion: 1, tellsOf: [] });

  /** The same store, with something that happens right after the first look for the message itself. */
  function interrupted(what: (session: Session) => Promise<void>): Store {
    let happened = false;
    return Object.assign(Object.create(store) as Store, {
      read: <T>(work: (session: Session) => Promise<T>): Promise<T> =>
        store.read((session) => {
          const messageAt: Session['tickets']['messageAt'] = async (ref) => {
            const message = await session.tickets.messageAt(ref);
            if (!happened) await what(session);
            happened = true;
            return message;
          };
          const tickets = Object.assign(Object.create(session.tickets) as Session['tickets'], { messageAt });
          return work({ ...session, tickets });
        }),
    });
  }

  it('is told when the message is noted between the two looks for it', async () => {
    await posting();

    expect(await shownAt(interrupted(note), REF, PLACE)).toBe(42);
  });

  it('is told when the message is noted while it is looked for again', async () => {
    await posting();
    const looking = shownAt(store, REF, PLACE);
    await store.write(note);

    expect(await looking).toBe(42);
  });

  it('is none for another message in that place, once the ticket’s own is known', async () => {
    await posting();

    expect(await shownAt(interrupted(note), 'slack:C1:9.9', PLACE)).toBeNull();
  });

  it('is the one a message to somebody tells of, in their own chat alone', async () => {
    const told = { key: 'tell:42:v2:p', ref: REF, ticketId: 42, at: AT };
    const payload = { kind: 'tell', ticketId: 42, version: 2, view: 'requester' } as const;
    const nora = { id: 'slack:U1', name: 'Nora', email: null, language: null, address: 'slack:U1' };
    await store.write(async ({ people, posted }) => {
      await people.remember(nora);
      await posted.note({ ...told, place: nora.id, payload });
    });

    expect(await shownAt(store, REF, nora.id)).toBe(42);
    expect(await shownAt(store, 'slack:C1:9.9', nora.id)).toBeNull();
    expect(await shownAt(store, REF, 'slack:U2')).toBeNull();
  });

  it('cannot be told while a process may have died on the post', async () => {
    await posting();

    await expect(shownAt(store, REF, PLACE)).rejects.toThrow('ask again');
  });
});
