/** What a ticket is about, on two levels. A ticket keeps the path of its category: `network`, or `network/vpn`. */
import type { Language } from './person';

export interface Category {
  /** Unique among its siblings; for example `vpn`. */
  readonly key: string;
  readonly name: Readonly<Record<Language, string>>;
  readonly children: readonly Category[];
}

/** The category of a path such as `network` or `network/vpn`; null when there is none. */
export function findCategory(categories: readonly Category[], path: string): Category | null {
  return trail(categories, path)?.at(-1) ?? null;
}

/** "Network access › VPN". A path that is configured no more is shown as it is. */
export function categoryName(categories: readonly Category[], path: string, language: Language): string {
  return (
    trail(categories, path)
      ?.map((category) => category.name[language])
      .join(' › ') ?? path
  );
}

/** Every path there is, in order: each category before its children. */
export function categoryPaths(categories: readonly Category[]): string[] {
  return categories.flatMap(({ key, children }) => [key, ...categoryPaths(children).map((path) => `${key}/${path}`)]);
}

/** The categories from the top down to the one of this path. */
function trail(categories: readonly Category[], path: string): Category[] | null {
  const steps: Category[] = [];
  let level = categories;
  for (const key of path.split('/')) {
    const step = level.find((category) => category.key === key);
    if (step === undefined) return null;
    steps.push(step);
    level = step.children;
  }
  return steps;
}

function category(key: string, en: string, pl: string, children: readonly Category[] = []): Category {
  return { key, name: { en, pl }, children };
}

/** The categories of a helpdesk that names none of its own. */
export const DEFAULT_CATEGORIES: readonly Category[] = [
  category('hardware', 'Hardware', 'Sprzęt', [
    category('computer', 'Computer or laptop', 'Komputer lub laptop'),
    category('monitor', 'Monitor, keyboard, mouse', 'Monitor, klawiatura, mysz'),
    category('printer', 'Printer or scanner', 'Drukarka lub skaner'),
    category('phone', 'Phone or tablet', 'Telefon lub tablet'),
  ]),
  category('software', 'Software', 'Oprogramowanie', [
    category('install', 'Install or update', 'Instalacja lub aktualizacja'),
    category('licence', 'Licence', 'Licencja'),
    category('email', 'E-mail and calendar', 'Poczta i kalendarz'),
    category('office', 'Office and meeting programs', 'Programy biurowe i do spotkań'),
  ]),
  category('application', 'Application error', 'Błąd aplikacji', [
    category('crash', 'Crashes or does not start', 'Zawiesza się lub nie uruchamia'),
    category('slow', 'Slow', 'Działa wolno'),
    category('data', 'Wrong or missing data', 'Błędne lub brakujące dane'),
  ]),
  category('network', 'Network access', 'Dostęp do sieci', [
    category('vpn', 'VPN', 'VPN'),
    category('wifi', 'Wi-Fi', 'Wi-Fi'),
    category('internet', 'Internet or cable network', 'Internet lub sieć kablowa'),
    category('drive', 'Shared drive', 'Dysk sieciowy'),
  ]),
  category('access', 'Access request', 'Wniosek o dostęp', [
    category('account', 'Account or password', 'Konto lub hasło'),
    category('permission', 'Permission to an application', 'Uprawnienia do aplikacji'),
    category('folder', 'Folder or shared mailbox', 'Folder lub wspólna skrzynka'),
    category('staff', 'Joining, moving or leaving', 'Przyjęcie, zmiana stanowiska lub odejście'),
  ]),
  category('other', 'Other', 'Inne', [
    category('question', 'Question', 'Pytanie'),
    category('feedback', 'Idea or complaint', 'Pomysł lub uwaga'),
  ]),
];
