/** Which addresses a page may be sent to. */

/** Path and query of what the browser shows. */
export const shownAddress = () => location.pathname + location.search;

/**
 * The address that `url` means, if it is one on this site or on one of `hosts`; else nothing.
 *
 * @param {string} url
 * @param {string} base
 * @param {string[]} [hosts]
 * @returns {URL | undefined}
 */
export function allowedAddress(url, base, hosts = []) {
  try {
    const target = new URL(url, base);
    if (/^https?:$/.test(target.protocol) && [location.host, ...hosts].includes(target.host)) return target;
  } catch {
    // no address at all
  }
  console.warn(`djust: the page may not be sent to ${url}`);
  return undefined;
}
