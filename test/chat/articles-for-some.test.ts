/** Whoever writes articles sees and changes none that is not for them: no draft, preview, older version, list or confirmation. */
// ASVS 5.0 v5.0.0-8.2.2 (objects), v5.0.0-8.2.3 (fields), v5.0.0-8.3.2 (changes count at once)
import type { Article } from '../../src/domain/article';
import type { Group } from '../../src/domain/audience';
import type { SupportLine } from '../../src/domain/support-line';
import type { TestDatabase } from '../support/databases';
import { databases } from '../support/databases';
import type { TestDesk } from '../support/desk';
import { ANNA, LINES, MARK, openDesk } from '../support/desk';

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

  const kept = (id: string) => desk.store.read((session) => session.articles.find(id));

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
});
