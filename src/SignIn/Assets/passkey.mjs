// A form that goes with a passkey: the browser is asked once the person presses the button, and its answer is sent as any other field.
for (const place of document.querySelectorAll('[data-passkey]')) {
  const form = place.querySelector('form')
  const said = place.querySelector('[role=status]')
  const say = text => { said.textContent = place.dataset[text] }
  const isNew = place.dataset.passkey === 'create'
  let under = false

  form.addEventListener('submit', async event => {
    event.preventDefault()
    if (under) return
    if (!globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON) return say('old')
    under = true
    say('wait')
    try {
      const answer = await fetch(place.dataset.question, { method: 'POST', headers: { 'X-Socle-Token': form.elements['socle-token'].value } })
      if (!answer.ok) return say(answer.status === 429 ? 'many' : 'failed')
      const { question, options } = await answer.json()
      const credential = isNew
        ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
        : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) })
      form.elements.question.value = question
      form.elements.answer.value = JSON.stringify(credential.toJSON())
      form.submit()
    } catch (error) {
      say(error.name === 'InvalidStateError' ? 'known' : 'failed')
    } finally {
      under = false
    }
  })
}
