// The INS field filled by the camera, where the browser reads Data Matrix itself: elsewhere nothing of it is shown, and a hand scanner types into the
// same field. The pictures never leave the page; the camera is off as soon as a code is read, on « stop », and when the page is left.
const box = document.querySelector('[data-scan]')
const readable = async () => 'BarcodeDetector' in globalThis && navigator.mediaDevices !== undefined
  && (await BarcodeDetector.getSupportedFormats()).includes('data_matrix')

if (box && await readable()) {
  const [start, stop] = box.querySelectorAll('button')
  const video = box.querySelector('video')
  const status = box.querySelector('[aria-live]')
  const field = document.getElementById(box.dataset.scan)
  const detector = new BarcodeDetector({ formats: ['data_matrix'] })
  const pause = () => new Promise(done => setTimeout(done, 150))
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

  // Another code in the picture (a label, a 2D-Doc) is passed over.
  const look = async mine => {
    while (stream === mine) {
      const codes = video.readyState >= 2 ? await detector.detect(video) : []
      const found = codes.find(code => code.rawValue.startsWith('IS01'))
      if (found && stream === mine) {
        // No field keeps the separator itself.
        field.value = found.rawValue.replaceAll('\u001d', '\u241d')
        end(box.dataset.read, field)
        return
      }
      await pause()
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
