// A QR code read by the camera into a field, where the browser reads QR codes itself; elsewhere nothing of it is shown and the field is typed or filled by a hand
// scanner. The pictures never leave the page; the camera is off as soon as a code is read, on « stop », and when the page is left.
const box = document.querySelector('[data-card-scan]')
const readable = async () => 'BarcodeDetector' in globalThis && navigator.mediaDevices !== undefined
  && (await BarcodeDetector.getSupportedFormats()).includes('qr_code')

if (box && await readable()) {
  const [start, stop] = box.querySelectorAll('button')
  const video = box.querySelector('video')
  const status = box.querySelector('[aria-live]')
  const field = document.getElementById(box.dataset.cardScan)
  const detector = new BarcodeDetector({ formats: ['qr_code'] })
  const wanted = new RegExp(box.dataset.pattern)
  let stream = null

  const end = (text, focus) => {
    for (const track of stream?.getTracks() ?? []) track.stop()
    stream = null
    video.srcObject = null
    video.hidden = stop.hidden = true
    start.hidden = false
    status.textContent = text
    focus?.focus()
  }

  // Another code in the picture is passed over.
  const look = async mine => {
    while (stream === mine) {
      const codes = video.readyState >= 2 ? await detector.detect(video) : []
      const found = codes.find(code => wanted.test(code.rawValue))
      if (found && stream === mine) {
        field.value = found.rawValue
        end(box.dataset.read, field)
        return
      }
      await new Promise(done => setTimeout(done, 150))
    }
  }

  start.addEventListener('click', async () => {
    start.hidden = true
    status.textContent = ''
    try {
      const mine = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' }, audio: false })
      stream = mine
      video.srcObject = mine
      video.hidden = stop.hidden = false
      await video.play()
      status.textContent = box.dataset.show
      stop.focus()
      await look(mine)
    } catch (error) {
      end(error.name === 'NotAllowedError' ? box.dataset.refused : box.dataset.failed, start)
    }
  })
  stop.addEventListener('click', () => end('', start))
  addEventListener('pagehide', () => end(''))
  box.hidden = false
}
