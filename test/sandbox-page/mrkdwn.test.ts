/** Slack's markup, as the page reads it: what was escaped is text, what was not is what it would be in Slack. */
import { dateText } from '../../sandbox/page/dates';
import type { Block, Inline } from '../../sandbox/page/mrkdwn';
import { parseMrkdwn, plainOf, safeUrl } from '../../sandbox/page/mrkdwn';
import { readTyped, withMentions } from '../../sandbox/page/typed';

/** The tree as one line: `b(…)` bold, `i(…)`, `s(…)`, `c(…)`, `a(text→url)`, `@(id)`, `#(id)`, `PING(name)`, `d(…)`. */
function inline(node: Inline): string {
  switch (node.kind) {
    case 'text':
      return node.text;
    case 'bold':
    case 'italic':
    case 'strike':
    case 'code':
      return `${node.kind.slice(0, 1)}(${node.children.map(inline).join('')})`;
    case 'link':
      return `a(${node.text}→${node.url})`;
    case 'user':
      return `@(${node.id})`;
    case 'channel':
      return `#(${node.id})`;
    case 'ping':
      return `PING(${node.name})`;
    case 'date':
      return `d(${node.epochSeconds},${node.format},${node.fallback},${node.url})`;
  }
}
function block(node: Block): string {
  if (node.kind === 'pre') return `pre(${node.text})`;
  if (node.kind === 'quote') return `q(${node.lines.map((line) => line.map(inline).join('')).join('/')})`;
  return node.children.map(inline).join('');
}
const read = (text: string): string => parseMrkdwn(text).map(block).join('\n');

describe('what was escaped is shown as typed', () => {
  it.each([
    ['&lt;!channel&gt;', '<!channel>'],
    ['&lt;@U0ANNA&gt;', '<@U0ANNA>'],
    ['&lt;https://evil.example|bank&gt;', '<a(https://evil.example|bank→https://evil.example|bank)>'],
    ['&amp;lt;!channel&amp;gt;', '&lt;!channel&gt;'],
    ['&amp;amp;', '&amp;'],
    ['&lt;script&gt;alert(1)&lt;/script&gt;', '<script>alert(1)</script>'],
    ['&gt; not a quote', '> not a quote'],
    ['&quot; &#39; &nbsp;', '&quot; &#39; &nbsp;'],
    ['*&lt;!here&gt;*', 'b(<!here>)'],
    ['`&lt;!here&gt;`', 'c(<!here>)'],
    ['```&lt;!here&gt;```', 'pre(<!here>)'],
  ])('%s', (source, shown) => {
    expect(read(source)).toBe(shown);
  });
});

describe('what was not escaped is markup, so that a fault is seen', () => {
  it.each([
    ['<!channel>', 'PING(channel)'],
    ['<!here|here>', 'PING(here)'],
    ['<!everyone>', 'PING(everyone)'],
    ['<!subteam^S123|@it>', 'PING(it)'],
    ['*<!channel>*', 'b(PING(channel))'],
    ['`<!channel>`', 'c(PING(channel))'],
    ['> <!channel>', 'q(PING(channel))'],
    ['<@U0ANNA> and <#C0GENERAL|general>', '@(U0ANNA) and #(C0GENERAL)'],
    ['<https://example.com/a_b_c|the *page*>', 'a(the *page*→https://example.com/a_b_c)'],
    ['<mailto:it@example.com>', 'a(it@example.com→mailto:it@example.com)'],
  ])('%s', (source, shown) => {
    expect(read(source)).toBe(shown);
  });
});

describe('what is no markup of Slack’s is text', () => {
  it.each([
    ['<javascript:alert(1)|click>', '<javascript:alert(1)|click>'],
    ['<data:text/html,x>', '<data:text/html,x>'],
    ['<!unknown>', '<!unknown>'],
    ['a < b > c', 'a < b > c'],
    ['<>', '<>'],
    ['<@nobody>', '<@nobody>'],
  ])('%s', (source, shown) => {
    expect(read(source)).toBe(shown);
  });
});

describe('formatting', () => {
  it.each([
    ['*bold* _italic_ ~gone~ `code`', 'b(bold) i(italic) s(gone) c(code)'],
    ['*bold _and italic_*', 'b(bold i(and italic))'],
    ['snake_case_name 2*3*4', 'snake_case_name 2*3*4'],
    ['* not bold *', '* not bold *'],
    ['*not\nbold*', '*not\nbold*'],
    ['`*as is*`', 'c(*as is*)'],
    ['> one\n> two\nthree', 'q(one/two)\nthree'],
    ['before\n```\nlet *x*\n```\nafter', 'before\n\npre(let *x*)\nafter'],
    ['see https://example.com/a_b?c=d.', 'see a(https://example.com/a_b?c=d→https://example.com/a_b?c=d).'],
    ['*Łódź* żółć_x_', 'b(Łódź) żółć_x_'],
  ])('%s', (source, shown) => {
    expect(read(source)).toBe(shown);
  });

  it('reads a date with its fallback and link', () => {
    const source = '<!date^1795000000^{date_short_pretty} {time}^https://example.com/|2026-11-18 UTC>';

    expect(read(source)).toBe('d(1795000000,{date_short_pretty} {time},2026-11-18 UTC,https://example.com/)');
  });

  it.each(['*'.repeat(40_000), '<'.repeat(40_000), '*a'.repeat(20_000), '`a` '.repeat(10_000), '> '.repeat(20_000)])(
    'reads a long and hostile text in good time (%#)',
    (source) => {
      const startedAt = performance.now();

      parseMrkdwn(source);

      expect(performance.now() - startedAt).toBeLessThan(5_000);
    },
  );
});

describe('around the markup', () => {
  it('opens only addresses of the web, mail and telephone', () => {
    expect(['https://a.example', 'HTTP://a.example', 'mailto:a@b.example', 'tel:1'].map(safeUrl)).not.toContain(null);
    expect(
      ['javascript:alert(1)', 'data:text/html,x', ' javascript:x', 'file:///etc/passwd', '//a'].map(safeUrl),
    ).toEqual([null, null, null, null, null]);
  });

  it('says a message in one line of plain text', () => {
    expect(plainOf('<@U1|nora>: &lt;b&gt; <https://example.com|here>')).toBe('nora: <b> here');
  });

  it('shows dates in the reader’s language', () => {
    const noon = new Date(2026, 10, 18, 12, 5);
    const seconds = noon.getTime() / 1000;

    expect(dateText(seconds, '{date_short_pretty} {time}', 'en-GB', noon.getTime())).toBe('today 12:05');
    expect(dateText(seconds, '{date_long}', 'pl', noon.getTime())).toBe('środa, 18 listopada 2026');
    expect(dateText(seconds, '{date_pretty} {nonsense}', 'en-GB', noon.getTime() + 86_400_000)).toBe(
      'yesterday {nonsense}',
    );
  });
});

describe('typing', () => {
  it('turns @name into a mention, and nothing else into anything', () => {
    const people = [{ id: 'U0ANNA', names: ['anna', 'Anna'] }];

    expect(withMentions('@Anna, see <!channel> @nobody a@anna.example', people)).toBe(
      '<@U0ANNA>, see <!channel> @nobody a@anna.example',
    );
  });

  it('tells a command from a message', () => {
    expect(readTyped('/helpdesk  my vpn\ndrops ')).toEqual({
      kind: 'command',
      command: '/helpdesk',
      text: 'my vpn\ndrops',
    });
    expect(readTyped(' /helpdesk')).toEqual({ kind: 'message', text: '/helpdesk' });
    expect(readTyped(' \n ')).toEqual({ kind: 'nothing' });
  });
});
