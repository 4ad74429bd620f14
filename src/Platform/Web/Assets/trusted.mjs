// The one Trusted Types policy: scripts of this origin's /assets/, the worker of the phone's pages, and nothing else; HTML is never made from text.
export const trusted = globalThis.trustedTypes?.createPolicy('socle', {
  createScriptURL(address) {
    const url = new URL(address, location.origin)
    if (url.origin !== location.origin || !(url.pathname.startsWith('/assets/') || url.pathname === '/telephone/service.mjs')) throw new TypeError('foreign script')
    return url.href
  }
}) ?? { createScriptURL: address => address }
