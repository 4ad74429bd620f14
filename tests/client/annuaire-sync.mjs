// A small client of the Annuaire Santé interface that keeps a copy of it, as vendors do: all entries of a type once, then what changed since.
//   node annuaire-sync.mjs <base> <key> <type> [seconds]
// It follows the changes until its standard input ends, then until nothing came for so many seconds (10 by default); then it takes a second whole
// copy and compares: an entry that is missing or older is a gap, a version that came twice a duplicate. One line of JSON at the end.
const [base, key, type, quiet = '10'] = process.argv.slice(2);

const ask = async url => {
  for (;;) {
    const answer = await fetch(url, { headers: { 'ESANTE-API-KEY': key, Accept: 'application/fhir+json' } });
    if (answer.status === 429) {
      await new Promise(done => setTimeout(done, 1000 * Number(answer.headers.get('retry-after'))));
      continue;
    }
    if (answer.status !== 200) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }
};

// Oldest change first; every page of the search, by the links of the server.
async function* changes(since) {
  const first = new URL(`${base}/${type}`);
  first.searchParams.set('_sort', '_lastUpdated');
  first.searchParams.set('_count', '200');
  if (since) first.searchParams.set('_lastUpdated', `gt${since}`);
  for (let next = first.toString(); next;) {
    const page = await ask(next);
    for (const entry of page.entry ?? []) if (entry.search.mode === 'match') yield entry.resource;
    next = page.link.find(link => link.relation === 'next')?.url;
  }
}

const told = { deliveries: 0, duplicates: 0, disorder: 0, rounds: 0 };
const copy = new Map();
const seen = new Set();
let last = null;

const round = async () => {
  let count = 0;
  for await (const entry of changes(last)) {
    const version = `${entry.id}|${entry.meta.versionId}`;
    if (seen.has(version)) told.duplicates++;
    seen.add(version);
    if (last !== null && entry.meta.lastUpdated < last) told.disorder++;
    last = entry.meta.lastUpdated;
    copy.set(entry.id, JSON.stringify(entry));
    told.deliveries++;
    count++;
  }
  told.rounds++;
  return count;
};

let writing = true;
process.stdin.on('end', () => { writing = false; });
process.stdin.resume();

let silent = Date.now();
while (writing || Date.now() - silent < 1000 * Number(quiet)) {
  if (writing) silent = Date.now();
  if (await round() > 0) silent = Date.now();
  else await new Promise(done => setTimeout(done, 50));
}

const whole = new Map();
for await (const entry of changes(null)) whole.set(entry.id, JSON.stringify(entry));
const different = [...whole.keys()].filter(id => copy.get(id) !== whole.get(id));
const tooMany = [...copy.keys()].filter(id => !whole.has(id));
console.log(JSON.stringify({ ...told, entries: whole.size, gaps: different.length, extra: tooMany.length }));
process.exit(told.duplicates + told.disorder + different.length + tooMany.length === 0 ? 0 : 1);
