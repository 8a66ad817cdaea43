/** Articles in a chat, through the front desk, on a real database: who may do what, and that nothing is lost or doubled. */
import type { Button, Card, Form, Reply } from '../../src/chat/card';
import type { ArticleIntent } from '../../src/chat/article-intents';
import { NEW_ARTICLE } from '../../src/chat/article-intents';
import { typed } from '../../src/chat/spoken';
import type { Person } from '../../src/domain/person';
import type { TestDatabase } from '../support/databases';
import { databases } from '../support/databases';
import type { TestDesk } from '../support/desk';
import { ANNA, BEN, CEZARY, INFRA, JAN, LINES, MARK, NORA, openDesk, SUPPORT } from '../support/desk';

const TEXT = { title: 'Badge does not open the door', body: 'Ask the front desk for a new badge.', language: 'en' };

/** The words of a card, each on a line. */
function wordsOf({ title, parts }: Card): string {
  const texts = parts.map((part) => JSON.stringify(part));
  return [title, ...texts].join('\n');
}

function cardIn(reply: Reply): Card {
  if (reply.kind !== 'card') throw new Error(`no card: ${JSON.stringify(reply)}`);
  return reply.card;
}

function formIn(reply: Reply): Form {
  if (reply.kind !== 'form') throw new Error(`no form: ${JSON.stringify(reply)}`);
  return reply.form;
}

function buttonOn(card: Card, label: string): Button {
  const inItems = card.parts.flatMap((part) =>
    part.kind === 'item' && part.button !== undefined && 'intent' in part.button ? [part.button] : [],
  );
  const button = [...card.actions, ...inItems].find((each) => each.label === label);
  if (button === undefined) throw new Error(`no button ${label} on ${wordsOf(card)} ${JSON.stringify(card.actions)}`);
  return button;
}

const valuesOf = (form: Form): Record<string, string> =>
  Object.fromEntries(form.fields.map((field) => [field.name, field.value ?? '']));

describe.each(databases())('articles in a chat, on $name', ({ create }) => {
  let database: TestDatabase;
  let desk: TestDesk;

  const openWith = async (reviewed: readonly string[]): Promise<void> => {
    database = await create();
    desk = await openDesk(database, LINES, { rules: { reviewed, staleAfterDays: 180 } });
  };

  afterEach(async () => {
    await desk.close();
    await database.drop();
  });

  const press = (who: Person, card: Card, label: string, delivery?: string): Promise<Reply> =>
    desk.act(who, buttonOn(card, label).intent, delivery);
  const fill = (who: Person, form: Form, fields: Record<string, string>, delivery?: string): Promise<Reply> =>
    desk.act(who, { ...form.intent, fields: { ...valuesOf(form), ...fields } } as ArticleIntent, delivery);
  const kept = (id: string) => desk.store.read((session) => session.articles.find(id));
  const fingerprint = () => desk.store.read((session) => session.articles.changes.latest());
  const history = (id: string) => desk.store.read((session) => session.articles.versions(id));
  /** A draft of Anna's, as its preview. */
  const draft = async (who: Person = ANNA, fields: Record<string, string> = TEXT): Promise<Card> =>
    cardIn(await fill(who, formIn(await desk.act(who, NEW_ARTICLE)), fields));
  const edit = async (who: Person, id: string, fields: Record<string, string>): Promise<Card> => {
    const form = formIn(await desk.act(who, { kind: 'article-find', purpose: 'edit', words: id }));
    return cardIn(await fill(who, form, fields));
  };

  describe('without a review', () => {
    beforeEach(() => openWith([]));

    it('an article is written, looked at as it will be, and published with its first version', async () => {
      const before = await fingerprint();
      const preview = await draft();
      expect(preview.title).toBe(TEXT.title);
      expect(wordsOf(preview)).toContain('Ask the front desk for a new badge.');
      expect(wordsOf(preview)).toContain('Nobody sees it yet.');
      expect(await fingerprint()).toBe(before);

      const done = cardIn(await press(ANNA, preview, 'Publish'));

      expect(wordsOf(done)).toContain('A new article. Published.');
      expect(await kept('badge-does-not-open-the-door')).toMatchObject({
        ...{ title: TEXT.title, body: TEXT.body, language: 'en', audience: 'everyone', tags: [] },
        ...{ version: 1, source: 'chat', fileHash: null, retiredAt: null },
      });
      expect(await history('badge-does-not-open-the-door')).toMatchObject([
        { version: 1, author: ANNA.id, kind: 'written', approvedBy: null },
      ]);
      expect(await fingerprint()).not.toBe(before);
    });

    it('of a repeated delivery nothing is done twice', async () => {
      const form = formIn(await desk.act(ANNA, NEW_ARTICLE));
      const [first, second] = [await fill(ANNA, form, TEXT, 'form:1'), await fill(ANNA, form, TEXT, 'form:1')];
      expect(second).toEqual(first);

      const published = await press(ANNA, cardIn(first), 'Publish', 'click:1');
      expect(await press(ANNA, cardIn(first), 'Publish', 'click:1')).toEqual(published);
      const again = cardIn(await press(ANNA, cardIn(first), 'Publish', 'click:2'));

      expect(wordsOf(again)).toContain('done already');
      expect(await history('badge-does-not-open-the-door')).toHaveLength(1);
    });

    it('two articles of one title are two', async () => {
      await press(ANNA, await draft(), 'Publish');
      await press(BEN, await draft(BEN), 'Publish');

      expect(await kept('badge-does-not-open-the-door-2')).toMatchObject({ version: 1 });
    });

    it('two articles of one title are two, also when they are published at the same moment', async () => {
      const drafts = [await draft(), await draft(BEN, { ...TEXT, body: 'Ring the bell.' })];
      await Promise.all([press(ANNA, drafts[0]!, 'Publish'), press(BEN, drafts[1]!, 'Publish')]);

      const ids = ['badge-does-not-open-the-door', 'badge-does-not-open-the-door-2'];
      const bodies = (await Promise.all(ids.map(kept))).map((article) => article?.body);
      expect(bodies.sort()).toEqual([TEXT.body, 'Ring the bell.']);
    });

    it('of two who publish an article at the same moment the second is told, and overwrites nothing', async () => {
      const previews = [
        await edit(ANNA, 'vpn-drops', { title: 'One' }),
        await edit(BEN, 'vpn-drops', { title: 'Two' }),
      ];
      await Promise.all([press(ANNA, previews[0]!, 'Publish'), press(BEN, previews[1]!, 'Publish')]);

      expect(await kept('vpn-drops')).toMatchObject({ version: 2 });
      expect(await history('vpn-drops')).toHaveLength(2);
    });

    it('an article is edited in its words as they are, and the version before it stays', async () => {
      const form = formIn(await desk.act(ANNA, { kind: 'article-find', purpose: 'edit', words: 'vpn-drops' }));
      const before = await kept('vpn-drops');
      expect(valuesOf(form)).toMatchObject({ title: 'VPN keeps disconnecting', body: before?.body });

      const preview = cardIn(await fill(ANNA, form, { title: 'The VPN drops', tags: 'vpn, tunnel; vpn' }));
      expect(wordsOf(preview)).toContain('title, ');
      await press(ANNA, preview, 'Publish');

      expect(await kept('vpn-drops')).toMatchObject({ title: 'The VPN drops', tags: ['vpn', 'tunnel'], version: 2 });
      expect((await history('vpn-drops')).map(({ version, author }) => [version, author])).toEqual([
        [1, 'system'],
        [2, ANNA.id],
      ]);
    });

    it('a form that changes nothing says so', async () => {
      const form = formIn(await desk.act(ANNA, { kind: 'article-find', purpose: 'edit', words: 'printer' }));
      const body = (await kept('printer'))?.body ?? '';

      expect(await fill(ANNA, form, { body })).toMatchObject({
        kind: 'invalid',
        errors: { title: expect.any(String) },
      });
    });

    it('somebody who is no agent is told so first, also by a form that changes nothing', async () => {
      const form = formIn(await desk.act(ANNA, { kind: 'article-find', purpose: 'edit', words: 'printer' }));
      const body = (await kept('printer'))?.body ?? '';

      const reply = await fill(NORA, form, { body });

      expect(JSON.stringify(reply)).toContain('agents');
      expect(JSON.stringify(reply)).not.toContain('like that already');
    });

    it('of two who edit one article the second is told, keeps the text, and decides', async () => {
      const anna = await edit(ANNA, 'printer', { title: 'Anna’s title' });
      const ben = await edit(BEN, 'printer', { title: 'Ben’s title' });
      await press(ANNA, anna, 'Publish');

      const told = cardIn(await press(BEN, ben, 'Publish'));

      expect(wordsOf(told)).toContain('another version of this article meanwhile');
      expect(wordsOf(told)).toContain('Ben’s title');
      expect(await kept('printer')).toMatchObject({ title: 'Anna’s title', version: 2 });
      const over = cardIn(await press(BEN, told, 'Use mine instead'));
      await press(BEN, over, 'Publish');
      expect(await kept('printer')).toMatchObject({ title: 'Ben’s title', version: 3 });
    });

    it('of two who edit one draft the second keeps a draft of their own', async () => {
      const shared = await draft();
      const [draftIntent] = [buttonOn(shared, 'Edit').intent];
      const forBen = formIn(await desk.act(BEN, draftIntent));
      await fill(ANNA, formIn(await desk.act(ANNA, draftIntent)), { title: 'By Anna' });

      const ben = cardIn(await fill(BEN, forBen, { title: 'By Ben' }));

      expect(wordsOf(ben)).toContain('draft of its own');
      const titles = await desk.store.read(async ({ drafts }) => [await drafts.find(1), await drafts.find(2)]);
      expect(titles.map((each) => each?.title)).toEqual(['By Anna', 'By Ben']);
    });

    it('what somebody has begun to write of an article is there when they come back', async () => {
      await edit(ANNA, 'printer', { title: 'Half done' });

      const form = formIn(await desk.act(ANNA, { kind: 'article-find', purpose: 'edit', words: 'printer' }));
      const others = formIn(await desk.act(BEN, { kind: 'article-find', purpose: 'edit', words: 'printer' }));

      expect(valuesOf(form)['title']).toBe('Half done');
      expect(valuesOf(others)['title']).toBe('Printer does not print');
    });

    it('words find articles to choose from', async () => {
      const found = cardIn(await desk.act(ANNA, typed('article edit vpn', 'mention')));

      const form = formIn(await press(ANNA, found, 'Edit'));
      expect(valuesOf(form)['title']).toBe('VPN keeps disconnecting');
      const none = cardIn(await desk.act(ANNA, typed('article edit', 'mention')));
      expect(wordsOf(none)).toContain('article edit vpn');
    });

    it('a long article comes back from its form character for character, and one that cannot is refused', async () => {
      const paragraph = (n: number): string => `${n}. ${'Say żółw twice. '.repeat(60)}end`;
      const body = Array.from({ length: 8 }, (_, n) => `${paragraph(n)}\n\n    code ${n}\n\nend ${n}`).join('\n\n');
      const long = { ...(await kept('printer'))!, body };
      await desk.store.write((session) => session.articles.save([long], desk.clock.now()));
      const form = formIn(await desk.act(ANNA, { kind: 'article-find', purpose: 'edit', words: 'printer' }));
      expect(form.fields.filter(({ name }) => name.startsWith('body'))).toHaveLength(3);
      for (const field of form.fields) if (field.kind === 'text') expect(field.value?.length).toBeLessThanOrEqual(3000);

      await press(ANNA, cardIn(await fill(ANNA, form, { title: 'Long' })), 'Publish');

      expect(await kept('printer')).toMatchObject({ title: 'Long', body });
      for (const tooLong of [body.repeat(2), 'x'.repeat(3001)]) {
        await desk.store.write((session) => session.articles.save([{ ...long, body: tooLong }], desk.clock.now()));
        const no = cardIn(await desk.act(ANNA, { kind: 'article-find', purpose: 'edit', words: 'printer' }));
        expect(wordsOf(no)).toContain('knowledge export');
      }
    });

    it('tags and audiences that a form cannot show stay what they are', async () => {
      const audience = 'department:finance,department:human-resources,department:legal,line:it,line:it-l2';
      const many = Array.from({ length: 200 }, (_, n) => `tag ${n}`);
      for (const tags of [['tcp, udp', 'a|b'], many]) {
        const stored = { ...(await kept('printer'))!, tags, audience };
        await desk.store.write((session) => session.articles.save([stored], desk.clock.now()));
        const form = formIn(await desk.act(ANNA, { kind: 'article-find', purpose: 'edit', words: 'printer' }));
        for (const field of form.fields) {
          // Slack shows no choice whose value is longer, and a chat cuts a text at its limit.
          if (field.kind === 'text') expect(field.value?.length).toBeLessThanOrEqual(field.maxLength);
          if (field.kind === 'choice')
            for (const { value } of field.groups.flatMap(({ options }) => options))
              expect(value.length).toBeLessThanOrEqual(75);
        }

        await press(ANNA, cardIn(await fill(ANNA, form, { title: `With ${tags.length} tags` })), 'Publish');

        expect(await kept('printer')).toMatchObject({ title: `With ${tags.length} tags`, tags, audience });
      }
    });

    it('retiring asks first, keeps the history, and what is retired can be brought back', async () => {
      const before = await fingerprint();
      const asked = cardIn(await desk.act(ANNA, typed('article retire vpn-drops', 'mention')));
      expect(await fingerprint()).toBe(before);
      const done = cardIn(await press(ANNA, asked, 'Retire'));

      expect(await fingerprint()).not.toBe(before);
      const searchable = await desk.store.read((session) => session.articles.all());
      expect(searchable.map(({ id }) => id)).toEqual(['printer']);
      expect(
        wordsOf(cardIn(await desk.act(NORA, { kind: 'read', articleId: 'vpn-drops', inquiryId: null }))),
      ).toContain('no longer there');
      expect(wordsOf(cardIn(await press(BEN, asked, 'Retire')))).toContain('retired already');

      const preview = cardIn(await press(ANNA, done, 'Bring back'));
      await press(ANNA, preview, 'Publish');
      expect(await kept('vpn-drops')).toMatchObject({ retiredAt: null, version: 3 });
      expect((await history('vpn-drops')).map(({ kind }) => kind)).toEqual(['imported', 'retired', 'written']);
    });

    it('“Bring back” pressed twice is one draft, until its author wrote in it or somebody else presses', async () => {
      const asked = cardIn(await desk.act(ANNA, typed('article retire vpn-drops', 'mention')));
      const done = cardIn(await press(ANNA, asked, 'Retire'));
      const open = async (of: Person): Promise<number> => (await desk.helpdesk.authoring.overview(of.id)).own.length;

      const both = await Promise.all([press(ANNA, done, 'Bring back'), press(ANNA, done, 'Bring back')]);
      expect(both[0]).toEqual(both[1]);
      expect(await press(ANNA, done, 'Bring back')).toEqual(both[0]);
      expect(await open(ANNA)).toBe(1);

      await press(BEN, done, 'Bring back');
      expect([await open(ANNA), await open(BEN)]).toEqual([1, 1]);
      await fill(ANNA, formIn(await press(ANNA, cardIn(both[0]), 'Edit')), { title: 'In other words' });
      await press(ANNA, done, 'Bring back');
      expect(await open(ANNA)).toBe(2);
    });

    it('what is retired is found by words of its title in any case, with or without diacritics', async () => {
      const polish = { ...(await kept('printer'))!, id: 'lacze', title: 'Łącze VPN zrywa się, 100% pewne' };
      await desk.store.write((session) => session.articles.save([polish], desk.clock.now()));
      await press(ANNA, cardIn(await desk.act(ANNA, typed('article retire lacze', 'mention'))), 'Retire');
      await desk.library.refresh();
      const found = async (words: string): Promise<string> =>
        wordsOf(cardIn(await desk.act(ANNA, typed(`article history ${words}`, 'mention'))));

      for (const words of ['łącze', 'ŁĄCZE', 'lacze vpn', 'zrywa łącze', '100%'])
        expect(await found(words)).toContain('Łącze VPN zrywa się');
      expect(await found('printer')).not.toContain('Łącze');
    });

    it('a draft of what is retired or taken away says so, and that publishing brings it back', async () => {
      const anna = await edit(ANNA, 'printer', { title: 'Anna’s title' });
      const ben = await edit(BEN, 'vpn-drops', { title: 'Ben’s title' });
      const retiring = cardIn(await desk.act(BEN, typed('article retire printer', 'mention')));
      await press(BEN, retiring, 'Retire');
      await desk.store.write((session) => session.articles.remove(['vpn-drops']));

      const retired = cardIn(await press(ANNA, anna, 'Publish'));
      const gone = cardIn(await press(BEN, ben, 'Publish'));
      const begun = await edit(BEN, 'printer', { title: 'Ben’s title' });

      expect(wordsOf(retired)).toContain('This article is retired');
      expect(wordsOf(begun)).toContain('This article is retired');
      expect(wordsOf(gone)).toContain('A change to “Ben’s title”');
      expect(wordsOf(gone)).toContain('its file was taken away');
      for (const { actions, ...card } of [retired, gone]) {
        expect(wordsOf({ ...card, actions })).not.toContain('another version');
        expect(actions.map(({ label }) => label)).toEqual(['Use mine instead', 'Edit', 'Throw away']);
      }
      await press(ANNA, cardIn(await press(ANNA, retired, 'Use mine instead')), 'Publish');
      expect(await kept('printer')).toMatchObject({ title: 'Anna’s title', retiredAt: null });
    });

    it('an older version is brought back as the newest', async () => {
      await press(ANNA, await edit(ANNA, 'printer', { title: 'Wrong' }), 'Publish');
      const shown = cardIn(await desk.act(BEN, typed('article history printer', 'mention')));
      expect(wordsOf(shown)).toContain('Version 2 · Anna');
      expect(wordsOf(shown)).toContain('title');

      await press(BEN, cardIn(await press(BEN, shown, 'Bring back')), 'Publish');

      expect(await kept('printer')).toMatchObject({ title: 'Printer does not print', version: 3 });
    });

    it('an agent is told how many drafts they have, also when these are more than are listed', async () => {
      for (let n = 1; n <= 23; n += 1) await draft(ANNA, { ...TEXT, title: `Badge number ${n}` });

      const list = cardIn(await desk.act(ANNA, { kind: 'article-list' }));

      expect(list.summary).toContain('23 drafts of yours');
      expect(wordsOf(list)).toContain('and 13 more');
    });

    it('words too long for a form are no article yet, and whoever points at them is told what can be done', async () => {
      const told = wordsOf(cardIn(await desk.act(ANNA, { ...NEW_ARTICLE, text: 'Words. '.repeat(2000) })));

      expect(told).toContain('Copy the part that matters into a new article');
      expect(told).not.toContain('its file');
    });

    it('a chat that cannot say who is an agent loses nobody’s text', async () => {
      const form = formIn(await desk.act(ANNA, NEW_ARTICLE));
      desk.silentChannels.add(SUPPORT);

      expect((await fill(ANNA, form, TEXT)).kind).toBe('invalid');
    });
  });

  describe('with a review by a second person', () => {
    beforeEach(() => openWith(['it']));

    const inReview = async (): Promise<Card> => {
      const sent = cardIn(await press(ANNA, await draft(), 'Send for review'));
      expect(wordsOf(sent)).toContain('Waits for another agent');
      await desk.deliver();
      return desk.surface.at(SUPPORT).at(-1)!.card;
    };

    it('it is shown in the channel of the line; another agent approves it, the card says so, and the author is told', async () => {
      const card = await inReview();
      expect(wordsOf(card)).toContain('Ask the front desk for a new badge.');
      expect(await kept('badge-does-not-open-the-door')).toBeNull();

      await press(BEN, card, 'Approve');
      await desk.deliver();

      expect(await history('badge-does-not-open-the-door')).toMatchObject([{ author: ANNA.id, approvedBy: BEN.id }]);
      const shown = desk.surface.at(SUPPORT).at(-1)!;
      expect(wordsOf(shown.card)).toContain('Approved by Ben');
      expect(shown.card.actions).toEqual([]);
      expect(desk.surface.at(SUPPORT)).toHaveLength(1);
      expect(desk.surface.at(ANNA.address).map(({ card: { title } }) => title)).toEqual(['Ben approved your article']);
    });

    it('it is sent back with words, changed, and sent again; the same card follows', async () => {
      const card = await inReview();
      const form = formIn(await press(BEN, card, 'Send back'));
      expect(await fill(BEN, form, { text: '  ' })).toMatchObject({ kind: 'invalid' });
      await fill(BEN, form, { text: 'Which front desk?' });
      await desk.deliver();
      const told = desk.surface.at(ANNA.address).at(-1)!.card;
      expect(wordsOf(told)).toContain('Which front desk?');
      expect(wordsOf(desk.surface.at(SUPPORT).at(-1)!.card)).toContain('Sent back by Ben');

      const better = cardIn(await fill(ANNA, formIn(await press(ANNA, told, 'Edit')), { body: 'The one on floor 2.' }));
      await press(ANNA, better, 'Send for review');
      await desk.deliver();

      const again = desk.surface.at(SUPPORT);
      expect(again).toHaveLength(1);
      expect(wordsOf(again[0]!.card)).toContain('The one on floor 2.');
      await press(BEN, again[0]!.card, 'Approve');
      expect(await kept('badge-does-not-open-the-door')).toMatchObject({ body: 'The one on floor 2.' });
    });

    it('what was sent back is not lost when its author leaves: another agent goes on with it', async () => {
      const card = await inReview();
      await fill(BEN, formIn(await press(BEN, card, 'Send back')), { text: 'Which front desk?' });
      await desk.deliver();
      desk.members.set(SUPPORT, [BEN.id]);
      const sentBack = desk.surface.at(SUPPORT).at(-1)!.card;

      const shown = cardIn(await press(BEN, sentBack, 'Show'));
      expect(wordsOf(shown)).toContain('Ask the front desk for a new badge.');
      const better = await fill(BEN, formIn(await press(BEN, shown, 'Edit')), { body: 'The one on floor 2.' });

      expect(wordsOf(cardIn(better))).toContain('The one on floor 2.');
      expect(wordsOf(cardIn(await press(ANNA, sentBack, 'Show')))).toContain('Only agents');
    });

    it('nobody approves what they had a hand in', async () => {
      const card = await inReview();

      expect(wordsOf(cardIn(await press(ANNA, card, 'Approve')))).toContain('a hand in it');
      const mine = cardIn(await desk.act(BEN, { ...buttonOn(card, 'Approve').intent, step: 'show' } as ArticleIntent));
      const changed = cardIn(
        await fill(
          BEN,
          formIn(
            await desk.act(BEN, {
              kind: 'article-write',
              articleId: null,
              baseVersion: 0,
              draftId: 1,
              draftVersion: 2,
            }),
          ),
          { body: 'Ben’s words' },
        ),
      );
      await press(BEN, changed, 'Send for review');
      await desk.deliver();
      expect(mine.actions.map(({ label }) => label)).toContain('Approve');
      const shown = desk.surface.at(SUPPORT).at(-1)!.card;

      expect(wordsOf(cardIn(await press(BEN, shown, 'Approve')))).toContain('a hand in it');
      expect(wordsOf(cardIn(await press(ANNA, shown, 'Approve')))).toContain('a hand in it');
      expect(await kept('badge-does-not-open-the-door')).toBeNull();
    });

    it('nobody approves a copy of what they had a hand in', async () => {
      const shared = await draft();
      const { intent } = buttonOn(shared, 'Edit');
      const forBen = formIn(await desk.act(BEN, intent));
      await fill(ANNA, formIn(await desk.act(ANNA, intent)), { title: 'By Anna' });
      const copy = cardIn(await fill(BEN, forBen, { title: 'By Ben' }));
      await press(BEN, copy, 'Send for review');
      await desk.deliver();
      const card = desk.surface.at(SUPPORT).at(-1)!.card;

      expect(wordsOf(cardIn(await press(ANNA, card, 'Approve')))).toContain('a hand in it');
      expect(await kept('by-ben')).toBeNull();
    });

    it('its author is told when somebody else changes it, without a word of being sent back', async () => {
      await inReview();
      const write = { kind: 'article-write', articleId: null, baseVersion: 0, draftId: 1, draftVersion: 2 } as const;

      await fill(BEN, formIn(await desk.act(BEN, write)), { body: 'Ben’s words' });
      await desk.deliver();

      const told = desk.surface.at(ANNA.address).map(({ card: { title } }) => title);
      expect(told).toEqual(['Your article is being changed']);
      expect(wordsOf(desk.surface.at(SUPPORT).at(-1)!.card)).toContain('last by Ben');
    });

    it('what was written from an older version troubles no reviewer, and its author decides', async () => {
      const anna = await edit(ANNA, 'printer', { title: 'Anna’s title' });
      const ben = await edit(BEN, 'printer', { title: 'Ben’s title' });
      await press(ANNA, anna, 'Send for review');
      await desk.deliver();
      await press(BEN, desk.surface.at(SUPPORT).at(-1)!.card, 'Approve');
      await desk.deliver();
      const before = desk.surface.at(SUPPORT).length;

      const told = cardIn(await press(BEN, ben, 'Send for review'));
      await desk.deliver();

      expect(wordsOf(told)).toContain('another version of this article meanwhile');
      expect(told.actions.map(({ label }) => label)).toContain('Use mine instead');
      expect(desk.surface.at(SUPPORT)).toHaveLength(before);
      expect(await desk.store.read(({ drafts }) => drafts.find(2))).toMatchObject({ state: 'writing' });
    });

    it('words that were changed meanwhile are not approved unread', async () => {
      const card = await inReview();
      const form = formIn(
        await desk.act(ANNA, { kind: 'article-write', articleId: null, baseVersion: 0, draftId: 1, draftVersion: 2 }),
      );
      await fill(ANNA, form, { body: 'Something else' });

      expect(wordsOf(cardIn(await press(BEN, card, 'Approve')))).toContain('changed that draft meanwhile');
      expect(await kept('badge-does-not-open-the-door')).toBeNull();
    });

    it('whoever reviews what was retired meanwhile is told so', async () => {
      await press(ANNA, await edit(ANNA, 'printer', { title: 'Anna’s title' }), 'Send for review');
      await desk.deliver();
      await press(BEN, cardIn(await desk.act(BEN, typed('article retire printer', 'mention'))), 'Retire');

      const told = cardIn(await press(BEN, desk.surface.at(SUPPORT).at(-1)!.card, 'Approve'));

      expect(wordsOf(told)).toContain('This article is retired already.');
      expect(await kept('printer')).toMatchObject({ title: 'Printer does not print' });
    });

    it('a remark that comes too late stays in its form, with the reason', async () => {
      const card = await inReview();
      const form = formIn(await press(BEN, card, 'Send back'));
      const write = { kind: 'article-write', articleId: null, baseVersion: 0, draftId: 1, draftVersion: 2 } as const;
      await fill(ANNA, formIn(await desk.act(ANNA, write)), { body: 'Something else' });

      expect(await fill(BEN, form, { text: 'Three sentences on the doors.' })).toMatchObject({
        kind: 'invalid',
        errors: { text: 'Somebody changed that draft meanwhile. Please look at it again.' },
      });
    });

    it('two who approve at once publish it once', async () => {
      const card = await inReview();
      desk.members.set(SUPPORT, [ANNA.id, BEN.id, MARK.id]);

      await Promise.all([press(BEN, card, 'Approve'), press(MARK, card, 'Approve')]);

      expect(await history('badge-does-not-open-the-door')).toHaveLength(1);
    });

    it('a publish button sent by hand only asks for the review', async () => {
      await draft();
      await desk.act(ANNA, { kind: 'article-draft', step: 'approve', draftId: 1, version: 1, baseVersion: 0 });

      expect(await kept('badge-does-not-open-the-door')).toBeNull();
      expect(await desk.store.read((session) => session.drafts.find(1))).toMatchObject({ state: 'review' });
    });

    it('a line without the rule publishes at once', async () => {
      await press(CEZARY, await draft(CEZARY), 'Opublikuj');

      expect(await kept('badge-does-not-open-the-door')).not.toBeNull();
    });

    it('what is only for the agents of another of their lines goes by the rule of that line, and no other’s channel shows it', async () => {
      const secret = { ...(await kept('printer'))!, id: 'core-switch', title: 'Core switch', audience: 'line:it-l2' };
      await desk.store.write((session) => session.articles.save([secret], desk.clock.now()));
      desk.members.set(INFRA, [CEZARY.id, ANNA.id]);

      await press(ANNA, await edit(ANNA, 'core-switch', { title: 'The core switch' }), 'Publish');
      const written = await draft(ANNA, { ...TEXT, title: 'Now for them' });
      const narrowed = await fill(ANNA, formIn(await press(ANNA, written, 'Edit')), { audience: 'line:it-l2' });
      await press(ANNA, cardIn(narrowed), 'Publish');
      await desk.deliver();

      expect((await kept('core-switch'))?.title).toBe('The core switch');
      expect(await kept('now-for-them')).toMatchObject({ audience: 'line:it-l2' });
      expect(desk.surface.at(SUPPORT)).toEqual([]);
    });

    it('the list shows an agent their drafts and what waits in their lines', async () => {
      await inReview();
      await draft(BEN, { ...TEXT, title: 'Half a thought' });

      const list = cardIn(await desk.act(BEN, typed('article', 'mention')));

      expect(list.summary).toBe('1 draft of yours, 1 waits for a review');
      expect(wordsOf(list)).toContain('Half a thought');
      expect(wordsOf(list)).toContain(TEXT.title);
      expect(wordsOf(cardIn(await desk.act(CEZARY, { kind: 'article-list' })))).not.toContain(TEXT.title);
    });
  });

  describe('📖 on a ticket', () => {
    beforeEach(() => openWith([]));

    const solved = async (): Promise<number> => {
      const id = await desk.openTicket(NORA, 'Door badge is dead', { details: 'Since Monday' });
      await desk.deliver();
      await desk.act(ANNA, { kind: 'claim', ticketId: id });
      await desk.act(ANNA, { kind: 'reply', ticketId: id, fields: { text: 'Hold it to the reader for ten seconds.' } });
      await desk.act(ANNA, { kind: 'resolve', ticketId: id, fields: { text: 'A new battery.' } });
      await desk.deliver();
      return id;
    };

    it('an answer in its thread becomes a draft of question and answer, once, whoever asks', async () => {
      const ticketId = await solved();
      const answer = desk.surface.threadsAt(SUPPORT).find(({ card }) => wordsOf(card).includes('ten seconds'));
      const at = await desk.helpdesk.answerAt(answer?.ref ?? '', SUPPORT);
      expect(at).toMatchObject({ ticketId, version: expect.any(Number) });
      const intent = { kind: 'article-from', ticketId, event: at!.version, quick: true } as const;

      const offered = cardIn(await desk.act(ANNA, intent));
      await desk.act(BEN, intent);
      await desk.act(ANNA, { ...intent, event: null });

      expect(wordsOf(offered)).toContain('Hold it to the reader for ten seconds.');
      expect(wordsOf(offered)).toContain('Since Monday');
      expect(wordsOf(offered)).toContain(`Made from ticket #${ticketId}`);
      expect(await desk.store.read(async ({ drafts }) => [await drafts.find(1), await drafts.find(2)])).toMatchObject([
        { title: 'Door badge is dead', origin: `ticket:${ticketId}` },
        null,
      ]);
      const form = formIn(await press(ANNA, offered, 'Edit'));
      expect(valuesOf(form)['body']).toContain('## Symptoms\n\n- Door badge is dead\n- Since Monday');
    });

    it('an agent’s own words typed in the thread are an answer too', async () => {
      const ticketId = await solved();
      const act = { id: 'note:1', from: ANNA, message: 'slack:C0SUPPORT:17.1' };
      await desk.frontDesk.handle({
        ...act,
        intent: { kind: 'note', ticketId, fields: { text: 'Try the other door.' } },
      });

      const at = await desk.helpdesk.answerAt('slack:C0SUPPORT:17.1', SUPPORT);
      const offered = cardIn(
        await desk.act(ANNA, { kind: 'article-from', ticketId, event: at?.version ?? null, quick: true }),
      );

      expect(wordsOf(offered)).toContain('Try the other door.');
    });

    it('a resolved ticket’s card has a button that opens the form with how it was resolved', async () => {
      await solved();
      const card = desk.surface.at(SUPPORT).at(-1)!.card;

      const form = formIn(await press(ANNA, card, 'Make an article'));

      expect(valuesOf(form)['body']).toContain('A new battery.');
    });

    it('an answer that no form holds is shown as a draft to publish', async () => {
      const ticketId = await solved();
      const text = 'one long line of a log '.repeat(200);

      const shown = cardIn(await desk.act(ANNA, { kind: 'article-from', ticketId, event: null, text }));

      expect(wordsOf(shown)).toContain('one long line of a log');
      expect(shown.actions.map(({ label }) => label)).toContain('Publish');
    });

    it('the draft is in the language of question and answer, whatever the agent reads', async () => {
      desk.members.set(SUPPORT, [ANNA.id, JAN.id]);
      const ticketId = await solved();

      await desk.act(JAN, { kind: 'article-from', ticketId, event: null, quick: true });

      const made = await desk.store.read(({ drafts }) => drafts.find(1));
      expect(made).toMatchObject({ language: 'en', body: expect.stringContaining('## Symptoms') });
    });

    it('of a ticket that has its article nothing new is made', async () => {
      const ticketId = await solved();
      const intent = { kind: 'article-from', ticketId, event: null, quick: true } as const;
      await press(ANNA, cardIn(await desk.act(ANNA, intent)), 'Publish');

      expect(wordsOf(cardIn(await desk.act(BEN, intent)))).toContain('Published');
      expect(await desk.store.read(({ drafts }) => drafts.find(2))).toBeNull();
    });

    it('of a ticket whose article was retired nobody is told that it is found', async () => {
      const ticketId = await solved();
      const intent = { kind: 'article-from', ticketId, event: null, quick: true } as const;
      await press(ANNA, cardIn(await desk.act(ANNA, intent)), 'Publish');
      const asked = cardIn(await desk.act(BEN, typed('article retire door-badge-is-dead', 'mention')));
      await press(BEN, asked, 'Retire');

      const told = wordsOf(cardIn(await desk.act(ANNA, intent)));

      expect(told).toContain('no longer suggested');
      expect(told).not.toContain('found from now on');
    });

    it('a draft that was thrown away is begun anew', async () => {
      const ticketId = await solved();
      const intent = { kind: 'article-from', ticketId, event: null, quick: true } as const;
      await press(ANNA, cardIn(await desk.act(ANNA, intent)), 'Throw away');

      const again = cardIn(await desk.act(BEN, intent));

      expect(again.actions.map(({ label }) => label)).toContain('Publish');
    });
  });

  describe('the report for managers', () => {
    beforeEach(() => openWith([]));

    const vpnFails = async (): Promise<void> => {
      for (let n = 0; n < 3; n += 1) {
        const asked = cardIn(await desk.act(NORA, { kind: 'ask', text: 'my vpn drops', intake: 'command' }));
        const form = formIn(await press(NORA, asked, 'Open a ticket'));
        await fill(NORA, form, { subject: 'VPN', priority: 'person/blocked' });
      }
    };

    it.each([
      [ANNA, 'That is for managers of a support line.'],
      [JAN, 'To jest dla osób kierujących linią wsparcia.'],
    ])('whoever is no manager is told so, and not of a summary they did not ask for: %#', async (who, words) => {
      expect(wordsOf(cardIn(await desk.act(who, { kind: 'articles' })))).toContain(words);
    });

    it('a manager who is no agent is not offered to edit, which would be refused', async () => {
      await vpnFails();
      desk.clock.advance(60_000);

      const offered = wordsOf(cardIn(await desk.act(MARK, { kind: 'articles' })));
      expect(offered).toContain('Suggested 3 times');
      expect(offered).not.toContain('"Edit"');

      desk.members.set(SUPPORT, [ANNA.id, BEN.id, MARK.id]);
      const report = cardIn(await desk.act(MARK, { kind: 'articles' }));
      expect(formIn(await press(MARK, report, 'Edit')).title).toBe('Edit article');
    });

    it('names what fails, what is old and what is missing, from what was asked', async () => {
      await vpnFails();
      await desk.act(NORA, { kind: 'ask', text: 'where is the coffee machine manual', intake: 'command' });
      await desk.act(JAN, { kind: 'ask', text: 'coffee machine manual please', intake: 'command' });
      desk.clock.advance(200 * 86_400_000);
      const old = cardIn(await desk.act(MARK, { kind: 'articles' }));
      expect(wordsOf(old)).toContain('Last looked at 200 days ago');
      await press(MARK, old, 'Still right');
      desk.clock.advance(-190 * 86_400_000);

      const report = cardIn(await desk.act(MARK, typed('articles', 'mention')));

      expect(wordsOf(report)).toContain('Suggested 3 times; 3 tickets were opened all the same');
      expect(wordsOf(report)).toContain('2 questions like this, and no answer');
      desk.clock.advance(190 * 86_400_000);
      const later = cardIn(await desk.act(MARK, { kind: 'articles' }));
      expect(later.summary).toContain('1 is old');
    });
  });
});

describe('words typed about articles', () => {
  it.each<[string, object]>([
    ['article', { kind: 'article-list' }],
    ['Artykuł lista', { kind: 'article-list' }],
    ['articles', { kind: 'articles' }],
    ['artykuły', { kind: 'articles' }],
    ['/article new', NEW_ARTICLE],
    ['artykuł nowy VPN na telefonie', { ...NEW_ARTICLE, title: 'VPN na telefonie' }],
    ['helpdesk article retire vpn-drops', { kind: 'article-find', purpose: 'retire', words: 'vpn-drops' }],
    ['article about travel', { kind: 'ask' }],
    ['articles about travel', { kind: 'ask' }],
    ['article list of travel', { kind: 'ask' }],
  ])('“%s”', (text, intent) => {
    expect(typed(text, 'mention')).toMatchObject(intent);
  });
});
