/** The reporting component of our own events. */
export const REPORTER = 'portolan.dev/collector'
