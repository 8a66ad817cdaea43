/** Articles as those see them who write them: drafts, reviews, lists, and the questions before something is done. */
import type { DraftFile, DraftLists } from '../../draft-file';
import type { Article } from '../../domain/article';
import type { Draft, KeptArticle, TextFact } from '../../domain/authoring';
import { differences, isOpen } from '../../domain/authoring';
import { cut } from '../../domain/text';
import type { Purpose } from '../article-intents';
import { NEW_ARTICLE } from '../article-intents';
import type { Button, Card, Fact, Part } from '../card';
import type { Intent } from '../interaction';
import type { Say } from '../words';
import { articleCard } from './answer-card';
import { audienceName } from './audience';
import { ageOf, button, nameOf } from './reader';
import type { Reader } from './reader';

/** How many entries a list shows. */
const SHOWN = 10;
/** Of a title or question in a list, so that all of it fits a message. */
const LINE_SHOWN = 120;

/**
 * A draft as its article will look, and what its reader can do with it.
 * @param own whether the reader had a hand in it
 * @param copied whether it was kept apart because somebody changed the draft it was written on
 */
export function draftCard(file: DraftFile, own: boolean, reader: Reader, copied = false): Card {
  const { say } = reader;
  const { draft } = file;
  const preview = articleCard({ ...draft, id: draft.articleId ?? '' }, null, say);
  const kept: Part[] = copied ? [note(say('article.draft.copied'))] : [];
  return {
    title: preview.title,
    summary: say('article.draft.summary', { title: draft.title }),
    parts: [
      ...kept,
      ...stateOf(file, say),
      { kind: 'divider' },
      ...preview.parts,
      { kind: 'divider' },
      factsOf(file, reader),
    ],
    actions: own ? ownActions(file, say) : reviewActions(draft, say),
  };
}

function stateOf(file: DraftFile, say: Say): Part[] {
  const { draft, article, people, line } = file;
  // The article that it became when it was published is no older one that it changed.
  const isNew = draft.articleId === null || (draft.state === 'published' && draft.baseVersion === 0);
  const title = shortly(article?.title ?? draft.title);
  const what = isNew ? say('article.draft.new') : say('article.draft.change', { title });
  const ticket = /^ticket:(\d+)$/.exec(draft.origin ?? '')?.[1];
  const returned: Part[] =
    draft.state === 'writing' && draft.remark !== null
      ? [
          note(say('article.draft.returned', { name: nameOf(people, draft.reviewer) })),
          { kind: 'quote', text: draft.remark },
        ]
      : [];
  return [
    note(`${what}. ${say(`article.draft.${stateNow(file)}`, { line: line.name })}`),
    ...returned,
    ...(ticket === undefined || !isOpen(draft) ? [] : [note(say('article.draft.from-ticket', { id: ticket }))]),
    ...ofArticle(file, say),
  ];
}

/** What became of the article while, or before, the draft was written. */
function ofArticle({ draft, moved, withdrawn }: DraftFile, say: Say): Part[] {
  if (!isOpen(draft)) return [];
  if (withdrawn !== null) return [note(say(`article.draft.${withdrawn}`))];
  return moved ? [note(say('article.draft.moved'))] : [];
}

/** What was published may be shown to nobody any more. */
function stateNow({ draft: { state }, withdrawn }: DraftFile): Draft['state'] | 'withdrawn' {
  return state === 'published' && withdrawn !== null ? 'withdrawn' : state;
}

function factsOf({ draft, article }: DraftFile, reader: Reader): Part {
  const { say } = reader;
  const facts: Fact[] = [
    ...(draft.tags.length === 0 ? [] : [{ label: say('article.fact.tags'), value: draft.tags.join(', ') }]),
    { label: say('article.form.language'), value: say(`article.language.${draft.language ?? 'any'}`) },
    { label: say('article.form.audience'), value: audienceName(draft.audience, reader) },
    ...(article === null || !isOpen(draft)
      ? []
      : [{ label: say('article.fact.changes'), value: changesText(differences(article, draft), say) }]),
  ];
  return { kind: 'facts', facts };
}

export function changesText(changed: readonly TextFact[], say: Say): string {
  return changed.length === 0 ? '–' : changed.map((fact) => say(`article.what.${fact}`)).join(', ');
}

function ownActions(file: DraftFile, say: Say): Button[] {
  const { draft, article, reviewed } = file;
  if (!isOpen(draft)) return [];
  const edit = button(say('article.button.edit'), writeIntent(draft));
  const drop = button(say('article.button.drop'), step(draft, 'drop'), 'danger');
  if (file.moved) {
    const read: Button[] =
      article === null || file.withdrawn !== null
        ? []
        : [button(say('article.button.read'), { kind: 'read', articleId: article.id, inquiryId: null })];
    return [...read, button(say('article.button.overwrite'), step(draft, 'overwrite', article?.version)), edit, drop];
  }
  if (draft.state === 'review') return [edit, drop];
  const label = say(reviewed ? 'article.button.submit' : 'article.button.publish');
  return [button(label, step(draft, 'publish'), 'primary'), edit, drop];
}

function reviewActions(draft: Draft, say: Say): Button[] {
  if (draft.state === 'writing') return [button(say('article.button.edit'), writeIntent(draft))];
  if (draft.state !== 'review') return [];
  return [
    button(say('article.button.approve'), step(draft, 'approve'), 'primary'),
    button(say('article.button.return'), { kind: 'article-return', draftId: draft.id, version: draft.version }),
  ];
}

function step(
  { id: draftId, version }: Draft,
  step: Extract<Intent, { kind: 'article-draft' }>['step'],
  baseVersion = 0,
): Intent {
  return { kind: 'article-draft', step, draftId, version, baseVersion };
}

/** Opens the form with a draft in it. */
export function writeIntent({ id: draftId, version: draftVersion, articleId, baseVersion }: Draft) {
  return { kind: 'article-write', articleId, baseVersion, draftId, draftVersion } as const;
}

/**
 * In the channel of a line: what waits for a second person, and what became of it.
 * @param moved whether it is of another line by now: then it may be for others, and only where it went is said
 */
export function reviewCard(file: DraftFile, moved: boolean, reader: Reader): Card {
  const { say } = reader;
  const { draft, people, line } = file;
  if (moved) {
    const went = say('article.review.moved', { line: line.name });
    return { title: went, summary: went, parts: [], actions: [] };
  }
  const author = nameOf(people, draft.author);
  if (draft.state === 'review') {
    const title = say('article.review.title', { title: draft.title });
    const preview = articleCard({ ...draft, id: draft.articleId ?? '' }, null, say);
    const parts: Part[] = [
      note(say('article.review.by', { name: author, line: line.name })),
      ...stateOf({ ...file, draft: { ...draft, origin: null } }, say).slice(1),
      { kind: 'divider' },
      ...preview.parts,
      { kind: 'divider' },
      factsOf(file, reader),
    ];
    return { title, summary: title, tone: 'calm', parts, actions: reviewActions(draft, say) };
  }
  const name = nameOf(people, draft.reviewer);
  const text = {
    writing:
      draft.reviewer === null
        ? say('article.review.edited', { name: author })
        : say('article.review.returned', { name }),
    published: say('article.review.published', { name }),
    dropped: say('article.review.dropped'),
  }[draft.state];
  const remark: Part[] = draft.remark === null ? [] : [{ kind: 'quote', text: draft.remark }];
  const { title } = draft;
  // Its author may have left: then somebody else goes on with it.
  const actions = draft.state === 'writing' ? [button(say('article.button.show'), step(draft, 'show'))] : [];
  return { title, summary: `${title}: ${text}`, parts: [{ kind: 'text', text }, ...remark], actions };
}

/** To its author: what somebody else decided. Null when it waits again. */
export function reviewedCard(file: DraftFile, { say }: Reader): Card | null {
  const { draft, people } = file;
  if (draft.state === 'review') return null;
  const name = nameOf(people, draft.reviewer);
  const isEdited = draft.state === 'writing' && draft.reviewer === null;
  const key = isEdited ? 'edited' : draft.state === 'writing' ? 'returned' : draft.state;
  const title = say(`article.reviewed.${key}`, { name });
  const remark: Part[] = draft.remark === null ? [] : [{ kind: 'quote', text: draft.remark }];
  return {
    title,
    summary: `${title}: ${draft.title}`,
    parts: [{ kind: 'text', text: draft.title }, ...remark],
    actions:
      draft.state === 'writing'
        ? [
            button(say('article.button.edit'), writeIntent(draft), 'primary'),
            button(say('article.button.show'), step(draft, 'show')),
          ]
        : [],
  };
}

/** What an agent writes, and what waits for somebody in their lines. */
export function draftsCard({ own, waiting, counts, people }: DraftLists, now: Date, { say }: Reader): Card {
  const item = (draft: Draft): Part => ({
    kind: 'item',
    title: shortly(draft.title),
    text: say('article.list.by', { name: nameOf(people, draft.author), age: ageOf(say, draft.updatedAt, now) }),
    button: button(say('article.button.show'), step(draft, 'show')),
  });
  const ownItem = (draft: Draft): Part => ({
    kind: 'item',
    title: shortly(draft.title),
    text: ageOf(say, draft.updatedAt, now),
    button: button(say('article.button.show'), step(draft, 'show')),
  });
  return {
    title: say('article.list.title'),
    summary: say('article.list.summary', counts),
    parts: [
      { kind: 'heading', text: say('article.list.own') },
      ...listed(own, counts.own, ownItem, say('article.list.own.none'), say),
      { kind: 'heading', text: say('article.list.waiting') },
      ...listed(waiting, counts.waiting, item, say('article.list.waiting.none'), say),
      note(say('article.list.hint')),
    ],
    actions: [button(say('article.button.new'), NEW_ARTICLE, 'primary')],
  };
}

function listed<T>(entries: readonly T[], count: number, draw: (entry: T) => Part, none: string, say: Say): Part[] {
  if (entries.length === 0) return [{ kind: 'text', text: none }];
  const rest = count - SHOWN;
  return [
    ...entries.slice(0, SHOWN).map(draw),
    ...(rest > 0 ? [note(say('article.report.more', { count: rest }))] : []),
  ];
}

/** Articles to choose from. @param articles null when no words were given to look for */
export function foundCard(
  purpose: Purpose,
  articles: readonly Pick<Article, 'id' | 'title'>[] | null,
  { say }: Reader,
): Card {
  const title = say(`article.find.${purpose}`);
  if (articles === null) {
    const text = say('article.find.ask', { purpose });
    return { title, summary: title, parts: [{ kind: 'text', text }], actions: [] };
  }
  const label = say(`article.button.${purpose}`);
  const items = articles.map((article): Part => ({
    kind: 'item',
    title: shortly(article.title),
    text: article.id,
    button: button(label, { kind: 'article-find', purpose, words: article.id }),
  }));
  const none: Part[] = items.length === 0 ? [{ kind: 'text', text: say('article.find.none') }] : [];
  return { title, summary: title, parts: [...none, ...items], actions: [] };
}

export function retireCard({ id: articleId, version, title }: KeptArticle, { say }: Reader): Card {
  const question = say('article.retire.title', { title });
  const sure: Intent = { kind: 'article-retire', articleId, version, sure: true };
  return {
    title: question,
    summary: question,
    parts: [{ kind: 'text', text: say('article.retire.text') }],
    actions: [
      button(say('article.button.retire'), sure, 'danger'),
      button(say('article.button.history'), { kind: 'article-history', articleId }),
    ],
  };
}

/** @param version the newest one, which says the same as the one before it was retired */
export function retiredCard({ id: articleId, title, version }: KeptArticle, { say }: Reader): Card {
  const done = say('article.retired.title', { title });
  return {
    title: done,
    summary: done,
    parts: [{ kind: 'text', text: say('article.retired.text') }],
    actions: [button(say('article.button.restore'), { kind: 'article-restore', articleId, version })],
  };
}

function note(text: string): Part {
  return { kind: 'note', text };
}

/** Words of people, short enough for a list. */
export function shortly(text: string): string {
  return cut(text.replace(/\s+/g, ' ').trim(), LINE_SHOWN);
}
