import type { Protocol, Speech } from '@portolan/core'
import type { Dialogue } from './dialogue.ts'
import { dnsDialogue } from './dns.ts'
import { httpDialogue } from './http.ts'
import { mysqlDialogue } from './mysql.ts'
import { postgresDialogue } from './postgres.ts'
import { redisDialogue } from './redis.ts'
import { tcpDialogue } from './tcp.ts'
import { httpsDialogue, tlsDialogue } from './tls.ts'
import { udpDialogue } from './udp.ts'

/** A protocol that can be spoken. */
export type Spoken = Exclude<Protocol, 'auto' | 'off' | 'echo'>

export function dialogueFor(protocol: Spoken, speech: Speech, address: string, port: number): Dialogue {
  switch (protocol) {
    case 'http':
      return httpDialogue(speech, address, port)
    case 'https':
      return httpsDialogue(speech, address, port)
    case 'tls':
      return tlsDialogue(speech)
    case 'tcp':
      return tcpDialogue(speech)
    case 'postgres':
      return postgresDialogue
    case 'mysql':
      return mysqlDialogue
    case 'redis':
      return redisDialogue
    case 'dns':
      return dnsDialogue(speech)
    case 'udp':
      return udpDialogue(speech)
  }
}
