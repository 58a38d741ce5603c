/** The scheme of our own that the page is served from; `file:` would give the page every file of its reader. */
export const pageScheme = 'app'
export const pageHost = 'bitgauge'
export const pageAddress = `${pageScheme}://${pageHost}/index.html`

/** True for an address of our page or of one of its files. The scheme is compared, because a scheme of our own has no URL origin. */
export function isPageAddress(address: string): boolean {
  const url = URL.parse(address)
  return url !== null && url.protocol === `${pageScheme}:` && url.host === pageHost
}
