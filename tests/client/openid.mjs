// The certified relying party library openid-client (npm), unchanged, against the running server:
// node openid.mjs <base> <strict client id> <strict private key as JWK> <psc client id> <psc secret> <session cookie>.
// Each step prints one line; the first that fails ends the program with its reason.
import assert from 'node:assert/strict';
import * as client from 'openid-client';

const [base, strictId, strictJwk, pscId, pscSecret, cookie] = process.argv.slice(2);
const redirect = 'https://software.example/callback';
const insecure = { execute: [client.allowInsecureRequests] };
const jwk = JSON.parse(strictJwk);
const signing = await crypto.subtle.importKey('jwk', jwk, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);

const strict = await client.discovery(new URL(base), strictId, undefined, client.PrivateKeyJwt({ key: signing, kid: jwk.kid }), insecure);
const psc = await client.discovery(new URL(`${base}/auth/realms/esante-wallet/.well-known/wallet-openid-configuration`), pscId, pscSecret,
  client.ClientSecretBasic(pscSecret), insecure);
const dpop = client.getDPoPHandle(strict, await client.randomDPoPKeyPair());

// The person's browser: a session is there, and the first time the software is agreed to.
async function browse(url) {
  let answer = await fetch(url, { redirect: 'manual', headers: { cookie } });
  if (answer.status === 200) {
    const html = await answer.text();
    const action = /<form method="post" action="(\/connexion\/demande\/[^"]+)"/.exec(html)?.[1];
    assert.ok(action, html);
    const form = new URLSearchParams([...html.slice(html.indexOf(action)).matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)].slice(0, 2).map(m => [m[1], m[2]]));
    form.set('answer', 'yes');
    answer = await fetch(new URL(action, base), { method: 'POST', redirect: 'manual', headers: { cookie, 'sec-fetch-site': 'same-origin' }, body: form });
    assert.equal(answer.status, 303, await answer.text());
    answer = await fetch(new URL(answer.headers.get('location'), base), { redirect: 'manual', headers: { cookie } });
    return new URL(answer.headers.get('refresh').slice('0; url='.length));
  }
  assert.equal(answer.status, 303, await answer.text());
  return new URL(answer.headers.get('location'));
}

const shared = {};

const steps = {
  async 'code, PKCE, PAR, private_key_jwt and DPoP'() {
    const verifier = client.randomPKCECodeVerifier();
    const [state, nonce] = [client.randomState(), client.randomNonce()];
    const url = await client.buildAuthorizationUrlWithPAR(strict, {
      redirect_uri: redirect, scope: 'openid', code_challenge: await client.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256', state, nonce,
    }, { DPoP: dpop });
    const back = await browse(url);
    assert.equal(back.searchParams.get('iss'), base);
    shared.tokens = await client.authorizationCodeGrant(strict, back, { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true },
      undefined, { DPoP: dpop });
    assert.equal(shared.tokens.token_type, 'dpop');
    assert.ok(shared.tokens.expires_in <= 120);
  },
  async 'userinfo with a bound token'() {
    const claims = await client.fetchUserInfo(strict, shared.tokens.access_token, shared.tokens.claims().sub, { DPoP: dpop });
    assert.ok(Array.isArray(claims.SubjectRole) && claims.SubjectRefPro.exercices.length > 0, JSON.stringify(claims));
  },
  async 'refresh rotates, and the old token is refused'() {
    const old = shared.tokens;
    shared.tokens = await client.refreshTokenGrant(strict, old.refresh_token, undefined, { DPoP: dpop });
    assert.notEqual(shared.tokens.refresh_token, old.refresh_token);
  },
  async 'introspection and revocation'() {
    assert.equal((await client.tokenIntrospection(strict, shared.tokens.access_token)).active, true);
    await client.tokenRevocation(strict, shared.tokens.refresh_token);
    assert.equal((await client.tokenIntrospection(strict, shared.tokens.access_token)).active, false);
  },
  async 'a client of the Pro Santé Connect kind: secret, no PKCE, no PAR'() {
    const [state, nonce] = [client.randomState(), client.randomNonce()];
    const url = client.buildAuthorizationUrl(psc, { redirect_uri: redirect, scope: 'openid scope_all', acr_values: 'eidas1', state, nonce });
    const back = await browse(url);
    shared.psc = await client.authorizationCodeGrant(psc, back, { expectedState: state, expectedNonce: nonce, idTokenExpected: true });
    const claims = await client.fetchUserInfo(psc, shared.psc.access_token, shared.psc.claims().sub);
    assert.match(claims.SubjectNameID, /^8\d{11}$/);
    assert.equal(claims.Acces_Regulation_Medicale, 'FAUX');
    shared.psc = { ...await client.refreshTokenGrant(psc, shared.psc.refresh_token), id_token: shared.psc.id_token };
  },
  async 'logout ends the session and its tokens'() {
    const url = client.buildEndSessionUrl(psc, { id_token_hint: shared.psc.id_token, post_logout_redirect_uri: 'https://software.example/out', state: 'bye' });
    const answer = await fetch(url, { redirect: 'manual', headers: { cookie } });
    assert.equal(answer.status, 303, await answer.text());
    assert.equal(answer.headers.get('location'), 'https://software.example/out?state=bye');
    await assert.rejects(client.refreshTokenGrant(psc, shared.psc.refresh_token), error => error.error === 'invalid_grant');
  },
};

for (const [name, step] of Object.entries(steps)) {
  try {
    await step();
    console.log('ok ' + name);
  } catch (error) {
    console.error(`not ok ${name}\n${error.stack}\n${JSON.stringify(error.cause ?? {})}`);
    process.exit(1);
  }
}
