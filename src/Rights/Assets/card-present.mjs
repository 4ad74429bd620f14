// The card shown by this phone: what the reader asks is signed here, by the key that never leaves the phone, and drawn as a QR code. Nothing is asked of the network
// once the page is open. The layout is docs/adr, « the code that a card shows ».
const page = document.querySelector('[data-card]')
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const lasts = 60

const keyOf = account => new Promise((done, fail) => {
  const asked = indexedDB.open('socle-phone', 1)
  asked.onupgradeneeded = () => asked.result.createObjectStore('keys')
  asked.onerror = () => fail(asked.error)
  asked.onsuccess = () => {
    const db = asked.result
    const read = db.transaction('keys', 'readonly').objectStore('keys').get(account)
    read.onsuccess = () => { db.close(); done(read.result) }
    read.onerror = () => { db.close(); fail(read.error) }
  }
})

// RFC 7638: a key is called by the digest of its members in the order of their names.
const nameOf = async key => {
  const { crv, kty, x, y } = await crypto.subtle.exportKey('jwk', key)
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(JSON.stringify({ crv, kty, x, y })))
  return btoa(String.fromCharCode(...new Uint8Array(digest))).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

const number = (value, length) => {
  let text = ''
  for (let i = 0; i < length; i++, value = Math.floor(value / 32)) text = letters[value % 32] + text
  return text
}

const base32 = bytes => {
  let [text, bits, held] = ['', 0, 0]
  for (const byte of bytes) {
    bits = ((bits << 8) | byte) & 0xfff
    for (held += 8; held >= 5; held -= 5) text += letters[(bits >> (held - 5)) & 31]
  }
  return held ? text + letters[(bits << (5 - held)) & 31] : text
}

const readNonce = typed => {
  const text = typed.toUpperCase().replace(/^\s*SOCLE-CARTE-/, '').replace(/[\s-]/g, '')
  return /^[A-Z2-7]{8}$/.test(text) ? text : null
}

// QR code (ISO/IEC 18004) of version 6, level L, alphanumeric, mask 0: the one form that a code of this length needs.
const side = 41, dataLength = 136, blocks = 2, correction = 18
const alphanumeric = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:'

const codewords = text => {
  let bits = '0010' + text.length.toString(2).padStart(9, '0')
  for (let i = 0; i < text.length; i += 2) {
    const [a, b] = [alphanumeric.indexOf(text[i]), alphanumeric.indexOf(text[i + 1])]
    bits += i + 1 < text.length ? (a * 45 + b).toString(2).padStart(11, '0') : a.toString(2).padStart(6, '0')
  }
  bits += '0000'
  bits += '0'.repeat((8 - bits.length % 8) % 8)
  const bytes = bits.match(/.{8}/g).map(byte => parseInt(byte, 2))
  for (let i = 0; bytes.length < dataLength; i++) bytes.push(i % 2 ? 0x11 : 0xec)
  return bytes
}

const [power, log] = [new Uint8Array(512), new Uint8Array(256)]
for (let i = 0, x = 1; i < 255; i++) {
  power[i] = power[i + 255] = x
  log[x] = i
  x <<= 1
  if (x & 0x100) x ^= 0x11d
}
const times = (a, b) => a && b ? power[log[a] + log[b]] : 0

const generator = () => {
  let polynomial = [1]
  for (let i = 0; i < correction; i++) {
    const next = new Array(polynomial.length + 1).fill(0)
    polynomial.forEach((c, j) => { next[j] ^= c; next[j + 1] ^= times(c, power[i]) })
    polynomial = next
  }
  return polynomial
}

const corrected = data => {
  const divisor = generator()
  const rest = [...data, ...new Array(correction).fill(0)]
  for (let i = 0; i < data.length; i++) {
    const factor = rest[i]
    if (factor) divisor.forEach((c, j) => { rest[i + j] ^= times(c, factor) })
  }
  return rest.slice(data.length)
}

const interleaved = bytes => {
  const length = dataLength / blocks
  const parts = Array.from({ length: blocks }, (_, i) => bytes.slice(i * length, (i + 1) * length))
  const checks = parts.map(corrected)
  const all = []
  for (let i = 0; i < length; i++) for (const part of parts) all.push(part[i])
  for (let i = 0; i < correction; i++) for (const check of checks) all.push(check[i])
  return all
}

const symbol = text => {
  const dark = Array.from({ length: side }, () => new Array(side).fill(false))
  const fixed = Array.from({ length: side }, () => new Array(side).fill(false))
  const set = (x, y, value) => { if (x >= 0 && y >= 0 && x < side && y < side) { dark[y][x] = value; fixed[y][x] = true } }
  for (const [cx, cy] of [[3, 3], [side - 4, 3], [3, side - 4]])
    for (let dy = -4; dy <= 4; dy++) for (let dx = -4; dx <= 4; dx++) {
      const ring = Math.max(Math.abs(dx), Math.abs(dy))
      set(cx + dx, cy + dy, ring !== 2 && ring !== 4)
    }
  for (let i = 8; i < side - 8; i++) { set(i, 6, i % 2 === 0); set(6, i, i % 2 === 0) }
  for (let dy = -2; dy <= 2; dy++) for (let dx = -2; dx <= 2; dx++) set(34 + dx, 34 + dy, Math.max(Math.abs(dx), Math.abs(dy)) !== 1)
  const format = 0x77c4   // level L, mask 0
  const bit = i => ((format >> i) & 1) === 1
  for (let i = 0; i <= 5; i++) set(8, i, bit(i))
  set(8, 7, bit(6))
  set(8, 8, bit(7))
  set(7, 8, bit(8))
  for (let i = 9; i < 15; i++) set(14 - i, 8, bit(i))
  for (let i = 0; i < 8; i++) set(side - 1 - i, 8, bit(i))
  for (let i = 8; i < 15; i++) set(8, side - 15 + i, bit(i))
  set(8, side - 8, true)
  const all = interleaved(codewords(text))
  let at = 0
  for (let right = side - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5
    for (let step = 0; step < side; step++)
      for (const x of [right, right - 1]) {
        const upward = ((right + 1) & 2) === 0
        const y = upward ? side - 1 - step : step
        if (fixed[y][x]) continue
        const value = at < all.length * 8 && ((all[at >> 3] >> (7 - (at & 7))) & 1) === 1
        at++
        dark[y][x] = value !== ((x + y) % 2 === 0)
      }
  }
  return dark
}

const draw = (svg, text) => {
  const quiet = 4
  let path = ''
  symbol(text).forEach((row, y) => row.forEach((dark, x) => { if (dark) path += `M${x + quiet} ${y + quiet}h1v1h-1z` }))
  svg.setAttribute('viewBox', `0 0 ${side + 2 * quiet} ${side + 2 * quiet}`)
  svg.querySelector('path').setAttribute('d', path)
}

const start = async () => {
  const show = name => page.querySelectorAll('[data-shown]').forEach(part => { part.hidden = part.dataset.shown !== name })
  const form = page.querySelector('form.present')
  const status = page.querySelector('[data-status]')
  const pair = globalThis.indexedDB && crypto.subtle ? await keyOf(page.dataset.account) : null
  const mine = pair && page.querySelector(`[data-key="${await nameOf(pair.publicKey)}"]`)
  if (!mine || mine.dataset.state !== 'active') {
    show('none')
    return
  }
  // How wrong this phone's clock is, known from the moment at which the page was made.
  const wrong = Math.round(Date.now() / 1000 - Number(page.dataset.now))
  show('ready')
  let timer = 0

  form.addEventListener('submit', async event => {
    event.preventDefault()
    const nonce = readNonce(form.elements.nonce.value)
    const person = form.querySelector('[name=personne]:checked')
    clearInterval(timer)
    page.querySelector('[data-code]').hidden = true
    if (!nonce || !person) {
      status.textContent = page.dataset.unreadable
      form.elements.nonce.focus()
      return
    }
    const body = 'B' + nonce + mine.dataset.id.toUpperCase() + person.value.toUpperCase() + number(Math.floor(Date.now() / 1000), 7)
      + number(Math.min(Math.max(wrong, -500000), 500000) + (1 << 19), 4)
    const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, pair.privateKey, new TextEncoder().encode('socle-carte-1:' + body))
    const code = body + base32(new Uint8Array(signature))
    draw(page.querySelector('[data-code] svg'), code)
    page.querySelector('[data-code] output').value = code.match(/.{1,5}/g).join(' ')
    page.querySelector('[data-code]').hidden = false
    page.querySelector('[data-code]').focus()
    const until = performance.now() + lasts * 1000
    const tick = () => {
      const left = Math.ceil((until - performance.now()) / 1000)
      page.querySelector('[data-left]').textContent = page.dataset.left.replace('{0}', Math.max(left, 0))
      if (left > 0) return
      clearInterval(timer)
      page.querySelector('[data-code]').hidden = true
      status.textContent = page.dataset.over
    }
    status.textContent = page.dataset.shownNow
    tick()
    timer = setInterval(tick, 1000)
  })
}

if (page) await start()
