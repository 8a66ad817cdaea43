/** Everything the helpdesk keeps about one person, as one document to hand to them. */
import type { ArticleVersion } from './domain/authoring';
import type { PersonId } from './domain/person';
import type { Ticket, TicketEvent } from './domain/ticket';
import type { Session, Store } from './store/store';

const PAGE = 200;

/** @param ids every id of the person */
export async function exportPerson(store: Store, ids: readonly PersonId[]): Promise<object> {
  const about = await store.read(async (session) => ({
    people: [...(await session.people.named(ids)).values()],
    identityLinks: await session.identities.linksOf(ids),
    questions: await session.erasures.inquiriesOf(ids),
    ...(await session.erasures.kept(ids)),
    drafts: await draftsOf(session, new Set(ids)),
    articleVersions: (await session.articles.versionsBy(ids)).map((version) => versionPart(version, new Set(ids))),
    articlesRead: await session.past.readsBy(ids),
  }));
  const tickets: object[] = [];
  for (let from = 0; ;) {
    const page = await store.read((session) => session.erasures.ticketsOf(ids, from, PAGE));
    for (const id of page) {
      const found = await store.read(async (session) => ({
        ticket: await session.tickets.find(id),
        events: await session.tickets.events(id),
      }));
      if (found.ticket !== null) tickets.push(part(found.ticket, found.events, new Set(ids)));
    }
    if (page.length < PAGE) break;
    from = (page.at(-1) ?? 0) + 1;
  }
  return { ids, ...about, tickets };
}

/** Of a draft they had a hand in everything but others' names; of one they reviewed what they said. */
async function draftsOf({ drafts }: Session, ids: ReadonlySet<PersonId>): Promise<object[]> {
  const parts: object[] = [];
  for (const id of await drafts.having([...ids])) {
    const draft = await drafts.find(id);
    if (draft === null) continue;
    const { author: _author, authors, reviewer, remark, ...text } = draft;
    const said = reviewer !== null && ids.has(reviewer) ? { remark } : {};
    const { articleId, title, state, updatedAt } = draft;
    parts.push(
      authors.some((each) => ids.has(each))
        ? { part: 'wrote', ...text, ...said }
        : { part: 'reviewed', id, articleId, title, state, updatedAt, ...said },
    );
  }
  return parts;
}

function versionPart(
  { author, approvedBy: _approvedBy, ...version }: ArticleVersion,
  ids: ReadonlySet<PersonId>,
): object {
  if (ids.has(author)) return { part: 'wrote', ...version };
  const { articleId, version: number, title, at } = version;
  return { part: 'approved', articleId, version: number, title, at };
}

/** Of their own tickets everything; of others' what they did, for the rest is about somebody else. */
function part(ticket: Ticket, events: readonly TicketEvent[], ids: ReadonlySet<PersonId>): object {
  if (ids.has(ticket.requester) || ids.has(ticket.openedBy)) return { part: 'theirs', ...ticket, events };
  const { id, status, line, priority, category, assignee, openedAt } = ticket;
  const concerned = events.filter(
    ({ actor, what }) => ids.has(actor) || (what.kind === 'assigned' && ids.has(what.to)),
  );
  const facts = {
    id,
    status,
    line,
    priority,
    category,
    assignedToThem: assignee !== null && ids.has(assignee),
    openedAt,
  };
  return { part: 'worked on', ...facts, events: concerned };
}
