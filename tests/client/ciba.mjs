// The certified relying-party library (npm openid-client), unchanged: CIBA in the poll mode. node ciba.mjs <issuer> <id> <secret> <login_hint> <number>.
import assert from 'node:assert/strict';
import * as client from 'openid-client';

const [issuer, id, secret, hint, number] = process.argv.slice(2);
const config = await client.discovery(new URL(issuer), id, undefined, client.ClientSecretBasic(secret), { execute: [client.allowInsecureRequests] });
const asked = await client.initiateBackchannelAuthentication(config, { scope: 'openid scope_all', login_hint: hint, binding_message: number });
assert.equal(asked.expires_in, 120);
console.log('asked');
const tokens = await client.pollBackchannelAuthenticationGrant(config, asked);
const claims = tokens.claims();
assert.equal(claims.preferred_username, hint);
assert(tokens.access_token && tokens.refresh_token);
const user = await client.fetchUserInfo(config, tokens.access_token, claims.sub);
console.log('ok', user.SubjectNameID);
