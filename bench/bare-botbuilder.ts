/** The least a Teams bot can be: botbuilder that checks the token, and says nothing. What the helpdesk is measured against. */
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { CloudAdapter, ConfigurationBotFrameworkAuthentication } from 'botbuilder';

if (require.main === module) {
  const given = (name: string): string => process.env[name] ?? '';
  const adapter = new CloudAdapter(
    new ConfigurationBotFrameworkAuthentication({
      MicrosoftAppType: 'SingleTenant',
      MicrosoftAppId: given('MICROSOFT_APP_ID'),
      MicrosoftAppPassword: given('MICROSOFT_APP_PASSWORD'),
      MicrosoftAppTenantId: given('MICROSOFT_APP_TENANT_ID'),
      // Where one of these is set, all must be.
      ValidateAuthority: true,
      ToChannelFromBotLoginUrl: `${given('TEAMS_URL')}/login`,
      ToChannelFromBotOAuthScope: 'https://api.botframework.com',
      ToBotFromChannelTokenIssuer: given('TEAMS_TOKEN_ISSUER'),
      OAuthUrl: given('TEAMS_URL'),
      ToBotFromChannelOpenIdMetadataUrl: given('TEAMS_OPENID_METADATA_URL'),
      ToBotFromEmulatorOpenIdMetadataUrl: given('TEAMS_OPENID_METADATA_URL'),
      CallerId: 'urn:botframework:azure',
    }),
  );
  const server = createServer((request, response) => {
    void json(request).then(async (body) => {
      const express = {
        status: (code: number) => (response.statusCode = code),
        send: (content: unknown) => response.write(JSON.stringify(content)),
        end: () => response.end(),
        header: () => undefined,
        socket: response.socket,
      };
      const { method = '', headers } = request;
      await adapter.process({ method, headers, body: body as Record<string, unknown> }, express, () =>
        Promise.resolve(),
      );
    });
  });
  server.listen(Number(process.env.PORT), '127.0.0.1', () => process.send?.('ready'));
}
