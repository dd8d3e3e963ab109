import { expect, test } from '@jest/globals'
import type { Observation } from '@portolan/core'
import { createOutage } from '../src/outage.ts'

function setUp() {
  const said: Observation[] = []
  let now = 0
  const clock = { now: () => now, monotonic: () => now, after: () => () => {} }
  const outage = createOutage(clock, (observation) => said.push(observation))
  return { said, outage, at: (time: number) => (now = time) }
}

test('several watches that missed something are one gap, from the first to the last', () => {
  const { said, outage, at } = setUp()
  outage.began('pods', 20, 'late')
  outage.began('nodes', 10, 'connection closed')
  outage.missed('nodes')
  outage.missed('pods')
  at(30)
  outage.ended('nodes')
  at(40)
  outage.ended('pods')
  const reason = "The cluster's API was not watched: connection closed."
  expect(said).toEqual([{ kind: 'gap', scope: 'kube', from: 10, to: 40, reason }])
})

test('an outage of which everything was replayed is no gap', () => {
  const { said, outage } = setUp()
  outage.began('pods', 10, 'connection closed')
  outage.ended('pods')
  expect(said).toEqual([])
})

test('a later attempt does not move the beginning', () => {
  const { said, outage } = setUp()
  outage.began('pods', 10, 'connection closed')
  outage.began('pods', 20, 'connection refused')
  outage.missed('pods')
  outage.ended('pods')
  expect(said).toMatchObject([{ from: 10 }])
})

test('a list that is read for the first time misses nothing', () => {
  const { said, outage } = setUp()
  outage.missed('pods')
  outage.ended('pods')
  expect(said).toEqual([])
})
