// Writes what is published about the configuration: helpdesk.schema.json and .env.example. Run it by `npm run schema`.
const { writeFileSync } = require('node:fs');
const { join } = require('node:path');

const root = join(__dirname, '..');
const { deskSchema, envExample } = require(join(root, 'dist/src/config-reference.js'));

writeFileSync(join(root, 'helpdesk.schema.json'), JSON.stringify(deskSchema(), null, 2));
writeFileSync(join(root, '.env.example'), envExample());
