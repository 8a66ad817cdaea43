/** A knowledge article as authors write it, and what the bot suggests of it. */
import type { Language } from './person';

export type ArticleId = string;

export interface Article {
  readonly id: ArticleId;
  readonly title: string;
  /** Markdown. */
  readonly body: string;
  readonly tags: readonly string[];
  readonly language: Language | null;
  /** Who may see it: `everyone` or `agents`. */
  readonly audience: string;
  /** Where the article lives outside the helpdesk, if it does. */
  readonly url: string | null;
}

/** One answer offered to a question. */
export interface Suggestion {
  readonly article: Article;
  /** 0..1, higher is better; comparable between questions. */
  readonly score: number;
  /** The plain text of the part of the article that answers, at most 300 characters. */
  readonly passage: string;
  /** The words of the passage that the question asks for, as they stand there. */
  readonly found?: readonly string[];
  /** True when this one answers and nothing else comes near: it is shown alone. */
  readonly clear?: boolean;
}
