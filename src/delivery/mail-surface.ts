/** E-mail as one more place to deliver to: the daily summary of a manager who lives outside the chat. */
import { createTransport } from 'nodemailer';
import type { Transporter } from 'nodemailer';
import { cardText } from '../chat/card-text';
import type { Card } from '../chat/card';
import type { ChatSurface, Delivery, MessageRef } from '../chat/chat-surface';
import { DeliveryError } from '../chat/chat-surface';
import type { Address } from '../domain/person';
import { isLoopback } from '../loopback';

export interface MailSettings {
  /** `smtp://user:password@host:port` or `smtps://…`. */
  readonly smtpUrl: string;
  readonly from: string;
}

const PATIENCE_MS = 8000;

/** To another machine a password goes by TLS or not at all, even where whoever is on the way hides that the server offers it. */
function sendsPassword(smtpUrl: string): boolean {
  const { username, hostname } = new URL(smtpUrl);
  return username !== '' && !isLoopback(hostname);
}

export class MailSurface implements ChatSurface {
  readonly platform = 'mailto';
  private readonly transport: Transporter;

  constructor(private readonly settings: MailSettings) {
    this.transport = createTransport({
      url: settings.smtpUrl,
      connectionTimeout: PATIENCE_MS,
      greetingTimeout: PATIENCE_MS,
      socketTimeout: PATIENCE_MS,
      requireTLS: sendsPassword(settings.smtpUrl),
    } as object);
  }

  hasThreads(): boolean {
    return false;
  }

  /** The Message-ID comes from the delivery's key: a mailbox that gets it twice can tell. */
  async post(to: Address, card: Card, { key }: Delivery): Promise<MessageRef> {
    const messageId = `<${Buffer.from(key).toString('base64url')}@chat-helpdesk>`;
    try {
      await this.transport.sendMail({
        messageId,
        from: this.settings.from,
        to: to.slice('mailto:'.length),
        subject: card.title,
        text: cardText(card),
      });
      return messageId;
    } catch (error) {
      const { responseCode, message } = error as { responseCode?: number; message: string };
      // A 5xx answer is the server's final no (RFC 5321, 4.2.1); everything else may pass.
      throw new DeliveryError(responseCode !== undefined && responseCode >= 500 ? 'never' : 'later', message);
    }
  }

  /** Asks the server whether it would take our mail. @throws Error with its answer. */
  async verify(): Promise<void> {
    await this.transport.verify();
  }

  /** What was mailed stays as it was. */
  update(): Promise<void> {
    return Promise.resolve();
  }
}
