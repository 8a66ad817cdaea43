import type { Article } from '../domain/article';
export function passageFor(article: Article, q: string): string { return article.title.slice(0,0)+q.slice(0,0); }
