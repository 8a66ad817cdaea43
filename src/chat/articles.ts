/** Articles in a chat: what an agent or manager asks for becomes a form, a draft, a list, or a change. */
import type { ArticleText } from '../domain/authoring';
import { textOf } from '../domain/authoring';
import { Refusal } from '../domain/refusal';
import type { Act } from '../once';
import type { ArticleIntent } from './article-intents';
import { articleForm, CHAT_LIMIT, readArticleForm, readRemark, returnForm } from './cards/article-form';
import { draftCard, draftsCard, foundCard, retireCard, retiredCard, writeIntent } from './cards/article-cards';
import { historyCard, reportCard } from './cards/article-lists';
import { noticeCard } from './cards/list-cards';
import type { Card, Reply } from './card';
import type { Fields } from './interaction';
import { ticketArticle } from './ticket-article';
import type { Visit } from './visit';

export async function answerArticle(intent: ArticleIntent, visit: Visit, now: Date): Promise<Reply> {
  const { helpdesk, interaction, reader } = visit;
  const { from } = interaction;
  const { authoring } = helpdesk;
  switch (intent.kind) {
    case 'articles': {
      const report = await authoring.report(from.id);
      // Whoever manages a line need not be one of its agents.
      const mayEdit = await helpdesk.roles.linesOf(from.id).then(
        () => true,
        () => false,
      );
      return privately(reportCard(report, mayEdit, now, reader));
    }
    case 'article-list': {
      return privately(draftsCard(await authoring.overview(from.id), now, reader));
    }
    case 'article-find':
      return find(intent, visit, now);
    case 'article-write':
      return intent.fields === undefined ? formFor(intent, visit) : write(intent, intent.fields, visit);
    case 'article-draft':
      return decide(intent, visit);
    case 'article-return':
      return sendBack(intent, visit);
    case 'article-retire':
      return retire(intent, visit);
    case 'article-history':
      return privately(historyCard(await authoring.history(intent.articleId, from.id), now, reader));
    case 'article-restore':
      return inPlace(await shown(await authoring.restore(intent.articleId, intent.version, actOf(visit)), visit));
    case 'article-confirm': {
      const { title } = await authoring.confirm(intent.articleId, intent.version, actOf(visit));
      return privately(noticeCard(reader.say('article.confirmed', { title }), ''));
    }
    case 'article-from':
      return fromTicket(intent, visit);
  }
}

function privately(card: Card): Reply {
  return { kind: 'card', card, replaces: false };
}

function inPlace(card: Card): Reply {
  return { kind: 'card', card, replaces: true };
}

function actOf({ interaction }: Visit): Act {
  return { person: interaction.from, cause: interaction.id };
}

/** A draft as whoever acts sees it. */
async function shown(draftId: number, { helpdesk, interaction, reader }: Visit, copied = false): Promise<Card> {
  const file = await helpdesk.authoring.fileFor(draftId, interaction.from.id);
  const ids = await helpdesk.roles.idsOf(interaction.from.id);
  const own = file.draft.authors.some((author) => ids.includes(author));
  return draftCard(file, own, reader, copied);
}

/** By its id an article is at hand; by words some are to choose from. */
async function find(intent: Extract<ArticleIntent, { kind: 'article-find' }>, visit: Visit, now: Date): Promise<Reply> {
  const { helpdesk, interaction, reader } = visit;
  const { purpose, words } = intent;
  const { from } = interaction;
  await helpdesk.roles.linesOf(from.id);
  if (words === '') return privately(foundCard(purpose, null, reader));
  if (purpose === 'history') {
    const history = await helpdesk.authoring.history(words, from.id).catch(noneOf);
    if (history !== null) return privately(historyCard(history, now, reader));
  } else {
    const found = await helpdesk.authoring.article(words, from.id).catch(noneOf);
    if (found !== null && purpose === 'retire') {
      if (found.article.retiredAt !== null) throw new Refusal({ code: 'article-retired' });
      return privately(retireCard(found.article, reader));
    }
    if (found !== null) return formFor(editing(found.article.id), visit);
  }
  const how = { person: from.id, language: reader.language, retired: purpose === 'history' };
  return privately(foundCard(purpose, await helpdesk.authoring.find(words, how), reader));
}

function editing(articleId: string): Extract<ArticleIntent, { kind: 'article-write' }> {
  return { kind: 'article-write', articleId, baseVersion: 0, draftId: null, draftVersion: 0 };
}

function noneOf(error: unknown): null {
  if (error instanceof Refusal && error.reason.code === 'no-such-article') return null;
  throw error;
}

/** What somebody goes on with: the draft, what they began to write of the article before, else the article. */
async function formFor(intent: Extract<ArticleIntent, { kind: 'article-write' }>, visit: Visit): Promise<Reply> {
  const { helpdesk, interaction, reader } = visit;
  const { from } = interaction;
  const { title, text: _text, ...bare } = intent;
  if (intent.draftId !== null) {
    const { draft } = await helpdesk.authoring.fileFor(intent.draftId, from.id);
    return form(writeIntent(draft), draft, visit);
  }
  if (intent.articleId !== null) {
    const { article, begun } = await helpdesk.authoring.article(intent.articleId, from.id);
    if (begun !== null) return form(writeIntent(begun), begun, visit);
    return form({ ...bare, baseVersion: article.version }, article, visit);
  }
  await helpdesk.roles.linesOf(from.id);
  const begun = { ...EMPTY, title: title ?? '', body: intent.text ?? '', language: reader.language };
  return form({ ...bare, ...(title === undefined ? {} : { title }) }, begun, visit);
}

const EMPTY: ArticleText = { title: '', body: '', tags: [], language: null, audience: 'everyone', url: null };

function form(intent: Extract<ArticleIntent, { kind: 'article-write' }>, text: ArticleText, { reader }: Visit): Reply {
  const drawn = articleForm(intent, text, reader);
  if (drawn === null) {
    // Only an article has a file, or can have one.
    const code = intent.articleId === null ? 'words-too-long' : 'article-too-long';
    throw new Refusal({ code, limit: CHAT_LIMIT });
  }
  return { kind: 'form', form: drawn };
}

async function write(
  intent: Extract<ArticleIntent, { kind: 'article-write' }>,
  fields: Fields,
  visit: Visit,
): Promise<Reply> {
  const { helpdesk, interaction, reader } = visit;
  const { draftId, draftVersion, articleId, baseVersion } = intent;
  const before = await textBefore(intent, visit);
  const read = readArticleForm(fields, before, reader);
  if (!read.ok) return { kind: 'invalid', errors: read.errors };
  const draft = draftId === null ? null : { id: draftId, version: draftVersion };
  const { authoring } = helpdesk;
  const place = { articleId, baseVersion, draft };
  const kept = await authoring.write(read.value, place, actOf(visit));
  const isCopy = draftId !== null && kept !== draftId;
  const file = await authoring.fileOf(kept, interaction.from.id);
  const ids = await helpdesk.roles.idsOf(interaction.from.id);
  return inPlace(
    draftCard(
      file,
      file.draft.authors.some((author) => ids.includes(author)),
      reader,
      isCopy,
    ),
  );
}

async function textBefore(
  { draftId, articleId }: Extract<ArticleIntent, { kind: 'article-write' }>,
  { helpdesk }: Visit,
): Promise<ArticleText | null> {
  if (draftId !== null) return textOf((await helpdesk.authoring.file(draftId)).draft);
  return articleId === null ? null : helpdesk.authoring.kept(articleId).then(textOf).catch(noneOf);
}

/** What may have become of an article while somebody wrote the next version of it. */
const MOVED: ReadonlySet<string> = new Set(['article-moved', 'article-retired']);

async function decide(intent: Extract<ArticleIntent, { kind: 'article-draft' }>, visit: Visit): Promise<Reply> {
  const { helpdesk, reader } = visit;
  const { authoring } = helpdesk;
  const { draftId, version, step } = intent;
  const by = actOf(visit);
  switch (step) {
    case 'show':
      return privately(await shown(draftId, visit));
    case 'publish':
      await authoring.publish(draftId, version, by).catch((error: unknown) => {
        // Their text is kept: the card says so and offers what can be done with it.
        if (!(error instanceof Refusal && MOVED.has(error.reason.code))) throw error;
      });
      return inPlace(await shown(draftId, visit));
    case 'approve': {
      await authoring.publish(draftId, version, by);
      const { draft } = await authoring.file(draftId);
      return privately(noticeCard(reader.say('article.approved'), draft.title));
    }
    case 'overwrite':
      await authoring.decide(draftId, version, { kind: 'rebase', baseVersion: intent.baseVersion }, by);
      return inPlace(await shown(draftId, visit));
    case 'drop':
      await authoring.decide(draftId, version, { kind: 'drop' }, by);
      return inPlace(await shown(draftId, visit));
  }
}

async function sendBack(intent: Extract<ArticleIntent, { kind: 'article-return' }>, visit: Visit): Promise<Reply> {
  const { helpdesk, interaction, reader } = visit;
  const { draftId, version, fields } = intent;
  if (fields === undefined) {
    const { draft } = await helpdesk.authoring.fileFor(draftId, interaction.from.id);
    return { kind: 'form', form: returnForm(intent, draft.title, reader.say) };
  }
  const read = readRemark(fields, reader.say);
  if (!read.ok) return { kind: 'invalid', errors: read.errors };
  const change = { kind: 'return', remark: read.value } as const;
  await helpdesk.authoring.decide(draftId, version, change, actOf(visit));
  return { kind: 'none' };
}

async function retire(intent: Extract<ArticleIntent, { kind: 'article-retire' }>, visit: Visit): Promise<Reply> {
  const { helpdesk, interaction, reader } = visit;
  const { articleId, version, sure } = intent;
  if (!sure)
    return privately(retireCard((await helpdesk.authoring.article(articleId, interaction.from.id)).article, reader));
  await helpdesk.authoring.retire(articleId, version, actOf(visit));
  return inPlace(retiredCard(await helpdesk.authoring.kept(articleId), reader));
}

/** One draft a ticket, however often it is asked for. */
async function fromTicket(intent: Extract<ArticleIntent, { kind: 'article-from' }>, visit: Visit): Promise<Reply> {
  const { helpdesk, interaction, reader } = visit;
  const { ticketId, event, quick } = intent;
  const file = await helpdesk.file(ticketId);
  const text = ticketArticle(file, { event, said: intent.text ?? '' }, reader);
  const draftId = await helpdesk.authoring.fromTicket(ticketId, file.line, text, actOf(visit));
  // The draft there was may be of a line that the ticket has left since.
  const { draft } = await helpdesk.authoring.fileFor(draftId, interaction.from.id);
  const drawn = quick === true || draft.state !== 'writing' ? null : articleForm(writeIntent(draft), draft, reader);
  // What no form holds can be read and published all the same.
  return drawn === null ? privately(await shown(draftId, visit)) : { kind: 'form', form: drawn };
}
