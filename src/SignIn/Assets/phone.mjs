// The phone's side: a key that is made here and never leaves (IndexedDB keeps the object, not its bytes) signs each answer. Without script the pages can be
// read; only signing needs it.
const box = document.querySelector('[data-phone]')
const utf8 = new TextEncoder()
const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
const signing = { name: 'ECDSA', hash: 'SHA-256' }
const base64url = bytes => btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
const seconds = () => Math.floor(Date.now() / 1000)

const open = () => new Promise((done, fail) => {
  const asked = indexedDB.open('socle-phone', 1)
  asked.onupgradeneeded = () => asked.result.createObjectStore('keys')
  asked.onsuccess = () => done(asked.result)
  asked.onerror = () => fail(asked.error)
})

const kept = async (mode, act) => {
  const db = await open()
  try {
    return await new Promise((done, fail) => {
      const asked = act(db.transaction('keys', mode).objectStore('keys'))
      asked.onsuccess = () => done(asked.result)
      asked.onerror = () => fail(asked.error)
    })
  } finally {
    db.close()
  }
}

const keyOf = account => kept('readonly', keys => keys.get(account))

// RFC 7638: the members of the key in the order of their names.
const nameOf = async key => {
  const { crv, kty, x, y } = await crypto.subtle.exportKey('jwk', key.publicKey)
  const jwk = JSON.stringify({ crv, kty, x, y })
  return { jwk, thumbprint: base64url(await crypto.subtle.digest('SHA-256', utf8.encode(jwk))) }
}

const sign = async (key, text) => base64url(await crypto.subtle.sign(signing, key.privateKey, utf8.encode(text)))

const show = name => box.querySelectorAll('[data-shown]').forEach(part => { part.hidden = part.dataset.shown !== name })

const clockIsWrong = () => Math.abs(seconds() - Number(box.dataset.now) - performance.now() / 1000) > 300

// Which of the phones that the page lists is this one.
const thisPhone = async () => {
  const key = await keyOf(box.dataset.account)
  if (!key) return { state: 'none' }
  const { thumbprint } = await nameOf(key)
  const mine = box.querySelector(`[data-key="${thumbprint}"]`)
  return mine ? { key, thumbprint, state: mine.dataset.state, id: mine.dataset.id, mine } : { state: 'none' }
}

const tell = async () => {
  const { state, mine } = await thisPhone()
  show(state)
  const here = mine?.querySelector('[data-here]')
  if (here) here.hidden = false
  const clock = box.querySelector('[data-clock]')
  if (clock) clock.hidden = !clockIsWrong()
  return state
}

// Fills what the form still lacks, then sends it as any other.
const whenSent = (form, fill) => {
  let ready = false
  form.addEventListener('submit', async event => {
    if (ready) return
    event.preventDefault()
    const button = event.submitter
    const failed = box.querySelector('[data-failed]')
    try {
      if (failed) failed.hidden = true
      await fill(form, button)
      ready = true
      if (button) form.requestSubmit(button)
      else form.requestSubmit()
    } catch (error) {
      if (failed) failed.hidden = false
      console.warn('phone', error.name)
    }
  })
}

const enrol = async form => {
  const account = box.dataset.account
  let key = await keyOf(account)
  // A key whose phone was revoked stays in the list: a new one takes its place.
  const known = key && box.querySelector(`[data-key="${(await nameOf(key)).thumbprint}"]`)
  if (!key || known) {
    key = await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify'])
    await kept('readwrite', keys => keys.put(key, account))
  }
  const { jwk, thumbprint } = await nameOf(key)
  form.elements.cle.value = jwk
  form.elements.preuve.value = await sign(key, ['socle-phone-enrolment/1', form.elements.nonce.value, thumbprint].join('\n'))
}

const answer = async (form, button) => {
  const { key, thumbprint, state, id } = await thisPhone()
  if (state !== 'active') {
    show(state)
    throw new DOMException('this phone does not answer', 'NotAllowedError')
  }
  const { request, nonce, requester, digest, payload } = form.parentElement.dataset
  const at = seconds()
  const number = button.value === 'approve' ? form.elements.numero.value.trim() : ''
  form.elements.phone.value = id
  form.elements.heure.value = at
  form.elements.preuve.value = await sign(key, ['socle-phone-answer/1', request, nonce, requester, button.value, number, at, digest].join('\n'))
  if (!payload || button.value !== 'approve') return
  // RFC 7797: the payload is not encoded and stays where it is.
  const sigT = new Date(at * 1000).toISOString().replace('.000', '')
  const header = base64url(utf8.encode(JSON.stringify({ alg: 'ES256', b64: false, crit: ['b64'], iat: at, kid: thumbprint, sigT, typ: 'socle-signature' })))
  form.elements.jws.value = `${header}..${await sign(key, `${header}.${payload}`)}`
}

const install = async () => {
  if (!navigator.serviceWorker || !box.dataset.worker) return
  const { trusted } = await import(box.dataset.trusted)
  await navigator.serviceWorker.register(trusted.createScriptURL(box.dataset.worker), { scope: '/telephone' })
}

if (box && globalThis.indexedDB && crypto.subtle) {
  const [enrolment, reply] = [box.querySelector('form.enrolment'), box.querySelector('.reply form')]
  if (enrolment) whenSent(enrolment, enrol)
  if (reply) whenSent(reply, answer)
  await tell()
  await install().catch(error => console.warn('worker', error.name))
}
