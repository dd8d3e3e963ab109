/** Who reports Portolan's own Events, for other programs. */
export const REPORTER = 'portolan.dev/collector'
