import type { Log } from '@portolan/core'

/** Where every agent answers its peers' datagrams. */
export const ECHO_PORT = 9466

export const SILENT_LOG: Log = { debug() {}, info() {}, warn() {}, error() {} }
