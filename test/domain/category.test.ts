import { categoryName, categoryPaths, DEFAULT_CATEGORIES, findCategory } from '../../src/domain/category';
import { LANGUAGES } from '../../src/domain/person';

describe('categories', () => {
  it('are found by their path', () => {
    expect(findCategory(DEFAULT_CATEGORIES, 'network')?.name.en).toBe('Network access');
    expect(findCategory(DEFAULT_CATEGORIES, 'network/vpn')?.key).toBe('vpn');
  });

  it.each(['', 'vpn', 'network/', 'network/none', 'network/vpn/deeper'])('are not found by %j', (path) => {
    expect(findCategory(DEFAULT_CATEGORIES, path)).toBeNull();
  });

  it('are named from the top down in the reader’s language', () => {
    expect(categoryName(DEFAULT_CATEGORIES, 'network/vpn', 'en')).toBe('Network access › VPN');
    expect(categoryName(DEFAULT_CATEGORIES, 'network/vpn', 'pl')).toBe('Dostęp do sieci › VPN');
  });

  it('that are configured no more are shown by their path', () => {
    expect(categoryName(DEFAULT_CATEGORIES, 'fax/paper', 'en')).toBe('fax/paper');
  });

  it('can all be found by the paths that are listed, each once', () => {
    const paths = categoryPaths(DEFAULT_CATEGORIES);

    expect(paths.slice(0, 2)).toEqual(['hardware', 'hardware/computer']);
    expect(new Set(paths).size).toBe(paths.length);
    expect(paths.filter((path) => findCategory(DEFAULT_CATEGORIES, path) === null)).toEqual([]);
  });

  it('that come with the helpdesk are the six asked for, each with 2 to 4 below it, named in every language', () => {
    const all = DEFAULT_CATEGORIES.flatMap((category) => [category, ...category.children]);

    expect(DEFAULT_CATEGORIES.map(({ key }) => key)).toEqual([
      'hardware',
      'software',
      'application',
      'network',
      'access',
      'other',
    ]);
    expect(DEFAULT_CATEGORIES.filter(({ children }) => children.length < 2 || children.length > 4)).toEqual([]);
    expect(
      all.flatMap(({ name }) => LANGUAGES.map((language) => name[language])).filter((name) => name.trim() === ''),
    ).toEqual([]);
  });
});
