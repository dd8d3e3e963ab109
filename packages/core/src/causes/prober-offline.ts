import { citeAbsence } from './cite.ts'
import { defineRule } from './rule.ts'

/**
 * The prober's own machine slept, stalled, or has no sockets or network left: what it saw says nothing about the port.
 *
 * Source: a wall clock that jumped, the event loop's delay, and the errors of the machine's own sockets.
 */
export const proberOffline = defineRule({
  cause: 'prober_offline',
  title: 'The probing machine slept, stalled, or could not open a socket. This never counts against the port.',
  cure: 'Nothing to do in the cluster. The port is `unknown` until the machine works again.',
  holds: ({ proberTrouble }) => proberTrouble !== null,
  mechanism: () => 'any',
  isGuess: () => true,
  summary: ({ proberTrouble }) =>
    `Portolan cannot judge the port: ${proberTrouble ?? 'the prober itself was not well'}.`,
  evidence: ({ proberTrouble, at }) => [citeAbsence(proberTrouble ?? '', at)],
  remedies: () => [{ text: 'Nothing to do in the cluster: it ends when this machine is well again' }],
  absence: () => 'the prober is well',
})
