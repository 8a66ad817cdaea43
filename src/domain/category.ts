/** What a ticket is about: categories of two levels, named in every language. A key is `network` or `network/vpn`. */
import type { Language } from './person';

export interface Category {
  readonly key: string;
  readonly name: Readonly<Record<Language, string>>;
  readonly children: readonly Category[];
}

const leaf = (key: string, en: string, pl: string): Category => ({ key, name: { en, pl }, children: [] });

export const DEFAULT_CATEGORIES: readonly Category[] = [
  leaf('other', 'Other', 'Inne'),
  { key: 'network', name: { en: 'Network access', pl: 'Dostęp do sieci' }, children: [leaf('vpn', 'VPN', 'VPN')] },
];

export function categoryPaths(categories: readonly Category[]): string[] {
  return categories.flatMap(({ key, children }) => [key, ...children.map((child) => `${key}/${child.key}`)]);
}

export function findCategory(categories: readonly Category[], path: string): Category | null {
  const [first, second] = path.split('/');
  const top = categories.find(({ key }) => key === first);
  if (top === undefined || second === undefined) return top ?? null;
  return top.children.find(({ key }) => key === second) ?? null;
}

export function categoryName(categories: readonly Category[], path: string, language: Language): string {
  const [first] = path.split('/');
  const found = findCategory(categories, path);
  if (found === null) return path;
  return first === path
    ? found.name[language]
    : `${findCategory(categories, first ?? '')?.name[language] ?? first} › ${found.name[language]}`;
}
