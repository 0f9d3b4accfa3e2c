// One spelling for the address of the other side, so that a log, a ban and the tracker mean the same host.

/**
 * An address as the platform reports it, without what does not belong to it: a dual-stack listener sees an IPv4 host
 * as ::ffff:a.b.c.d, and a link-local one carries the name of an interface behind "%".
 * @example plainHost("::ffff:192.0.2.7") // "192.0.2.7"
 */
export function plainHost(reported: string): string {
  return reported
    .toLowerCase()
    .replace(/%.*$/, "")
    .replace(/^::ffff:(?=\d+\.)/, "");
}
