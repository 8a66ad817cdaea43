/** Whoever writes articles sees and changes none that is not for them: no draft, preview, older version, list or confirmation. */
// ASVS 5.0 v5.0.0-8.2.2 (objects), v5.0.0-8.2.3 (fields), v5.0.0-8.3.2 (changes count at once)
import type { ArticleIntent } from '../../src/chat/article-intents';
import { NEW_ARTICLE } from '../../src/chat/article-intents';
import type { Card, Form, Reply } from '../../src/chat/card';
import type { Article } from '../../src/domain/article';
import type { Group } from '../../src/domain/audience';
import type { Address, Person } from '../../src/domain/person';
import type { SupportLine } from '../../src/domain/support-line';
import type { TestDatabase } from '../support/databases';
import { databases } from '../support/databases';
import type { TestDesk } from '../support/desk';
import { ANNA, BEN, CEZARY, INFRA, LINES, MARK, NORA, openDesk, SUPPORT } from '../support/desk';

const FINANCE = 'slack:C0FINANCE';
const GROUPS: readonly Group[] = [
  { kind: 'department', key: 'finance', name: 'Finance', members: [FINANCE], emailDomains: [], homes: [] },
];
const MARK_LEADS_BOTH: readonly SupportLine[] = LINES.map((line) => ({ ...line, managers: [MARK.id] }));

const about = (audience: string, id = 'zorglub', words = 'in the vault'): Article => ({
  id,
  title: `The zorglub ${words}`,
  body: `The zorglub is ${words}.`,
  tags: [],
  language: 'en',
  audience,
  url: null,
});

const textOf = (reply: unknown): string => JSON.stringify(reply);
const cardIn = (reply: Reply): Card => {
  if (reply.kind !== 'card') throw new Error(`no card: ${textOf(reply)}`);
  return reply.card;
};
const formIn = (reply: Reply): Form => {
  if (reply.kind !== 'form') throw new Error(`no form: ${textOf(reply)}`);
  return reply.form;
};

describe.each(databases())('articles for some, written in a chat, on $name', ({ create }) => {
  let database: TestDatabase;
  let desk: TestDesk;

  const open = async (reviewed: readonly string[] = [], ...articles: Article[]): Promise<void> => {
    database = await create();
    const rules = { reviewed, staleAfterDays: 180 };
    desk = await openDesk(database, MARK_LEADS_BOTH, { groups: GROUPS, rules, articles });
  };

  afterEach(async () => {
    await desk.close();
    await database.drop();
  });

  const fill = (who: Person, form: Form, fields: Record<string, string>): Promise<Reply> => {
    const known = Object.fromEntries(form.fields.map((field) => [field.name, field.value ?? '']));
    return desk.act(who, { ...form.intent, fields: { ...known, ...fields } } as ArticleIntent);
  };
  const edit = async (who: Person, id: string, fields: Record<string, string>): Promise<Card> =>
    cardIn(await fill(who, formIn(await desk.act(who, { kind: 'article-find', purpose: 'edit', words: id })), fields));
  const press = (who: Person, card: Card, label: string): Promise<Reply> => {
    const button = card.actions.find((each) => each.label === label);
    if (button === undefined) throw new Error(`no button ${label} on ${textOf(card)}`);
    return desk.act(who, button.intent);
  };
  /** As an import, or somebody who may, does it. */
  const change = (article: Article) => desk.store.write((s) => s.articles.save([article], desk.clock.now()));
  const kept = (id: string) => desk.store.read((session) => session.articles.find(id));
  const channel = (place: Address): string => textOf(desk.surface.at(place).map(({ card }) => card));

  describe('that somebody is not for', () => {
    it('is confirmed by nobody who may not read it, and not named to them', async () => {
      await open([], about('department:finance'));
      const nothing = await desk.act(ANNA, { kind: 'article-confirm', articleId: 'nothing', version: 1 });

      for (const who of [ANNA, MARK])
        for (const version of [1, 7])
          expect(await desk.act(who, { kind: 'article-confirm', articleId: 'zorglub', version })).toEqual(nothing);
      expect(await kept('zorglub')).toMatchObject({ confirmedAt: null });
    });

    it('is confirmed by a manager of its line, who is shown it in the report', async () => {
      await open([], about('line:it-l2'));

      const reply = await desk.act(MARK, { kind: 'article-confirm', articleId: 'zorglub', version: 1 });

      expect(textOf(reply)).toContain('The zorglub in the vault');
    });
  });

  describe('by an agent of two lines, for one of them', () => {
    beforeEach(async () => {
      await open(['it', 'it-l2'], about('line:it-l2'));
      desk.members.set(INFRA, [BEN.id, CEZARY.id]);
    });

    const isOnlyInInfra = async (draft: Card): Promise<void> => {
      await press(BEN, draft, 'Send for review');
      await desk.deliver();
      expect(channel(INFRA)).toContain('zorglub');
      expect(channel(SUPPORT)).not.toMatch(/zorglub|vault/i);
      for (const who of [ANNA, NORA]) {
        const forged = { kind: 'article-draft', step: 'show', draftId: 1, version: 1, baseVersion: 0 } as const;
        expect(textOf(await desk.act(who, forged))).not.toMatch(/zorglub|vault/i);
      }
    };

    it('is reviewed in that one when it is changed', async () => {
      await isOnlyInInfra(await edit(BEN, 'zorglub', { body: 'The zorglub is in the other vault.' }));
    });

    it('is reviewed in that one when it is new', async () => {
      const fields = { title: 'Another zorglub', body: 'In the vault.', audience: 'line:it-l2' };
      await isOnlyInInfra(cardIn(await fill(BEN, formIn(await desk.act(BEN, NEW_ARTICLE)), fields)));
    });

    it('is reviewed in that one when it was begun for everyone', async () => {
      const fields = { title: 'Another zorglub', body: 'In the vault.' };
      const draft = cardIn(await fill(BEN, formIn(await desk.act(BEN, NEW_ARTICLE)), fields));
      const form = formIn(await press(BEN, draft, 'Edit'));
      await isOnlyInInfra(cardIn(await fill(BEN, form, { audience: 'line:it-l2' })));
    });

    it('says in the channel where it waited before only where it went', async () => {
      const fields = { title: 'Another thing', body: 'On the shelf.' };
      const draft = cardIn(await fill(BEN, formIn(await desk.act(BEN, NEW_ARTICLE)), fields));
      await press(BEN, draft, 'Send for review');
      await desk.deliver();
      expect(channel(SUPPORT)).toContain('Please review: Another thing');

      const form = formIn(await desk.act(BEN, { ...NEW_ARTICLE, draftId: 1, draftVersion: 2 }));
      const narrowed = { title: 'Another zorglub', body: 'In the vault.', audience: 'line:it-l2' };
      const again = cardIn(await fill(BEN, form, narrowed));
      await desk.deliver();
      expect(channel(SUPPORT)).not.toMatch(/zorglub|vault/i);
      await isOnlyInInfra(again);
      expect(desk.surface.at(SUPPORT).map(({ card }) => card.title)).toEqual(['This draft went to Infrastructure.']);
    });

    it('and for everyone is reviewed in the first', async () => {
      const fields = { title: 'Another zorglub', body: 'In the vault.' };
      const draft = cardIn(await fill(BEN, formIn(await desk.act(BEN, NEW_ARTICLE)), fields));
      await press(BEN, draft, 'Send for review');
      await desk.deliver();
      expect(channel(SUPPORT)).toContain('zorglub');
    });
  });

  it('an older version that was for others is in no history, and is brought back by nobody else', async () => {
    await open([], about('line:it-l2', 'zorglub', 'behind the blue door'));
    await change(about('everyone'));

    const history = await desk.act(ANNA, { kind: 'article-history', articleId: 'zorglub' });
    const restored = await desk.act(ANNA, { kind: 'article-restore', articleId: 'zorglub', version: 1 });

    expect(textOf(history)).toContain('1 version');
    expect(textOf(history)).not.toContain('the first one');
    expect(textOf(history)).not.toContain('article-restore');
    expect(textOf(restored)).not.toContain('blue door');
    expect(textOf(restored)).toContain('That article is no longer there');
    expect(textOf(await desk.act(CEZARY, { kind: 'article-restore', articleId: 'zorglub', version: 1 }))).toContain(
      'blue door',
    );
  });

  it('retired ones that are for others take no place among those that are found', async () => {
    const hidden = [1, 2, 3, 4, 5].map((n) => about('line:it-l2', `hidden-${n}`));
    await open([], about('everyone'), ...hidden);
    const retire = (article: Article) =>
      desk.act(article.audience === 'everyone' ? ANNA : CEZARY, {
        kind: 'article-retire',
        articleId: article.id,
        version: 1,
        sure: true,
      });
    await retire(about('everyone'));
    for (const article of hidden) {
      desk.clock.advance(1000);
      await retire(article);
    }
    await desk.library.refresh();

    const found = await desk.act(ANNA, { kind: 'article-find', purpose: 'history', words: 'zorglub in the' });

    expect(textOf(found)).toContain('The zorglub in the vault');
    expect(textOf(found)).not.toContain('hidden');
  });

  it('the draft of a ticket that went to another line is not shown there, and nothing typed is lost', async () => {
    await open();
    const id = await desk.openTicket(NORA, 'The zorglub is lost');
    await desk.act(ANNA, { kind: 'resolve', ticketId: id, fields: { text: 'It is in the vault.' } });
    const made = formIn(await desk.act(ANNA, { kind: 'article-from', ticketId: id, event: null }));
    await fill(ANNA, made, { body: 'Only for us: behind the blue door.', audience: 'line:it' });
    await desk.act(NORA, { kind: 'reopen', ticketId: id, fields: { text: '' } });
    await desk.act(ANNA, { kind: 'escalate', ticketId: id, fields: { text: 'Yours.' } });
    await desk.act(CEZARY, { kind: 'resolve', ticketId: id, fields: { text: 'Found it again.' } });

    const reply = await desk.act(CEZARY, { kind: 'article-from', ticketId: id, event: null });

    expect(textOf(reply)).not.toContain('blue door');
    expect(reply.kind).toBe('card');
  });

  describe('that became for others while somebody wrote on it', () => {
    const NARROWED = about('line:it-l2', 'zorglub', 'behind the blue door');

    beforeEach(() => open([], about('everyone')));

    it('is neither named on their draft nor written over by it', async () => {
      const draft = await edit(ANNA, 'zorglub', { body: 'Anna’s words.' });
      await change(NARROWED);

      expect(textOf(await press(ANNA, draft, 'Publish'))).toContain('That article is no longer there');
      const show = { kind: 'article-draft', step: 'show', draftId: 1, version: 1, baseVersion: 0 } as const;
      const told = await desk.act(ANNA, show);
      expect(textOf(told)).toContain('Anna’s words.');
      expect(textOf(told)).toContain('Somebody published another version');
      expect(textOf(told)).not.toContain('blue door');
      const forced = { kind: 'article-draft', step: 'overwrite', draftId: 1, version: 1, baseVersion: 2 } as const;
      const refused = await desk.act(ANNA, forced);
      expect(textOf(refused)).toContain('That article is no longer there');
      expect(textOf(refused)).not.toContain('blue door');
      await desk.act(ANNA, { ...forced, step: 'publish', version: 2 });
      expect(await kept('zorglub')).toMatchObject({ version: 2, body: NARROWED.body, audience: NARROWED.audience });
    });

    it('is not published over by who left its readers since', async () => {
      const secret = about('department:finance', 'zorglub', 'behind the blue door');
      await change(secret);
      desk.members.set(FINANCE, [ANNA.id]);
      const draft = await edit(ANNA, 'zorglub', { body: 'Anna’s words.', audience: 'everyone' });
      expect(textOf(draft)).not.toContain('Somebody published another version');
      desk.members.set(FINANCE, []);

      const told = await press(ANNA, draft, 'Publish');

      expect(textOf(told)).toContain('That article is no longer there');
      expect(await kept('zorglub')).toMatchObject({ version: 2, body: secret.body });
    });
  });
});
