/** What people ask about articles in a chat: the words they type, and the wire format of the buttons. Pure. */

/** Why an article is looked for. */
const PURPOSES = ['edit', 'retire', 'history'] as const;
export type Purpose = (typeof PURPOSES)[number];

/** What a button on a draft does with it; `version` is the one whoever presses it has read. */
const STEPS = ['show', 'publish', 'approve', 'overwrite', 'drop'] as const;

export type ArticleIntent =
  /** For managers: which articles fail, are old, or are missing. */
  | { readonly kind: 'articles' }
  /** For agents: their drafts, and what waits for a review. */
  | { readonly kind: 'article-list' }
  /** `words`: an id, or words to look for. */
  | { readonly kind: 'article-find'; readonly purpose: Purpose; readonly words: string }
  /**
   * Without `fields` it opens the form: of a draft, else of an article, else an empty one with `title` and `text`. With them
   * it keeps what was written; the form itself says from which version of the article and of the draft.
   */
  | {
      readonly kind: 'article-write';
      readonly articleId: string | null;
      readonly baseVersion: number;
      readonly draftId: number | null;
      readonly draftVersion: number;
      readonly title?: string;
      readonly text?: string;
      readonly fields?: Readonly<Record<string, string>>;
    }
  | {
      readonly kind: 'article-draft';
      readonly step: (typeof STEPS)[number];
      readonly draftId: number;
      readonly version: number;
      /** For `overwrite`: the version of the article that it goes over. */
      readonly baseVersion: number;
    }
  /** Sends a draft back to its author; the words come with `fields`. */
  | {
      readonly kind: 'article-return';
      readonly draftId: number;
      readonly version: number;
      readonly fields?: Readonly<Record<string, string>>;
    }
  /** Asks first, until they are `sure`. */
  | {
      readonly kind: 'article-retire';
      readonly articleId: string;
      readonly version: number;
      readonly sure: boolean;
    }
  | { readonly kind: 'article-history'; readonly articleId: string }
  | { readonly kind: 'article-restore'; readonly articleId: string; readonly version: number }
  /** It is still right. */
  | { readonly kind: 'article-confirm'; readonly articleId: string; readonly version: number }
  /** Makes a draft of a ticket and the words of one of its events; `quick` shows the draft where no form can be opened. */
  | {
      readonly kind: 'article-from';
      readonly ticketId: number;
      readonly event: number | null;
      /** The answer, where no event is known to say it. */
      readonly text?: string;
      readonly quick?: boolean;
    };

export function isAboutArticles<I extends { readonly kind: string }>(
  intent: I | ArticleIntent,
): intent is ArticleIntent {
  return /^article(?:s|-.*)$/.test(intent.kind);
}

/** Opens the form for a new article. */
export const NEW_ARTICLE = {
  kind: 'article-write',
  articleId: null,
  baseVersion: 0,
  draftId: null,
  draftVersion: 0,
} as const;

/** Whoever types more than this after `article new` does not give a title; it also fits a button. */
const TITLE_TYPED = 300;

/** Second words of the command, in both languages. */
const WORDS: ReadonlyMap<string, 'new' | 'list' | Purpose> = new Map([
  ['new', 'new'],
  ['nowy', 'new'],
  ['list', 'list'],
  ['lista', 'list'],
  ['edit', 'edit'],
  ['edytuj', 'edit'],
  ['retire', 'retire'],
  ['wycofaj', 'retire'],
  ['history', 'history'],
  ['historia', 'history'],
]);

/** What `article …` asks for; null when the words are a question after all. */
export function aboutArticles(text: string): ArticleIntent | null {
  if (/^(?:articles|artykuły|artykuly)$/iu.test(text)) return { kind: 'articles' };
  const words = /^(?:article|artykuł|artykul)(?:\s+(\S+)(?:\s+([^]+))?)?$/iu.exec(text);
  if (words === null) return null;
  const [, second, rest = ''] = words;
  const what = second === undefined ? 'list' : WORDS.get(second.toLowerCase());
  switch (what) {
    case undefined:
      return null;
    case 'list':
      return rest === '' ? { kind: 'article-list' } : null;
    case 'new':
      if (rest.length > TITLE_TYPED) return null;
      return { ...NEW_ARTICLE, ...(rest === '' ? {} : { title: rest }) };
    default:
      return { kind: 'article-find', purpose: what, words: rest.trim() };
  }
}

/** The intent of a value we once sent; null for anything else. */
export function readArticleIntent(raw: Readonly<Record<string, unknown>>): ArticleIntent | null {
  const { kind, articleId } = raw;
  const [version, draftId] = [count(raw.version), count(raw.draftId)];
  switch (kind) {
    case 'articles':
    case 'article-list':
      return { kind };
    case 'article-write':
      return readWrite(raw);
    case 'article-draft': {
      const step = STEPS.find((known) => known === raw.step);
      const baseVersion = count(raw.baseVersion) ?? 0;
      return step === undefined || draftId === null || version === null
        ? null
        : { kind, step, draftId, version, baseVersion };
    }
    case 'article-return':
      return draftId === null || version === null ? null : { kind, draftId, version };
    case 'article-from': {
      const ticketId = count(raw.ticketId);
      return ticketId === null ? null : { kind, ticketId, event: count(raw.event) };
    }
    default:
      return isText(articleId) ? readAboutOne(kind, articleId, version, raw) : readFind(raw);
  }
}

function readAboutOne(
  kind: unknown,
  articleId: string,
  version: number | null,
  raw: Readonly<Record<string, unknown>>,
): ArticleIntent | null {
  if (kind === 'article-history') return { kind, articleId };
  if (version === null) return null;
  if (kind === 'article-retire') return { kind, articleId, version, sure: raw.sure === true };
  return kind === 'article-restore' || kind === 'article-confirm' ? { kind, articleId, version } : null;
}

function readFind({ kind, purpose, words }: Readonly<Record<string, unknown>>): ArticleIntent | null {
  const known = PURPOSES.find((each) => each === purpose);
  return kind === 'article-find' && known !== undefined && typeof words === 'string'
    ? { kind, purpose: known, words }
    : null;
}

function readWrite(raw: Readonly<Record<string, unknown>>): ArticleIntent {
  return {
    kind: 'article-write',
    articleId: isText(raw.articleId) ? raw.articleId : null,
    baseVersion: count(raw.baseVersion) ?? 0,
    draftId: count(raw.draftId),
    draftVersion: count(raw.draftVersion) ?? 0,
    ...(typeof raw.title === 'string' ? { title: raw.title } : {}),
    ...(typeof raw.text === 'string' ? { text: raw.text } : {}),
  };
}

/** A whole number from 1. */
function count(value: unknown): number | null {
  return Number.isSafeInteger(value) && (value as number) > 0 ? (value as number) : null;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
