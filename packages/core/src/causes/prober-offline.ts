import { citeAbsence } from './cite.ts'
import { defineRule } from './rule.ts'

/**
 * The prober's own machine slept, stalled, or has no sockets or network left: what it saw says nothing about the port.
 *
 * Source: a wall clock that jumped, the event loop's delay, and the errors of the machine's own sockets.
 */
export const proberOffline = defineRule({
  cause: 'prober_offline',
  title: 'The machine that probes slept, stalled, or could not open a socket. It is never counted against the port.',
  cure: 'Nothing to do in the cluster. The port is `unknown` for as long as it lasts.',
  holds: ({ proberTrouble }) => proberTrouble !== null,
  mechanism: () => 'any',
  isGuess: () => true,
  summary: ({ proberTrouble }) => `Nothing can be said: ${proberTrouble ?? 'the prober itself was not well'}.`,
  evidence: ({ proberTrouble, at }) => [citeAbsence(proberTrouble ?? '', at)],
  remedies: () => [{ text: 'Nothing to do in the cluster: it ends when this machine is well again' }],
  absence: () => 'the prober is well',
})
