// A client that nobody here wrote (npm fhir-kit-client), unchanged, against the running server: node client.mjs <base> <token>.
// Each step prints one line; the first that fails ends the program with its reason.
import assert from 'node:assert/strict';
import { Client } from 'fhir-kit-client';

const [baseUrl, token] = process.argv.slice(2);
const client = new Client({ baseUrl, bearerToken: token });
const system = 'urn:oid:1.2.250.1.999.30';

const status = async promise => {
  try {
    await promise;
    return 200;
  } catch (error) {
    assert.equal(error.response?.data?.resourceType, 'OperationOutcome', error.stack);
    return error.response.status;
  }
};

const observation = (patient, value, day, more = {}) => ({
  resourceType: 'Observation', status: 'final', code: { coding: [{ system: 'http://loinc.org', code: '29463-7' }] },
  subject: { reference: `Patient/${patient}` }, effectiveDateTime: `2026-03-0${day}`, valueQuantity: { value, unit: 'kg' }, ...more,
});

const shared = {};

const steps = {
  async 'capability statement'() {
    const statement = await client.capabilityStatement();
    assert.equal(statement.fhirVersion, '4.0.1');
    const patient = statement.rest[0].resource.find(resource => resource.type === 'Patient');
    for (const code of ['read', 'create', 'update', 'patch', 'delete', 'search-type']) assert(patient.interaction.some(i => i.code === code), code);
  },

  async 'create, read, vread'() {
    const patient = await client.create({ resourceType: 'Patient', body: { resourceType: 'Patient', name: [{ family: 'ESSAI', given: ['Camille'] }], birthDate: '1980-05-17' } });
    shared.patient = patient.id;
    const created = await client.create({ resourceType: 'Observation', body: observation(patient.id, 71.5, 1) });
    assert.equal(created.meta.versionId, '1');
    assert.deepEqual(await client.read({ resourceType: 'Observation', id: created.id }), created);
    assert.deepEqual(await client.vread({ resourceType: 'Observation', id: created.id, version: 1 }), created);
    shared.observation = created;
  },

  async 'update, patch, stale version'() {
    const { id } = shared.observation;
    const updated = await client.update({ resourceType: 'Observation', id, body: { ...shared.observation, status: 'amended' } });
    assert.equal(updated.meta.versionId, '2');
    const patched = await client.patch({ resourceType: 'Observation', id, jsonPatch: [{ op: 'replace', path: '/status', value: 'corrected' }] });
    assert.equal(patched.status, 'corrected');
    const stale = client.update({ resourceType: 'Observation', id, body: updated, options: { headers: { 'If-Match': 'W/"1"' } } });
    assert.equal(await status(stale), 412);
  },

  async 'history'() {
    const { id } = shared.observation;
    const history = await client.history({ resourceType: 'Observation', id });
    assert.deepEqual(history.entry.map(entry => entry.resource.meta.versionId), ['3', '2', '1']);
  },

  async 'conditional update and create'() {
    const body = observation(shared.patient, 70, 2, { identifier: [{ system, value: 'once' }] });
    const searchParams = { identifier: `${system}|once` };
    const first = await client.update({ resourceType: 'Observation', searchParams, body });
    const second = await client.update({ resourceType: 'Observation', searchParams, body });
    assert.equal(second.id, first.id);
    const again = await client.create({ resourceType: 'Observation', body, options: { headers: { 'If-None-Exist': `identifier=${system}|once` } } });
    assert.equal(again.id, first.id);
  },

  async 'search by GET and by POST'() {
    const searchParams = { patient: shared.patient, code: 'http://loinc.org|29463-7', _sort: '-date' };
    for (const options of [{}, { postSearch: true }]) {
      const found = await client.search({ resourceType: 'Observation', searchParams, options });
      assert.equal(found.type, 'searchset');
      assert.deepEqual(found.entry.map(entry => entry.resource.effectiveDateTime), ['2026-03-02', '2026-03-01']);
    }
    const included = await client.search({ resourceType: 'Observation', searchParams: { ...searchParams, _include: 'Observation:subject' } });
    assert(included.entry.some(entry => entry.search.mode === 'include' && entry.resource.id === shared.patient));
  },

  async 'transaction, then every page of it'() {
    const entry = [3, 4, 5, 6, 7].map(day => ({ request: { method: 'POST', url: 'Observation' }, resource: observation(shared.patient, 70 + day, day) }));
    const answer = await client.transaction({ body: { resourceType: 'Bundle', type: 'transaction', entry } });
    assert.equal(answer.entry.filter(one => one.response.status.startsWith('201')).length, 5);
    const seen = new Set();
    let pages = 0;
    let bundle = await client.search({ resourceType: 'Observation', searchParams: { patient: shared.patient, _sort: '-date', _count: 3 } });
    while (bundle) {
      pages++;
      for (const one of bundle.entry) seen.add(one.resource.id);
      bundle = await client.nextPage({ bundle });
    }
    assert.deepEqual([seen.size, pages], [7, 3]);
  },

  async 'batch'() {
    const body = {
      resourceType: 'Bundle', type: 'batch', entry: [
        { request: { method: 'GET', url: `Patient/${shared.patient}` } },
        { request: { method: 'GET', url: 'Patient/nobody' } },
        { request: { method: 'GET', url: `Observation?patient=${shared.patient}&_summary=count` } }],
    };
    const answer = await client.batch({ body });
    assert.deepEqual(answer.entry.map(entry => entry.response.status.slice(0, 3)), ['200', '404', '200']);
    assert.equal(answer.entry[2].resource.total, 7);
  },

  async 'operations'() {
    const everything = await client.operation({ name: '$everything', resourceType: 'Patient', id: shared.patient, method: 'GET' });
    assert.equal(everything.entry.length, 8);
    const last = await client.operation({ name: 'lastn', resourceType: 'Observation', method: 'GET', input: { patient: shared.patient, max: 2 } });
    assert.deepEqual(last.entry.map(entry => entry.resource.effectiveDateTime), ['2026-03-07', '2026-03-06']);
    const meta = { resourceType: 'Parameters', parameter: [{ name: 'meta', valueMeta: { tag: [{ system, code: 'relu' }] } }] };
    const added = await client.operation({ name: 'meta-add', resourceType: 'Observation', id: shared.observation.id, input: meta });
    assert(added.parameter[0].valueMeta.tag.some(tag => tag.code === 'relu'));
  },

  async 'resolve a reference'() {
    const resolved = await client.resolve({ reference: `Patient/${shared.patient}` });
    assert.equal(resolved.id, shared.patient);
  },

  async 'delete, gone, and what was never there'() {
    const { id } = shared.observation;
    await client.delete({ resourceType: 'Observation', id });
    assert.equal(await status(client.read({ resourceType: 'Observation', id })), 410);
    assert.equal(await status(client.read({ resourceType: 'Observation', id: 'nobody' })), 404);
    assert.equal(await status(new Client({ baseUrl }).read({ resourceType: 'Patient', id: shared.patient })), 401);
  },
};

for (const [name, step] of Object.entries(steps)) {
  try {
    await step();
    console.log(`ok ${name}`);
  } catch (error) {
    console.error(`failed ${name}: ${error.stack}\n${JSON.stringify(error.response?.data ?? null)}`);
    process.exit(1);
  }
}
console.log(`done ${Object.keys(steps).length}`);
