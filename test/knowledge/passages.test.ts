/** What is shown of an article: the passage that answers, and the whole of it as plain blocks. */
import { readArticles } from '../../src/knowledge/article-file';
import { articleParts, passageFor, PASSAGE_LIMIT } from '../../src/knowledge/passages';
import { createKnowledgeIndex } from '../../src/knowledge/knowledge-index';
import { wordsOf } from '../../src/knowledge/words';
import type { Article } from '../../src/domain/article';

/** The passage for a question whose every word tells as much. */
function passageOf(of: Article, question: string): string {
  const asked = new Set(wordsOf(question, of.language).map(({ stem }) => stem));
  return passageFor(of, new Map([...asked].map((stem) => [stem, 1]))).text;
}

function article(body: string, language: Article['language'] = 'en'): Article {
  return { id: 'a', title: 'The title', body, tags: [], language, audience: 'everyone', url: null };
}

const VPN = `A dropping VPN is a sign of unstable internet.

## Symptoms

- thrown out of the call
- kicked by the gateway

## What to do

1. Sit close to the **router**.
2. Plug in a [cable](https://example.com/cable).

## When to open a ticket

Note the times of the call drops.`;

describe('the passage', () => {
  test('is the opening when that has a word of the question', () => {
    expect(passageOf(article(VPN), 'my vpn drops')).toBe('A dropping VPN is a sign of unstable internet.');
  });

  test('is the first steps, each on a line of its own, when the opening has none, and never the symptoms', () => {
    const steps = '1. Sit close to the router.\n2. Plug in a cable (https://example.com/cable).';
    expect(passageOf(article(VPN), 'thrown out, kicked')).toBe(steps);
    expect(passageOf(article(VPN), '')).toBe(steps);
  });

  test('is the first steps when only title and symptoms say what is asked, whatever else has a word of it', () => {
    const body =
      'Unplug everything.\n\n## Symptoms\n\n- the laptop will not wake or charge\n\n## What to do\n\nHold the button.\n\n## When to open a ticket\n\nA laptop that smells.';
    expect(passageOf(article(body), 'laptop will not wake or charge')).toBe('Hold the button.');
    expect(passageOf(article(body), 'laptop smells')).toBe('A laptop that smells.');
  });

  test('is the Polish steps of a Polish article', () => {
    const body = 'Zwykle winny jest internet.\n\n## Objawy\n\n- wywala mnie\n\n## Co zrobić\n\nUsiądź bliżej routera.';
    expect(passageOf(article(body, 'pl'), 'wywala mnie')).toBe('Usiądź bliżej routera.');
  });

  test('knows a word in another case, and without diacritics', () => {
    const body = 'Sprawdź kolejkę wydruków.\n\n## Co zrobić\n\nUruchom ją ponownie.';
    expect(passageOf(article(body, 'pl'), 'wydruk wisi w kolejce')).toBe('Sprawdź kolejkę wydruków.');
    expect(passageOf(article(body, 'pl'), 'wydruki w kolejke')).toBe('Sprawdź kolejkę wydruków.');
  });

  test('of an article without steps is the section that says most of the question', () => {
    const body = 'Opening.\n\n# Cause\n\nA full disk.\n\n# Background\n\nThe spooler queue waits for the driver.';
    expect(passageOf(article(body), 'spooler queue driver')).toBe('The spooler queue waits for the driver.');
  });

  test('of a long text begins with the sentence that says most of the question', () => {
    const body = `${'Nothing of interest is told here. '.repeat(20)}The spooler must be restarted. Then wait.`;
    expect(passageOf(article(body), 'restart the spooler')).toBe('The spooler must be restarted. Then wait.');
  });

  test('of a question that one section of a long article answers is that section, with the words found in it', async () => {
    const filler = (about: string): string =>
      `Everything about ${about} is told in the handbook of the house. `.repeat(40);
    const long = `${filler('printers')}

## Toner

${filler('toner')}

## Certificates

${filler('rooms')} A certificate that expired is renewed in the self-service portal. ${filler('doors')}

## Paper

${filler('paper')}`;
    const index = createKnowledgeIndex();
    const other = { ...article(filler('certainties')), id: 'other', title: 'Other' };
    await index.load([{ ...article(long), id: 'long', title: 'Printing' }, other]);
    const [best] = index.suggest('renew an expired certificate', { all: true });
    expect(best?.article.id).toBe('long');
    expect(best?.passage).toMatch(/^A certificate that expired is renewed in the self-service portal\./);
    expect(best?.found).toEqual(['certificate', 'expired', 'renewed']);
  });

  test('has each row of a table and each command on a line of its own', () => {
    const body =
      'The codes:\n\n| Code | Do |\n|---|---|\n| E01 | add paper |\n| E02 | open the tray |\n\nThen run\nthis:\n\n```\nnet stop spooler\n\nnet start spooler\n```\n\nWait.';
    expect(passageOf(article(body), 'spooler codes')).toBe(
      'The codes:\nCode | Do\nE01 | add paper\nE02 | open the tray\nThen run this:\nnet stop spooler\nnet start spooler\nWait.',
    );
  });

  test('has each command and entry inside a step on a line of its own, and no break within a sentence', () => {
    const body =
      '1. Open a prompt as\n   administrator and run:\n   ```\n   net stop spooler\n   net start spooler\n   ```\n2. Then either\n   - print or\n   - wait.\n';
    expect(passageOf(article(body), 'spooler')).toBe(
      '1. Open a prompt as administrator and run:\nnet stop spooler\nnet start spooler\n2. Then either\n\u00a0\u00a0\u00a0– print or\n\u00a0\u00a0\u00a0– wait.',
    );
  });

  test('of a long list or table begins with the entry that says most of the question', () => {
    const towns = ['Adams', 'Baker', 'Clark', 'Davis', 'Evans', 'Foster', 'Green', 'Harris', 'Irwin', 'Jones'];
    const entries = towns.map((town, at) => [`Meeting room ${town}`, `third floor, call ${at}${at}${at}`] as const);
    const list = entries.map(([room, where]) => `- ${room}: ${where}`).join('\n');
    const table = `| Room | Where |\n|---|---|\n${entries.map((entry) => `| ${entry.join(' | ')} |`).join('\n')}`;
    // What nobody else has tells more than what is said of every room.
    const tells = new Map([...['room', 'call'].map((stem) => [stem, 0.2] as const), ['irwin', 1] as const]);
    expect(passageFor(article(`Ask there.\n\n${list}`), tells).text).toBe(
      '– Meeting room Irwin: third floor, call 888\n– Meeting room Jones: third floor, call 999',
    );
    expect(passageFor(article(`Ask there.\n\n${table}`), tells).text).toBe(
      'Meeting room Irwin | third floor, call 888\nMeeting room Jones | third floor, call 999',
    );
  });

  test('that begins with an entry inside another begins with its words', () => {
    const body = `- ${'Nothing of interest is told here. '.repeat(20)}See\n  - the spooler must be restarted\n  - wait`;
    expect(passageOf(article(body), 'restart the spooler')).toMatch(/^– the spooler must be restarted\n/);
  });

  test('is cut after a whole sentence', () => {
    const sentence = 'This sentence is about the printer and has sixty characters.';
    const passage = passageOf(article(`${sentence} `.repeat(10)), 'printer');
    expect(passage).toBe(Array(4).fill(sentence).join(' '));
  });

  test('is cut between words when a sentence is too long, and the number of a step does not end one', () => {
    const steps = Array.from({ length: 40 }, (_, n) => `${n + 1}. press key${n}`).join('\n');
    const passage = passageOf(article(`## What to do\n\n${steps}`), 'keyboard');
    expect(passage.length).toBeLessThanOrEqual(PASSAGE_LIMIT);
    expect(passage).toMatch(/^1\. press key0\n2\. [^]*(key\d+|press|\d+\.)…$/);
    expect(steps.startsWith(passage.slice(0, -1))).toBe(true);
  });

  test('is not cut after what is written short, in either language', () => {
    const polish =
      'Połączenie zrywa się, gdy łącze jest słabe. Zmień protokół na TCP w ustawieniach klienta. Połącz się ponownie i sprawdź, czy tunel działa, a jeśli nie, uruchom komputer ponownie. Pomaga to w dziewięciu na dziesięć przypadków, np. po aktualizacji systemu, m.in. Windows 11, gdy nikt inny nie używał tego łącza.';
    expect(passageOf(article(polish, 'pl'), 'zrywa')).toMatch(/uruchom komputer ponownie\.$/);
    const english = `${'The portal lists what is yours to use. '.repeat(5)}Some of it needs a licence (e.g. Visio, i.e. the drawing program), which takes a day or two until somebody of the finance team has agreed to it.`;
    expect(passageOf(article(english), 'portal')).toMatch(/yours to use\.$/);
  });

  test('of a long Polish text does not begin in the middle of a sentence', () => {
    const body = `${'Nic ciekawego tu nie ma. '.repeat(15)}Wydruk utknął, bo brakuje czegoś, np. papieru w drukarce. Dołóż papier.`;
    expect(passageOf(article(body, 'pl'), 'papier')).toBe(
      'Wydruk utknął, bo brakuje czegoś, np. papieru w drukarce. Dołóż papier.',
    );
  });

  test('never breaks a character in two, however long a word is', () => {
    const passage = passageOf(article('😭'.repeat(400)), 'x');
    expect(passage.length).toBeLessThanOrEqual(PASSAGE_LIMIT);
    expect(passage).toMatch(/^(😭)+…$/u);
  });

  test('of an article that has nothing but symptoms is its title', () => {
    expect(passageOf(article('## Symptoms\n\n- it hurts'), 'it hurts')).toBe('The title');
    expect(passageOf(article(''), 'x')).toBe('The title');
  });

  test('of every sample article is plain text within the limit, and not its symptoms', async () => {
    const { articles } = await readArticles(['knowledge']);
    expect(articles.length).toBeGreaterThan(0);
    for (const sample of articles) {
      for (const question of [sample.title, 'zzz']) {
        const passage = passageOf(sample, question);
        expect(passage).not.toBe('');
        expect(passage.length).toBeLessThanOrEqual(PASSAGE_LIMIT);
        expect(passage).not.toMatch(/\*\*|^#|^- |Symptoms|Objawy/);
      }
    }
  });
});

describe('the whole article', () => {
  test('does not say what its author struck out', () => {
    expect(articleParts('Open ~~the old page~~ help.example, and ~~wait~~.')).toEqual([
      { kind: 'text', text: 'Open help.example, and.' },
    ]);
  });

  test('is headings, text, lists and code, all plain', () => {
    expect(
      articleParts(
        `# *Big* title\n\nSome **bold** \`code & more\`  \nnext line\n\n## When to open a ticket\n\nNote the times of the call drops.`,
      ),
    ).toEqual([
      { kind: 'heading', text: 'Big title' },
      { kind: 'text', text: 'Some bold code & more\nnext line' },
      { kind: 'heading', text: 'When to open a ticket' },
      { kind: 'text', text: 'Note the times of the call drops.' },
    ]);
    expect(articleParts('- one\n- two\n\n1. first\n2. second\n\n```sh\n  ls -l\n```')).toEqual([
      { kind: 'list', ordered: false, items: ['one', 'two'] },
      { kind: 'list', ordered: true, items: ['first', 'second'] },
      { kind: 'code', text: '  ls -l' },
    ]);
  });

  test('counts on in a list that something stands in the middle of', () => {
    const body = '1. Run this:\n\n```\nnet stop spooler\n```\n\n2. Wait.\n3. Print.';
    expect(articleParts(body)).toEqual([
      { kind: 'list', ordered: true, items: ['Run this:'] },
      { kind: 'code', text: 'net stop spooler' },
      { kind: 'list', ordered: true, items: ['Wait.', 'Print.'], start: 2 },
    ]);
    expect(passageOf(article(body), 'print')).toBe('1. Run this:\nnet stop spooler\n2. Wait.\n3. Print.');
  });

  test('shows where a link leads, once', () => {
    const [block] = articleParts(
      '[Portal](https://p.example/x), <https://q.example>, [mail us](mailto:it@example.com)',
    );
    expect(block).toEqual({
      kind: 'text',
      text: 'Portal (https://p.example/x), https://q.example, mail us (it@example.com)',
    });
  });

  test.each([
    ['See <a href="https://x.example/f">the form</a>, then wait.', 'See the form (https://x.example/f), then wait.'],
    ["**<A class='k' href='https://x.example/?a=1&amp;b=2'>the *form*</A>**", 'the form (https://x.example/?a=1&b=2)'],
    [
      '<a href=https://x.example>https://x.example</a> <a href="mailto:it@x.example">us</a>',
      'https://x.example us (it@x.example)',
    ],
    [
      'An <a name="here">anchor</a>, <a href="">nothing</a>, <a href="https://x.example">no end',
      'An anchor, nothing, no end',
    ],
    [
      'No <a href="https://x.example/1">end, <a href="https://x.example/2">end</a> </a>.',
      'No end, end (https://x.example/2) .',
    ],
  ])('shows where a link in HTML within a paragraph leads, as of any other: %s', (body, text) => {
    expect(articleParts(body)).toEqual([{ kind: 'text', text }]);
  });

  test.each([
    ['![The panel](https://x.example/p.png)', 'The panel (https://x.example/p.png)'],
    ['![](https://x.example/p.png)', 'https://x.example/p.png'],
    [
      '<img src="https://x.example/p.png?a=1&amp;b=2" alt="The panel" width=400>',
      'The panel (https://x.example/p.png?a=1&b=2)',
    ],
    ["<p><IMG alt='The panel' src='images/p.png'/></p>", 'The panel'],
    ['Press <img alt="the gear" src="gear.png">, and ![the key](key.png).', 'Press the gear, and the key.'],
    ['[![The panel](https://x.example/p.png)](https://x.example/p)', 'The panel (https://x.example/p)'],
  ])('says in words what a picture shows, and where it can be seen: %s', (body, text) => {
    expect(articleParts(body)).toEqual([expect.objectContaining({ text })]);
    expect(passageOf(article(body), 'gear')).toBe(text);
  });

  test.each([
    ["<p>See <a href='https://x.example/f'>the form</a>.</p>", 'See the form (https://x.example/f).'],
    ['<p>See <a class=k href=https://x.example/f>the form</a>.</p>', 'See the form (https://x.example/f).'],
    [
      '<p><A href="https://x.example/?a=1&amp;b=2"><b>The</b> <i>form</i></A></p>',
      'The form (https://x.example/?a=1&b=2)',
    ],
    ['<p><a href="https://x.example"><b>https://x.example</b></a></p>', 'https://x.example'],
    [
      '<p><a href="mailto:it@x.example">us</a>, <a href="mailto:it@x.example">it@x.example</a></p>',
      'us (it@x.example), it@x.example',
    ],
    [
      '<p><a href="https://x.example/p"><img alt="The panel" src="https://x.example/p.png"></a></p>',
      'The panel (https://x.example/p)',
    ],
    ['<p><a href="https://x.example/p"><img src="https://x.example/p.png"></a></p>', 'https://x.example/p'],
    [
      '<p>An <a name="here">anchor</a>, <a href="">nothing</a>, <a href="https://x.example">no end</p>',
      'An anchor, nothing, no end',
    ],
    [
      '<p>No <a href="https://x.example/1">end, <a href="https://x.example/2">end</a> </a>.</p>',
      'No end, end (https://x.example/2) .',
    ],
  ])('shows where a link in a block of HTML leads, as of any other: %s', (body, text) => {
    expect(articleParts(body)).toEqual([{ kind: 'lines', text }]);
  });

  test('shows an entry inside another in HTML as in Markdown', () => {
    const [second, third] = ['\u00a0'.repeat(3), '\u00a0'.repeat(6)];
    const body =
      '<ul>\n  <li>Windows\n    <ul>\n      <li>Open&nbsp;it.</li>\n      <li>Choose<ul><li>print or</li><li>wait.</li></ul></li>\n    </ul>\n  </li>\n  <li>Linux</li>\n</ul>\n<ul><li>Others</li></ul>';
    const text = `– Windows\n${second}– Open it.\n${second}– Choose\n${third}– print or\n${third}– wait.\n– Linux\n– Others`;
    expect(articleParts(body)).toEqual([{ kind: 'lines', text }]);
    expect(passageOf(article(body), 'windows')).toBe(text);
  });

  test('of lists in HTML that never close nothing grows without end', () => {
    const [block] = articleParts('<ul><li>x'.repeat(20_000));
    expect(block).toMatchObject({ kind: 'lines', text: expect.stringMatching(/^– x\n\u00a0{3}– x\n/) as unknown });
    expect(JSON.stringify(block).length).toBeLessThan(1_000_000);
  });

  test('keeps the paragraphs and lists inside a list item', () => {
    expect(articleParts('1. Open it:\n   - by mouse\n   - by key\n2. Wait.\n\n   Then close it.')).toEqual([
      {
        kind: 'list',
        ordered: true,
        items: ['Open it:\n\u00a0\u00a0\u00a0– by mouse\n\u00a0\u00a0\u00a0– by key', 'Wait.\nThen close it.'],
      },
    ]);
  });

  test('shows an entry inside another as such, and a step inside another with its number', () => {
    const body = '- Windows:\n  1. Open it.\n  2. Choose\n     - print or\n     - wait.\n- Linux';
    const [second, third] = ['\u00a0'.repeat(3), '\u00a0'.repeat(6)];
    const inside = `Windows:\n${second}1. Open it.\n${second}2. Choose\n${third}– print or\n${third}– wait.`;
    expect(articleParts(body)).toEqual([{ kind: 'list', ordered: false, items: [inside, 'Linux'] }]);
    expect(passageOf(article(body), 'windows')).toBe(`– ${inside}\n– Linux`);
  });

  test('shows quotes and tables as text, and no markup, comments or rules', () => {
    const body =
      '> Be careful.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n---\n<!-- hidden -->\n\n<b>bold</b> &amp; &lt;tag&gt; ![photo](p.png)';
    expect(articleParts(body)).toEqual([
      { kind: 'text', text: 'Be careful.' },
      { kind: 'lines', text: 'a | b\n1 | 2' },
      { kind: 'text', text: 'bold & <tag> photo' },
    ]);
  });

  test('of HTML that was copied from elsewhere has its lines, entries, cells, links and signs', () => {
    const body =
      '<p>Open the <b>portal</b>.<br>Then\npress <a href="https://p.example">here</a>.</p>\n<ul><li>One</li><li>Two</li></ul>\n<table><tr><td>E01</td><td>paper</td></tr>\n<tr><td>E02</td><td>toner</td></tr></table>\n\nOg&oacute;lne &ndash; M&uuml;ller ?a=1&copy=2 &#8222;tak&#x201d;&hellip; a < b &nope;';
    const lines = 'Open the portal.\nThen press here (https://p.example).\n– One\n– Two\nE01 | paper\nE02 | toner';
    expect(articleParts(body)).toEqual([
      { kind: 'lines', text: lines },
      { kind: 'text', text: 'Ogólne – Müller ?a=1&copy=2 „tak”… a < b &nope;' },
    ]);
    expect(passageOf(article(body), 'portal')).toBe(`${lines}\nOgólne – Müller ?a=1&copy=2 „tak”… a < b &nope;`);
    expect(articleParts('| a | b |\n|---|---|\n| one<br>two | c |')).toEqual([
      { kind: 'lines', text: 'a | b\none two | c' },
    ]);
  });

  test('of any text is something to show and no exception', () => {
    expect(articleParts('')).toEqual([]);
    for (const body of ['\0', '\ud83d', '>'.repeat(20_000), '['.repeat(5000), '- '.repeat(5000)]) {
      expect(() => articleParts(body)).not.toThrow();
    }
  });
});
