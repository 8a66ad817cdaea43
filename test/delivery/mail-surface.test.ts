/** E-mail to a mail server that is not as it should be: no password in the clear, and no header from a card's words. */
// ASVS 5.0 v5.0.0-12.3.1 (no fall back to unencrypted), v5.0.0-1.3.11 (mail injection)
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import { MailSurface } from '../../src/delivery/mail-surface';

/** A mail server that takes everything and offers no TLS. */
class MailServer {
  readonly heard: string[] = [];
  private readonly server: Server = createServer((socket) => {
    let inData = false;
    socket.on('error', () => undefined);
    socket.write('220 mail.example\r\n');
    socket.on('data', (data) => {
      const said = data.toString();
      this.heard.push(said);
      if (inData) {
        if (!said.endsWith('\r\n.\r\n')) return;
        inData = false;
        socket.write('250 taken\r\n');
      } else if (/^EHLO/i.test(said)) socket.write('250-mail.example\r\n250 AUTH PLAIN LOGIN\r\n');
      else if (/^AUTH/i.test(said)) socket.write('235 welcome\r\n');
      else if (/^STARTTLS/i.test(said)) socket.write('502 what is that\r\n');
      else if (/^DATA/i.test(said)) {
        inData = true;
        socket.write('354 go on\r\n');
      } else if (/^QUIT/i.test(said)) socket.end('221 bye\r\n');
      else socket.write('250 ok\r\n');
    });
  });

  async open(): Promise<number> {
    await new Promise<void>((resolve) => this.server.listen(0, resolve));
    return (this.server.address() as AddressInfo).port;
  }

  close(): void {
    this.server.close();
  }
}

const PASSWORD = 'secret-of-mail';
const CARD = { title: 'Summary', summary: '', parts: [{ kind: 'text', text: 'Words' }], actions: [] } as const;
const DELIVERY = { thread: null, key: 'summary:1', attemptedSince: null };
/** This machine under a name that does not say so. */
const elsewhere =
  Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ internal, family }) => !internal && family === 'IPv4')?.address ?? hostname();

let server: MailServer;
let port: number;

beforeEach(async () => {
  server = new MailServer();
  port = await server.open();
});

afterEach(() => server.close());

const surfaceAt = (login: string, host: string): MailSurface =>
  new MailSurface({ smtpUrl: `smtp://${login}${host}:${port}`, from: 'helpdesk@example.com' });

it('a password is never sent to another machine without TLS', async () => {
  const surface = surfaceAt(`desk:${PASSWORD}@`, elsewhere);

  await expect(surface.post('mailto:boss@example.com', CARD, DELIVERY)).rejects.toThrow(/TLS/);

  expect(server.heard.some((said) => /^AUTH/i.test(said))).toBe(false);
});

it('on this machine it is, and without one mail goes where it is taken', async () => {
  await surfaceAt(`desk:${PASSWORD}@`, '127.0.0.1').post('mailto:boss@example.com', CARD, DELIVERY);
  await surfaceAt('', elsewhere).post('mailto:boss@example.com', CARD, DELIVERY);

  expect(server.heard.filter((said) => /^AUTH/i.test(said))).toHaveLength(1);
  expect(server.heard.filter((said) => /^RCPT TO:<boss@example\.com>/i.test(said))).toHaveLength(2);
});

it('words of a card make no header, no recipient and no end of the mail', async () => {
  const title = 'x\r\nBcc: eve@example.com\r\n\r\nbody';
  const parts = [{ kind: 'text', text: 'one\r\n.\r\nMAIL FROM:<eve@example.com>\r\ntwo' }] as const;

  await surfaceAt('', '127.0.0.1').post('mailto:boss@example.com', { ...CARD, title, parts: [...parts] }, DELIVERY);

  const all = server.heard.join('');
  const headers = all.slice(0, all.indexOf('\r\n\r\n'));
  expect(headers).toContain('Subject: x Bcc: eve@example.com');
  expect(headers).not.toMatch(/^Bcc:/im);
  expect(server.heard.filter((said) => /^RCPT TO/i.test(said))).toEqual(['RCPT TO:<boss@example.com>\r\n']);
  expect(server.heard.filter((said) => /^MAIL FROM/i.test(said))).toHaveLength(1);
});
