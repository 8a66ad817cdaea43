/**
 * What somebody would write who wants a ticket stored before it is acknowledged: Bolt, and the rows of a new ticket by the
 * database's driver alone, without a question asked. The database has the helpdesk's tables.
 */
import { App } from '@slack/bolt';
import Database from 'better-sqlite3';
import { createPool } from 'mysql2/promise';
import { SIGNING_SECRET } from './deliveries';

/** Stores one ticket in one transaction. */
type Storing = (key: string, requester: string) => Promise<void>;

const TICKET = `INSERT INTO tickets (subject, details, status, line, priority, category, requester, openedBy, intake, version, openedAt, updatedAt)
  VALUES ('The projector stays dark', 'It worked yesterday.', 'open', 'it', 'P3', 'hardware', ?, ?, 'command', 1, ?, ?)`;
const EVENT = `INSERT INTO ticket_events (ticketId, version, actor, at, kind, what, hash, seal) VALUES (?, 1, ?, ?, 'opened', '{"kind":"opened"}', '', '{}')`;
const ANNOUNCEMENT = `INSERT INTO outbox (\`key\`, lane, place, payload, cause, attempts, createdAt, dueAt) VALUES (?, ?, ?, '{"kind":"show-ticket"}', '', 0, ?, ?)`;
const HANDLED = 'INSERT INTO interactions (`key`, result, at) VALUES (?, ?, ?)';

function mysql(url: string): Storing {
  const pool = createPool({ uri: url, connectionLimit: 10 });
  return async (key, requester) => {
    const connection = await pool.getConnection();
    const now = Date.now();
    try {
      await connection.beginTransaction();
      const [made] = await connection.execute(TICKET, [requester, requester, now, now]);
      const { insertId } = made as { insertId: number };
      await connection.execute(EVENT, [insertId, requester, now]);
      for (const place of ['channel', 'person'])
        await connection.execute(ANNOUNCEMENT, [`${key}:${place}`, `ticket:${insertId}`, place, now, now]);
      await connection.execute(HANDLED, [key, insertId, now]);
      await connection.commit();
    } finally {
      connection.release();
    }
  };
}

function sqlite(path: string): Storing {
  const database = new Database(path);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  const [ticket, event, announcement, handled] = [TICKET, EVENT, ANNOUNCEMENT, HANDLED].map((sql) =>
    database.prepare(sql),
  );
  const store = database.transaction((key: string, requester: string) => {
    const now = Date.now();
    const id = ticket!.run(requester, requester, now, now).lastInsertRowid;
    event!.run(id, requester, now);
    for (const place of ['channel', 'person']) announcement!.run(`${key}:${place}`, `ticket:${id}`, place, now, now);
    handled!.run(key, id, now);
  });
  return (key, requester) => Promise.resolve(store.immediate(key, requester));
}

if (require.main === module) {
  const url = process.env.DATABASE_URL ?? '';
  const store = url.startsWith('sqlite:')
    ? sqlite(url.slice('sqlite:'.length))
    : mysql(url.replace('mariadb:', 'mysql:'));
  const app = new App({
    signingSecret: SIGNING_SECRET,
    authorize: () => Promise.resolve({ botToken: 'xoxb-bench', botId: 'B0BENCH', botUserId: 'U0BENCH' }),
  });
  app.view(/.*/, async ({ ack, body }) => {
    await store(body.view.id, body.user.id);
    await ack();
  });
  void app.start(Number(process.env.PORT)).then(() => process.send?.('ready'));
}
